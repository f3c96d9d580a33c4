import { describe, expect, test } from "vitest";
import { answerOf, CALLS, SCRIPT } from "../../../test/mechanics/answers.ts";
import { exchangeOf, HELLO, type Given } from "../../../test/mechanics/exchange.ts";
import { whyNotStorable, type WholeAnswer } from "./storable.ts";

const why = (answer: WholeAnswer, given: Partial<Given> = {}): string | undefined =>
  whyNotStorable(exchangeOf({ body: HELLO, ...given }), answer);
const ENDPOINTS = ["chat.completions", "messages", "responses"] as const;
const FORMS = ["json", "sse"] as const;
const each = ENDPOINTS.flatMap((endpoint) => FORMS.map((form) => [endpoint, form] as const));

describe.each(each)("%s as %s", (endpoint, form) => {
  test("a whole answer may be stored, with calls of tools too", () => {
    for (const script of [SCRIPT, CALLS]) expect(why(answerOf(script, form, endpoint), { endpoint })).toBeUndefined();
  });

  test("one that was cut for its length, filtered, refused, empty or without usage may not", () => {
    const of = (script: object): string | undefined =>
      why(answerOf({ ...SCRIPT, ...script }, form, endpoint), { endpoint });
    // What the relay says of the end is not trusted against the body.
    expect(of({ finishReason: "length" })).toBe("finish");
    expect(of({ finishReason: "content_filter" })).toBeDefined();
    expect(of({ refusal: "I will not." })).toBeDefined();
    expect(of({ text: "" })).toBe("empty");
    if (endpoint !== "messages") expect(of({ usage: null })).toBe("usage");
  });

  test("one that broke off may not", () => {
    const answer = answerOf(CALLS, form, endpoint);
    for (let cut = 1; cut < answer.body.length; cut += 7) {
      // The blank line after the last event may be missing.
      const body = answer.body.subarray(0, answer.body.length - 2 - cut);
      expect(why({ ...answer, body }, { endpoint })).toBeDefined();
    }
  });
});

test.each<[string, Partial<WholeAnswer>]>([
  ["status", { status: 201 }],
  ["status", { status: 429 }],
  ["usage", { usage: null }],
  ["finish", { finish: "length" }],
  ["finish", { finish: "content_filter" }],
  ["finish", { finish: null }],
  ["encoding", { headers: { "content-encoding": "gzip" } }],
  ["incomplete", { body: Buffer.from("<html>") }],
  ["incomplete", { body: Buffer.from('{"error":{"message":"no"}}') }],
])("%s: %o", (reason, given) => {
  expect(why({ ...answerOf(SCRIPT), ...given })).toBe(reason);
});

test("up to 1 MiB", () => {
  const of = (length: number): string | undefined => {
    const answer = answerOf(SCRIPT);
    const space = Buffer.alloc(length - answer.body.length, " ");
    return why({ ...answer, body: Buffer.concat([answer.body, space]) });
  };
  expect([of(1024 * 1024), of(1024 * 1024 + 1)]).toEqual([undefined, "size"]);
});

test("a refusal next to a plain stop is one", () => {
  const body = { choices: [{ message: { content: null, refusal: "No." }, finish_reason: "stop" }], usage: {} };
  expect(why({ ...answerOf(SCRIPT), body: Buffer.from(JSON.stringify(body)) })).toBe("refusal");
});

test("embeddings and counts of tokens, when they hold any", () => {
  const of = (endpoint: "embeddings" | "messages.count_tokens", body: unknown): string | undefined =>
    why({ ...answerOf(SCRIPT), finish: null, body: Buffer.from(JSON.stringify(body)) }, { endpoint });
  expect(of("embeddings", { data: [{ embedding: [0] }] })).toBeUndefined();
  expect(of("embeddings", { data: [] })).toBe("empty");
  expect(of("messages.count_tokens", { input_tokens: 3 })).toBeUndefined();
  expect(of("messages.count_tokens", {})).toBe("empty");
});
