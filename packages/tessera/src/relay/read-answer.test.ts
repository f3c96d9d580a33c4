import { describe, expect, test } from "vitest";
import { JsonScanner } from "../http/json/json-scanner.ts";
import { readAnswer, usageAtEnd } from "./read-answer.ts";
import { readStreamEnd, readWholeStream } from "./read-stream.ts";

const scanner = new JsonScanner();

describe("a body", () => {
  test.each([
    [
      "openai-chat",
      '{"model":"m","choices":[{"message":{"content":"\\"finish_reason\\":\\"x\\""},"finish_reason":"stop"},{"finish_reason":"length"}],"usage":{"prompt_tokens":5,"completion_tokens":2,"prompt_tokens_details":{"cached_tokens":3}}}',
      { model: "m", finish: "stop", usage: { inputTokens: 5, outputTokens: 2, cacheReadTokens: 3 } },
    ],
    [
      "openai-responses",
      '{"status":"completed","model":"m","usage":{"input_tokens":5,"output_tokens":2},"tool_usage":{"web_search":{"num_requests":4}}}',
      { model: "m", finish: "completed", usage: { inputTokens: 5, webSearchRequests: 4 } },
    ],
    [
      "anthropic",
      '{"model":"m","stop_reason":"end_turn","usage":{"input_tokens":5,"cache_read_input_tokens":7,"output_tokens":2}}',
      { model: "m", finish: "end_turn", usage: { inputTokens: 12, cacheReadTokens: 7 } },
    ],
    ["openai-chat", '{"choices":[],"usage":null}', { model: "", finish: null, usage: null }],
  ] as const)("of %s tells usage, model and reason: %s", (protocol, text, expected) => {
    expect(readAnswer(scanner, protocol, Buffer.from(text))).toMatchObject({ ...expected, complete: true });
  });

  test.each([
    ["openai-chat", "{}"],
    ["openai-chat", '{"prompt_tokens":-1000000,"completion_tokens":-5}'],
    ["openai-chat", '{"prompt_tokens":1e300,"completion_tokens":5}'],
    ["openai-chat", '{"__proto__":{"prompt_tokens":5}}'],
    ["openai-responses", '{"input_tokens":"5","output_tokens":2}'],
    ["anthropic", '{"output_tokens":2}'],
  ] as const)("of %s with a usage that counts no input tells none: %s", (protocol, usage) => {
    const { usage: said } = readAnswer(scanner, protocol, Buffer.from(`{"model":"m","usage":${usage}}`));
    expect(said).toBeNull();
    expect(usageAtEnd(scanner, protocol, Buffer.from(`x"}],"usage":${usage}}`))).toBeUndefined();
  });

  test("that is none tells nothing", () => {
    expect(readAnswer(scanner, "openai-chat", Buffer.from("<html>"))).toMatchObject({ usage: null, complete: false });
  });

  test("of which only the end is there has its usage there", () => {
    const end = Buffer.from('4,0.5]}],"usage": {"prompt_tokens":5,"total_tokens":5}}');
    expect(usageAtEnd(scanner, "openai-chat", end)).toMatchObject({ inputTokens: 5 });
    for (const other of ["", '"usage"', '"usage":{"a', '"usage":null}']) {
      expect(usageAtEnd(scanner, "openai-chat", Buffer.from(other))).toBeUndefined();
    }
  });
});

describe("a stream", () => {
  const chunk = (choices: object[], usage: object | null = null): string =>
    `data: ${JSON.stringify({ model: "m", choices, usage })}\n\n`;
  const deltas = chunk([{ index: 0, delta: { content: "word " } }]).repeat(50);
  const end = chunk([{ index: 0, delta: {}, finish_reason: "stop" }]);
  const usage = chunk([], { prompt_tokens: 5, completion_tokens: 50 });

  test.each(["\n", "\r\n"])("of chat is read from its last events, whatever its lines end with: %j", (line) => {
    const bytes = Buffer.from(`${deltas}${end}${usage}data: [DONE]\n\n`.replaceAll("\n", line));
    const facts = readStreamEnd("openai-chat", bytes, bytes);
    expect(facts).toMatchObject({ model: "m", finish: "stop", complete: true, failed: false });
    expect(facts.usage).toMatchObject({ inputTokens: 5, outputTokens: 50 });
  });

  test.each([[": waiting\n\n"], ["\n\n"], ["event: ping\ndata: {}\n\n".replace("{}", '{"type":"ping"}')]])(
    "is read from the events that say something, whatever keeps the connection alive between them: %j",
    (nothing) => {
      const quiet = nothing.repeat(9);
      const bytes = Buffer.from(`${deltas}${end}${quiet}${usage}${quiet}data: [DONE]\n\n${quiet}`);
      const facts = readStreamEnd("openai-chat", bytes, bytes);
      expect(facts).toMatchObject({ model: "m", finish: "stop", complete: true, failed: false });
      expect(facts.usage).toMatchObject({ inputTokens: 5, outputTokens: 50 });
    },
  );

  test("whose usage counts no input has none", () => {
    const bytes = Buffer.from(`${deltas}${end}${chunk([], { prompt_tokens: -5 })}data: [DONE]\n\n`);
    expect(readStreamEnd("openai-chat", bytes, bytes)).toMatchObject({ complete: true, usage: null });
  });

  test("that reports an error has failed", () => {
    const bytes = Buffer.from(`${deltas}data: {"error":{"message":"boom","type":"server_error"}}\n\n`);
    expect(readStreamEnd("openai-chat", bytes, bytes)).toMatchObject({ failed: true, complete: false });
  });

  test("of messages needs its first event too, though pings come before it and megabytes after", () => {
    const start = {
      type: "message_start",
      message: { id: "x", model: "m", usage: { input_tokens: 5, output_tokens: 1 } },
    };
    const stop = { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 9 } };
    const event = (data: { readonly type: string }): string => `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
    const beginning = Buffer.from(event({ type: "ping" }) + event(start) + event({ type: "ping" }).repeat(20));
    const ending = Buffer.from(event({ type: "ping" }).repeat(20) + event(stop) + event({ type: "message_stop" }));
    const facts = readStreamEnd("anthropic", beginning, ending);
    expect(facts).toMatchObject({ finish: "end_turn", complete: true, usage: { inputTokens: 5, outputTokens: 9 } });
  });

  test("of nothing tells nothing", () => {
    for (const protocol of ["openai-chat", "openai-responses", "anthropic"] as const) {
      const nothing = Buffer.alloc(0);
      expect(readStreamEnd(protocol, nothing, nothing)).toMatchObject({ usage: null, complete: false });
      expect(readWholeStream(protocol, Buffer.from("data: {half")).text).toBe("");
    }
  });
});
