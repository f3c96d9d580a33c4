import fc from "fast-check";
import { expect, test } from "vitest";
import { fingerprint } from "../../workloads/fingerprint.ts";
import { JsonScanner } from "../json/json-scanner.ts";
import { outlineOf } from "./outline.ts";

const scanner = new JsonScanner();
const outline = (text: string): unknown => {
  const body = Buffer.from(text);
  return outlineOf(scanner, body, scanner.scan(body));
};
const nameOf = (body: unknown): string | undefined =>
  fingerprint({ keyId: "k", upstreamId: "u", dialect: "openai", body });

const words = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 30 }),
  // Long ones, with escapes of all kinds where they may be cut.
  fc
    .tuple(fc.constantFrom("a", "é", "😀", '"', "\\", "\n", '\\"', "7 "), fc.integer({ min: 1000, max: 8000 }))
    .map(([unit, count]) => unit.repeat(count)),
);
const part = fc.record({ type: fc.constant("text"), text: fc.oneof(words, fc.constant(null)) }, { requiredKeys: [] });
const content = fc.oneof(words, fc.array(part, { maxLength: 3 }), fc.constant(null));
const message = fc.record(
  {
    role: fc.constantFrom("system", "developer", "user", "assistant", "tool"),
    content,
    text: words,
    extra: fc.json(),
  },
  { requiredKeys: [] },
);
const list = fc.oneof(fc.array(message, { maxLength: 6 }), fc.array(fc.oneof(message, words), { maxLength: 4 }), words);
const tool = fc.oneof(
  fc.record({ type: fc.constant("function"), function: fc.record({ name: words }) }),
  fc.record({ name: words }),
);
// No protocol has both `messages` and `input`.
const request = fc.constantFrom("messages", "input").chain((name) =>
  fc.record(
    {
      model: words,
      system: content,
      instructions: words,
      [name]: list,
      tools: fc.array(tool, { maxLength: 3 }),
      other: fc.jsonValue(),
    },
    { requiredKeys: ["model"] },
  ),
);

test("the outline of a body has the same fingerprint as the whole of it, however it is written", () => {
  fc.assert(
    fc.property(request, fc.constantFrom(undefined, 1), (body, spaces) => {
      const text = JSON.stringify(body, undefined, spaces);
      expect(nameOf(outline(text))).toBe(nameOf(JSON.parse(text)));
      const escaped = text.replaceAll(
        /[\u0080-\uffff]/g,
        (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
      );
      expect(nameOf(outline(escaped))).toBe(nameOf(JSON.parse(text)));
    }),
    { numRuns: 300 },
  );
});

test("a long prompt is cut, and messages behind the instructions are not looked at", () => {
  const long = "x".repeat(100_000);
  const messages = [
    { role: "user", content: long },
    { role: "system", content: long },
    { role: "assistant", content: long },
  ];
  expect(JSON.stringify(outline(JSON.stringify({ messages }))).length).toBeLessThan(15_000);
});

test("of a member that comes twice the last one counts", () => {
  expect(outline('{"system":"a","system":"b"}')).toEqual({ system: "b" });
});
