import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { answerOf, CALLS, SCRIPT } from "../../../test/mechanics/answers.ts";
import { isPlainlyWholeStream } from "./plainly-whole-stream.ts";

const PROTOCOLS = { "chat.completions": "openai-chat", messages: "anthropic" } as const;
const FINISHES = new Set<string | null>(["stop", "tool_calls", "end_turn", "tool_use"]);

describe.each(["chat.completions", "messages"] as const)("a stream of %s", (endpoint) => {
  const of = (script: object): Buffer => answerOf({ ...SCRIPT, ...script }, "sse", endpoint).body;
  const isPlain = (body: Buffer): boolean => isPlainlyWholeStream(PROTOCOLS[endpoint], body, FINISHES);

  test("that is whole is plainly so, whatever its text is", () => {
    expect([isPlain(of({})), isPlain(of(CALLS))]).toEqual([true, true]);
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: "grapheme" }), (text) => {
        expect(isPlain(of({ text }))).toBe(true);
      }),
    );
    for (const text of ['"refusal":"no"', '{"error":1}', '"content":""']) expect(isPlain(of({ text }))).toBe(true);
  });

  test("that was cut for its length, filtered or refused, or is empty, is not", () => {
    const scripts = [
      { finishReason: "length" },
      { finishReason: "content_filter" },
      { refusal: "I will not." },
      { text: "" },
      { text: "", toolCalls: [] },
    ];
    for (const script of scripts) expect(isPlain(of(script))).toBe(false);
  });

  test("that breaks off anywhere before its last event is not, nor one with an error in it", () => {
    const body = of(CALLS);
    // The blank line after the last event may be missing.
    for (let cut = 3; cut < body.length; cut += 5) expect(isPlain(body.subarray(0, body.length - cut))).toBe(false);
    const error = Buffer.from('data: {"type":"error","error":{"message":"no"}}\n\n');
    expect(isPlain(Buffer.concat([error, body]))).toBe(false);
  });
});

test("of a protocol whose last event says all, nothing is said", () => {
  expect(isPlainlyWholeStream("openai-responses", answerOf(SCRIPT, "sse", "responses").body, FINISHES)).toBe(false);
});
