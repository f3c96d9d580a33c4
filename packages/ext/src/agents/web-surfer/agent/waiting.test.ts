import { RoundRobinGroupChat, answerInput, messageText, pendingInputs, type TaskResult } from "@tesserae/agentchat";
import type { CreateResult, Json, JsonObject } from "@tesserae/core";
import { describe, expect, test } from "vitest";
import { CHROMIUM, startSite, type SitePages } from "../../../../test/web-surfer/browser.ts";
import { asks, says, scripted, surfer } from "../../../../test/web-surfer/surfer.ts";
import type { MultimodalWebSurfer } from "../index.ts";

/** Pressed, the button tells the server what stands in the field. */
const FORM =
  "<title>Order</title><input title=Name><button onclick='fetch(`/order?${document.querySelector(`input`).value}`); document.title = `Ordered`'>Order</button>";
const ORDER = asks(["click", { target_id: 11 }]);

interface Shop {
  /** A surfer as another process makes it. */
  readonly open: (...answers: readonly CreateResult[]) => MultimodalWebSurfer;
  /** What was ordered. */
  readonly orders: () => readonly string[];
}

async function shop(pages: SitePages = { "/": FORM }): Promise<Shop> {
  const { url, asked } = await startSite(pages);
  return {
    open: (...answers) =>
      surfer({
        modelClient: scripted(answers),
        startPage: `${url}/`,
        requiresApproval: ["click", "history_back", "summarize_page"],
      }),
    orders: () => asked.filter((path) => path.startsWith("/order")),
  };
}

/** The state after a run that has stopped, since nobody was there to answer. */
async function waiting(agent: MultimodalWebSurfer, task = "Order."): Promise<JsonObject> {
  await expect(agent.run(task)).rejects.toMatchObject({ code: "ERR_INPUT_WAITING" });
  return JSON.parse(JSON.stringify(await agent.saveState())) as JsonObject;
}

function answered(state: JsonObject, value: Json): JsonObject {
  const [input] = pendingInputs(state);
  return answerInput(state, input?.requestId ?? "", value);
}

function textsOf({ messages }: TaskResult): readonly string[] {
  return messages.map(messageText);
}

describe.skipIf(CHROMIUM === "")("a call of a surfer that waits for a person (skipped without Chromium)", () => {
  test("is in the state, with what that does not hold, and is made once, in another process", async () => {
    const { open, orders } = await shop();
    const first = open(says("Hello."), ORDER);
    await first.run("Hello?");
    const before = await first.saveState();
    const state = await waiting(first);
    const { open_turn: turn, not_kept: lost, ...rest } = state;
    expect(rest).toEqual(before);
    expect(lost).toContain("cookies and log-ins");
    // The picture was for the model, which has answered.
    expect(JSON.stringify(turn).length).toBeLessThan(3000);
    expect(pendingInputs(state)).toMatchObject([
      { path: "/surfer[0]", tool: { name: "click", arguments: { target_id: 11 } } },
    ]);
    await first.close();

    const second = open();
    await second.loadState(state);
    expect(await second.saveState()).toEqual(state);
    await second.loadState(answered(state, "approve"));
    const [text = "", ...others] = textsOf(await second.run());
    expect(others).toEqual([]);
    expect(text).toMatch(/^I clicked "Order"\. The browser was started anew since I had looked/);
    expect(text).toContain('The browser shows the page "Ordered"');
    expect(orders()).toEqual(["/order?"]);
    expect(await second.saveState()).not.toHaveProperty("open_turn");
    expect(await second.saveState()).not.toHaveProperty("not_kept");
  });

  test("goes on in the same browser, where all is as it was", async () => {
    const { open, orders } = await shop();
    const typed = asks(["input_text", { input_field_id: 10, text_value: "Ada", press_enter: false }]);
    const agent = open(typed, ORDER);
    await agent.run("Type.");
    await waiting(agent);
    const texts = textsOf(await agent.run(undefined, { approve: () => true }));
    expect(texts).toHaveLength(1);
    expect(texts[0]).not.toContain("anew");
    expect(orders()).toEqual(["/order?Ada"]);
  });

  test("is not made where the page has become another one", async () => {
    let page = FORM;
    const { open, orders } = await shop({ "/": (_request, response) => response.end(page) });
    const first = open(ORDER);
    const state = await waiting(first);
    await first.close();
    page = FORM.replaceAll(">Order<", ">Order twice<");
    const second = open();
    await second.loadState(answered(state, "approve"));
    expect(textsOf(await second.run())).toEqual([
      expect.stringMatching(/^Web surfing error: The element 11 is not what it was: .* started anew/),
    ]);
    expect(orders()).toEqual([]);
  });

  test("does not go back in a browser that has no page before", async () => {
    const { open } = await shop();
    const first = open(asks(["history_back", {}]));
    const state = await waiting(first);
    await first.close();
    const second = open();
    await second.loadState(answered(state, "approve"));
    expect(textsOf(await second.run())).toEqual([expect.stringContaining("no page before it to go back to")]);
  });

  test("that asks the model about the page is made with its answer", async () => {
    const { open } = await shop();
    const first = open(asks(["summarize_page", {}]));
    const state = await waiting(first);
    await first.close();
    const second = open(says("A form."));
    await second.loadState(answered(state, "approve"));
    const { messages } = await second.run();
    expect(messages).toMatchObject([
      { content: expect.stringMatching(/^A form\./), modelsUsage: { promptTokens: 20, completionTokens: 10 } },
    ]);
  });

  test("is denied, answered once, with what is a decision, and under its id only", async () => {
    const { open, orders } = await shop();
    const state = await waiting(open(ORDER));
    const id = pendingInputs(state)[0]?.requestId ?? "";
    expect(() => answerInput(state, "other", "approve")).toThrow(expect.objectContaining({ code: "ERR_NOT_FOUND" }));
    expect(() => answerInput(state, id, "perhaps")).toThrow(expect.objectContaining({ code: "ERR_INVALID_ARGUMENT" }));
    const given = answerInput(state, id, { approved: false, reason: "too dear" });
    expect(() => answerInput(given, id, "approve")).toThrow(expect.objectContaining({ code: "ERR_INPUT_ANSWERED" }));
    const second = open();
    await second.loadState(given);
    expect(textsOf(await second.run())).toEqual([expect.stringMatching(/^Web surfing error: .*too dear/)]);
    expect(orders()).toEqual([]);
  });

  test("is void when the surfer is told something else", async () => {
    const { open, orders } = await shop();
    const state = answered(await waiting(open(ORDER)), "approve");
    const second = open(says("Very well."));
    await second.loadState(state);
    expect(textsOf(await second.run("Do not order."))).toEqual(["Do not order.", "Very well.", "Very well."]);
    expect(orders()).toEqual([]);
    expect(await second.saveState()).not.toHaveProperty("open_turn");
  });

  test("is a question of the team that the surfer is in, and is saved while the person is asked", async () => {
    const { open, orders } = await shop();
    const team = (...answers: readonly CreateResult[]): RoundRobinGroupChat =>
      new RoundRobinGroupChat({ participants: [open(...answers)], maxTurns: 1 });
    const first = team(ORDER);
    const leaving = new AbortController();
    let saved: Promise<JsonObject> | undefined;
    const run = first.run("Order.", {
      signal: leaving.signal,
      approve: () => {
        saved = first.saveState();
        void saved.then(() => leaving.abort());
        return new Promise<boolean>(() => undefined);
      },
    });
    await expect(run).rejects.toMatchObject({ code: "ERR_ABORTED" });
    const state = JSON.parse(JSON.stringify(await saved)) as JsonObject;
    expect(pendingInputs(state)).toMatchObject([{ path: "/team[0]/surfer[0]" }]);
    const second = team();
    await second.loadState(answered(state, "approve"));
    expect(textsOf(await second.run())).toEqual([expect.stringContaining('the page "Ordered"')]);
    expect(orders()).toEqual(["/order?"]);
  });

  test("is refused in words where the state was spoiled", async () => {
    const { open } = await shop();
    const state = await waiting(open(ORDER));
    const turn = state["open_turn"] as { readonly answers: readonly JsonObject[] } & JsonObject;
    const page = { url: "about:blank", height: 1, pageTop: 0, scrollHeight: 1, visible: [], regions: [{ id: "10" }] };
    for (const spoiled of [{ seen: { url: "about:blank" } }, { seen: page }, { result: { content: 7 } }]) {
      const answers = [{ ...turn.answers[0], ...spoiled }];
      const second = open();
      await second.loadState(answered({ ...state, open_turn: { ...turn, answers } }, "approve"));
      await expect(second.run()).rejects.toMatchObject({ code: "ERR_INVALID_ARGUMENT" });
    }
  });
});
