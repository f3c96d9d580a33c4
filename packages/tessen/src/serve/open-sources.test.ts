import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import OpenAI from "openai";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createRedactor } from "../redact/redactor.ts";
import { startServer } from "./index.ts";

let logDir: string;
beforeEach(() => {
  logDir = mkdtempSync(join(tmpdir(), "tessen-served-log-"));
  mkdirSync(join(logDir, "agent"));
});
afterEach(() => rmSync(logDir, { recursive: true }));

const line = (id: string, members: object = {}): string =>
  `${JSON.stringify({ event_id: id, ts: 1_767_225_600, call_type: "request", surface: "chat.completions.create", status: "ok", ...members })}\n`;
const write = (name: string, text: string): void => writeFileSync(join(logDir, "agent", name), text);

describe("a server of a log", () => {
  const secret = `sk-proj-${"a1B2".repeat(12)}`;
  const messages = [{ role: "user" as const, content: `My key is ${secret}.` }];

  test("answers, and knows requests whose secrets the log does not have", async () => {
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
