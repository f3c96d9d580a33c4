import { ScriptedClient } from "@tesserae/core/testing";
import { afterEach, describe, expect, test } from "vitest";
import { allEvents, eventsOf, post } from "./chat-client.ts";
import { clerkReplies, clerkTeam, SilentModel, WatchedStore } from "./desk.ts";
import { startExpress, startHono, startNext, type Running, type Start } from "./servers.ts";

const open: Running[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

describe.each<[string, Start]>([
  ["Hono", startHono],
  ["Express", startExpress],
  ["Next.js", startNext],
])("a chat on %s", (_name, start) => {
  async function started(model: ScriptedClient, store = new WatchedStore()): Promise<string> {
    const server = await start({ makeTeam: () => clerkTeam(model), store });
    open.push(server);
    return server.url;
  }

  test("answers with what happens as server-sent events, the result last", async () => {
    const url = await started(new ScriptedClient(clerkReplies));
    const response = await post(url, "a", "good day");
    expect(response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    const items = await allEvents(response);
    const whole = items.at(-2);
    const chunks = items.filter(({ type }) => type === "ModelClientStreamingChunkEvent");
    expect(items.map(({ type }) => type)).toEqual([
      "TextMessage",
      ...chunks.map(() => "ModelClientStreamingChunkEvent"),
      "TextMessage",
      "TaskResult",
    ]);
    expect(whole).toMatchObject({ source: "clerk", content: "You said: good day." });
    expect(chunks.map(({ content }) => content).join("")).toBe("You said: good day.");
    expect(new Set(chunks.map((chunk) => chunk["full_message_id"]))).toEqual(new Set([whole?.["id"]]));
    expect(items.at(-1)).toMatchObject({ status: "finished", stop_reason: "Maximum number of turns 1 reached." });
  });

  test("keeps each conversation between requests, also when the server was started anew", async () => {
    const store = new WatchedStore();
    const first = await started(new ScriptedClient(clerkReplies), store);
    await allEvents(await post(first, "a", "one"));
    await allEvents(await post(first, "b", "other"));
    const second = await started(new ScriptedClient(clerkReplies), store);
    const items = await allEvents(await post(second, "a", "two"));
    expect(items.at(-2)).toMatchObject({ content: "You said: one, two." });
    const said = await (await fetch(`${second}/chats/a`)).json();
    expect(said).toMatchObject([
      { source: "user", content: "one" },
      { source: "clerk" },
      { source: "user", content: "two" },
      { source: "clerk", content: "You said: one, two." },
    ]);
    expect(await (await fetch(`${second}/chats/nobody`)).json()).toEqual([]);
  });

  test("ends with a handoff when it asks the user, and gives the next line to the one who asked", async () => {
    const url = await started(new ScriptedClient(clerkReplies));
    const asked = await allEvents(await post(url, "a", "refund"));
    expect(asked.at(-1)).toMatchObject({ stop_reason: "Handoff to user from clerk detected." });
    const items = await allEvents(await post(url, "a", "LH 507"));
    expect(items[0]).toMatchObject({ type: "HandoffMessage", source: "user", target: "clerk", content: "LH 507" });
    expect(items.at(-2)).toMatchObject({ content: "You said: refund, LH 507." });
  });

  test("aborts the run of a client that disconnects, keeps what was said, and serves the next one", async () => {
    const model = new SilentModel();
    const store = new WatchedStore();
    const url = await started(model, store);
    const saved = store.saved("a");
    const client = new AbortController();
    const reading = (async () => {
      for await (const item of eventsOf(await post(url, "a", "hello?", client.signal)))
        expect(item["type"]).toBe("TextMessage");
    })();
    await model.asked;
    client.abort();
    await expect(reading).rejects.toThrow();
    await model.aborted;
    await saved;
    expect(await (await fetch(`${url}/chats/a`)).json()).toMatchObject([{ content: "hello?" }]);
    const again = await started(new ScriptedClient(clerkReplies), store);
    expect((await allEvents(await post(again, "a", "still there")))[1]).toMatchObject({ source: "clerk" });
  });

  test("tells a client that the run failed, with what there is of it, and ends the answer", async () => {
    const url = await started(new ScriptedClient([new Error("The model is ill.")]));
    const items = await allEvents(await post(url, "a", "hello?"));
    expect(items.at(-2)).toMatchObject({ type: "TaskResult", status: "failed", messages: [{ content: "hello?" }] });
    expect(items.at(-1)).toMatchObject({ event: "error", message: expect.stringContaining("The model is ill.") });
  });

  test.each(["", "no JSON", "{}", '{"text": " "}', '{"text": 7}'])("refuses the body %j", async (body) => {
    const url = await started(new ScriptedClient(clerkReplies));
    const response = await fetch(`${url}/chats/a`, { method: "POST", body });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ error: 'Send what you want to say: {"text": "…"}.' });
  });
});
