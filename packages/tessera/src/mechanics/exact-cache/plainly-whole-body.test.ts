import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { answerOf, CALLS, SCRIPT } from "../../../test/mechanics/answers.ts";
import { JsonScanner } from "../../http/json/json-scanner.ts";
import { isPlainlyWholeBody } from "./plainly-whole-body.ts";

const PROTOCOLS = { "chat.completions": "openai-chat", messages: "anthropic" } as const;
const FINISHES = new Set<string | null>(["stop", "tool_calls", "end_turn", "tool_use"]);
const scanner = new JsonScanner();

describe.each(["chat.completions", "messages"] as const)("a body of %s", (endpoint) => {
  const of = (script: object): Buffer => answerOf({ ...SCRIPT, ...script }, "json", endpoint).body;
  const isPlain = (body: Buffer): boolean => isPlainlyWholeBody(scanner, PROTOCOLS[endpoint], body, FINISHES);

  test("that is whole is plainly so, whatever its text is and however it is written", () => {
    const oneCall = { ...CALLS, text: "", toolCalls: CALLS.toolCalls?.slice(0, 1) };
    expect([isPlain(of({})), isPlain(of(oneCall))]).toEqual([true, true]);
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: "grapheme" }), fc.constantFrom(undefined, 2), (text, spaces) => {
        const body = JSON.stringify(JSON.parse(of({ text }).toString()), undefined, spaces);
        expect(isPlain(Buffer.from(body))).toBe(true);
      }),
    );
  });

  test("that was cut for its length, filtered or refused, or is empty or an error, is not", () => {
    for (const script of [
      { finishReason: "length" },
      { finishReason: "content_filter" },
      { refusal: "I will not." },
      { text: "" },
      { text: "", toolCalls: [] },
    ]) {
      expect(isPlain(of(script))).toBe(false);
    }
    const answer: unknown = JSON.parse(of({}).toString());
    const with_ = (more: object): Buffer => Buffer.from(JSON.stringify({ ...(answer as object), ...more }));
    for (const more of [{ usage: null }, { error: { message: "no" } }, { choices: [], content: [] }]) {
      expect(isPlain(with_(more))).toBe(false);
    }
  });

  test("that breaks off is not, nor one in which a member comes twice", () => {
    const body = of({});
    for (let cut = 1; cut < body.length; cut += 3) expect(isPlain(body.subarray(0, body.length - cut))).toBe(false);
    expect(isPlain(Buffer.from(`{"usage":{},${body.toString().slice(1)}`))).toBe(false);
  });
});

test("of several choices, and of other protocols, nothing is said", () => {
  const chat = JSON.parse(answerOf(SCRIPT).body.toString()) as { choices: object[] };
  chat.choices.push({ finish_reason: "length" });
  expect(isPlainlyWholeBody(scanner, "openai-chat", Buffer.from(JSON.stringify(chat)), FINISHES)).toBe(false);
  const { body } = answerOf(SCRIPT, "json", "responses");
  expect(isPlainlyWholeBody(scanner, "openai-responses", body, FINISHES)).toBe(false);
});
