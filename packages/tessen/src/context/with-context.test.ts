import OpenAI from "openai";
import { afterEach, describe, expect, test, vi } from "vitest";
import { CHAT } from "../../test/capture/answers.ts";
import { sendJson, startModelServer } from "../../test/capture/model-server.ts";
import { startRecording } from "../../test/capture/recording.ts";
import { shutdown, withContext } from "../index.ts";

const cleanUps: (() => unknown)[] = [];

afterEach(async () => {
  await shutdown();
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function clientOf(): Promise<OpenAI> {
  const server = await startModelServer((reply) => sendJson(reply, CHAT));
  cleanUps.push(() => server.close());
  return new OpenAI({ apiKey: "sk-test", baseURL: `${server.url}/v1` });
}

async function ask(client: OpenAI, content: string): Promise<void> {
  await client.chat.completions.create({ model: "gpt-4o", messages: [{ role: "user", content }] });
}

describe("withContext", () => {
  test("calls inside say to which run and agent they belong, also later ones; calls outside do not", async () => {
    const client = await clientOf();
    const recording = startRecording();
    const later = withContext({ runId: "run_1", agentPath: ["team", "writer"], turn: 3, parentId: "f0" }, async () => {
      await ask(client, "inside");
      await new Promise((resolve) => setImmediate(resolve));
      await ask(client, "inside, later");
    });
    await ask(client, "outside");
    await later;
    const events = await recording.end();
    const [inside, inTime] = events.filter((event) => event.run_id === "run_1");
    for (const event of [inside, inTime]) {
      expect(event).toMatchObject({ agent_path: ["team", "writer"], turn: 3, parent_id: "f0", call_type: "request" });
    }
    expect(inside?.span_id).not.toBe(inTime?.span_id);
    expect(events.filter((event) => event.run_id === undefined)).toHaveLength(1);
  });

  test("what an inner context does not say stays as it is around; names may have underscores", async () => {
    const client = await clientOf();
    const recording = startRecording();
    await withContext({ run_id: "run_1", agent_path: ["team"], parent_id: "f0" }, () =>
      withContext({ agent_path: ["team", "critic"], runId: undefined }, () => ask(client, "x")),
    );
    expect(await recording.end()).toMatchObject([{ run_id: "run_1", agent_path: ["team", "critic"], parent_id: "f0" }]);
  });

  test("contexts that run at the same time do not mix", async () => {
    const client = await clientOf();
    const recording = startRecording();
    const names = ["a", "b", "c", "d", "e"];
    await Promise.all(
      names.map((name) => withContext({ runId: name }, () => Promise.all([ask(client, name), ask(client, name)]))),
    );
    const events = await recording.end();
    expect(events).toHaveLength(10);
    for (const event of events) {
      expect(event.request_body).toMatchObject({ messages: [{ content: event.run_id }] });
    }
  });

  test("gives what the function gives, the promise itself, and throws what it throws", () => {
    startRecording();
    const promise = Promise.resolve(1);
    const error = new Error("mine");
    expect(withContext({ runId: "r" }, () => promise)).toBe(promise);
    expect(() =>
      withContext({ runId: "r" }, () => {
        throw error;
      }),
    ).toThrow(error);
  });

  test("a member that is none is told once, and the rest counts", async () => {
    const told: string[] = [];
    const quiet = vi.spyOn(process.stderr, "write").mockImplementation((text) => told.push(String(text)) > 0);
    cleanUps.push(() => quiet.mockRestore());
    const client = await clientOf();
    const recording = startRecording();
    const wrong: object = { runId: "r", agentPath: "team/writer" };
    for (const _time of [1, 2]) await withContext(wrong, () => ask(client, "x"));
    const events = await recording.end();
    expect(events).toMatchObject([{ run_id: "r" }, { run_id: "r" }]);
    expect(events[0]).not.toHaveProperty("agent_path");
    expect(told).toEqual(["tessen: withContext: agentPath is no list of names and is left out.\n"]);
  });

  test.each([
    [{ run: "r" }, "run is not known and is left out. There are runId, agentPath, turn and parentId."],
    [{ turn: 1.5 }, "turn is no whole number and is left out."],
    [{ run_id: "" }, "run_id is no text and is left out."],
  ])("%j is told in a line", (context: object, problem) => {
    const told: string[] = [];
    const quiet = vi.spyOn(process.stderr, "write").mockImplementation((text) => told.push(String(text)) > 0);
    cleanUps.push(() => quiet.mockRestore());
    startRecording();
    expect(withContext(context, () => 42)).toBe(42);
    expect(told).toEqual([`tessen: withContext: ${problem}\n`]);
  });

  test("while nothing records, the function is called, and nothing is looked at", () => {
    const context: object = {
      get runId(): never {
        throw new Error("looked at");
      },
    };
    expect(withContext(context, () => 42)).toBe(42);
    startRecording({ enabled: false });
    expect(withContext(context, () => 42)).toBe(42);
  });
});
