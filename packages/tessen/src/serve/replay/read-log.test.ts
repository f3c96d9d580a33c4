import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import OpenAI from "openai";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startServer } from "../index.ts";
import { readLog } from "./read-log.ts";

let logDir: string;
beforeEach(() => {
  logDir = mkdtempSync(join(tmpdir(), "tessen-read-log-"));
  mkdirSync(join(logDir, "agent"));
});
afterEach(() => rmSync(logDir, { recursive: true }));

const line = (id: string, members: object = {}): string =>
  `${JSON.stringify({ event_id: id, call_type: "request", surface: "chat.completions.create", status: "ok", ...members })}\n`;
const write = (name: string, text: string): void => writeFileSync(join(logDir, "agent", name), text);

describe("reading a log", () => {
  test("gives the events of all files in the order in which they were written", () => {
    write("2026-01-02.jsonl", line("e"));
    write("2026-01-01.10.jsonl", line("d"));
    write("2026-01-01.2.jsonl", line("c"));
    write("2026-01-01.jsonl", line("a") + line("b"));
    write("notes.txt", line("x"));
    expect(readLog({ agent: "agent", logDir }).map(({ event_id }) => event_id)).toEqual(["a", "b", "c", "d", "e"]);
    const file = join(logDir, "agent", "2026-01-01.jsonl");
    expect(readLog({ agent: file }).map(({ event_id }) => event_id)).toEqual(["a", "b"]);
  });

  test("leaves out what is no event, and takes the last of two with one id", () => {
    write("2026-01-01.jsonl", `${line("a")}{"event_id":"torn\n\n[]\n{"x":1}\n${line("b")}${line("a", { model: "m" })}`);
    expect(readLog({ agent: "agent", logDir })).toMatchObject([{ event_id: "a", model: "m" }, { event_id: "b" }]);
  });

  test("of an agent that is not there says so", () => {
    expect(() => readLog({ agent: "nobody", logDir })).toThrow(/nobody cannot be read: ENOENT/);
  });
});

describe("a server of a log", () => {
  const secret = `sk-proj-${"a1B2".repeat(12)}`;
  const messages = [{ role: "user" as const, content: `My key is ${secret}.` }];

  test("answers, and knows requests whose secrets the log does not have", async () => {
    const { createRedactor } = await import("../../redact/redactor.ts");
    const { text } = createRedactor().redactText(JSON.stringify({ model: "gpt-5", messages }));
    expect(text).not.toContain(secret);
    const message = { role: "assistant", content: "Keep it." };
    const response_body = {
      id: "c",
      object: "chat.completion",
      choices: [{ index: 0, message, finish_reason: "stop" }],
    };
    write("2026-01-01.jsonl", line("evt_1", { request_body: JSON.parse(text) as unknown, response_body }));
    const server = await startServer({ log: { agent: "agent", logDir } });
    const client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: "any", maxRetries: 0 });
    const whole = await client.chat.completions.create({ model: "gpt-5", messages });
    const streamed = await client.chat.completions.stream({ model: "gpt-5", messages }).finalChatCompletion();
    await server.close();
    for (const { choices } of [whole, streamed]) expect(choices[0]?.message.content).toBe("Keep it.");
  });

  test("does not start without an answer", async () => {
    write("2026-01-01.jsonl", line("evt_1"));
    await expect(startServer({ log: { agent: "agent", logDir } })).rejects.toThrow(
      "The log of agent has no model call with a whole request and a whole answer.",
    );
  });
});
