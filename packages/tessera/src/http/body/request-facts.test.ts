import { describe, expect, test } from "vitest";
import { JsonScanner } from "../json/json-scanner.ts";
import { bodyAskingUsage, checkedTag, readFacts, withModel } from "./request-facts.ts";

const scanner = new JsonScanner();
const facts = (text: string) => readFacts(scanner, Buffer.from(text));

test("the model, the stream, the limit and the number of answers are found", () => {
  const text =
    '{"model":"gpt-4o","stream":true,"max_completion_tokens":50,"n":3,"stream_options":{"include_usage":true}}';
  expect(facts(text)).toMatchObject({
    model: "gpt-4o",
    stream: true,
    maxOutputTokens: 50,
    choices: 3,
    asksUsage: true,
  });
  expect(facts('{"model":"mod\\u00e9le"}').model).toBe("modéle");
  expect(facts("{}")).toMatchObject({
    model: "",
    stream: false,
    maxOutputTokens: undefined,
    choices: 1,
    asksUsage: false,
  });
});

test("what has another type than it should is taken as absent", () => {
  const text = '{"model":7,"stream":"true","max_tokens":"9","n":null,"stream_options":[1]}';
  expect(facts(text)).toMatchObject({
    model: "",
    stream: false,
    choices: 1,
    asksUsage: false,
    maxOutputTokens: undefined,
  });
});

test("of two limits the larger is what the answer can cost", () => {
  expect(facts('{"max_tokens":10,"max_completion_tokens":400}').maxOutputTokens).toBe(400);
});

test("where a member comes twice the last one counts", () => {
  expect(facts('{"model":"a","stream":true,"model":"b","stream":false}')).toMatchObject({ model: "b", stream: false });
});

test("members for the gateway are taken out, and nothing else changes", () => {
  const text =
    '{"tessera_feature_tag":"f","x":1.0,"tessera_customer_tag":"c","big":12345678901234567890,"tessera_async_tolerant":true}';
  const read = facts(text);
  expect(read).toMatchObject({ featureTag: "f", customerTag: "c" });
  expect(read.body.toString()).toBe('{"x":1.0,"big":12345678901234567890}');
});

test("without members for the gateway the body is the bytes that came", () => {
  const bytes = Buffer.from('{ "model" : "x" }');
  expect(readFacts(scanner, bytes).body).toBe(bytes);
});

describe("asking for usage", () => {
  test.each([
    ['{"model":"x"}', '{"model":"x","stream_options":{"include_usage":true}}'],
    ["{}", '{"stream_options":{"include_usage":true}}'],
    ['{"stream_options":null,"a":1.0}', '{"stream_options":{"include_usage":true},"a":1.0}'],
    ['{"stream_options":{}}', '{"stream_options":{"include_usage":true}}'],
    ['{"stream_options":{"a":[1]}}', '{"stream_options":{"a":[1],"include_usage":true}}'],
    ['{"stream_options":{"include_usage": false }}', '{"stream_options":{"include_usage": true }}'],
  ])("in %s", (text, expected) => {
    expect(bodyAskingUsage(scanner, facts(text)).toString()).toBe(expected);
  });
});

test("another model's name changes that string alone", () => {
  const changed = withModel(
    scanner,
    facts('{"temperature":1.0,"model": "openai/gpt-4o" ,"x":12345678901234567890}'),
    "gpt-4o",
  );
  expect(changed.body.toString()).toBe('{"temperature":1.0,"model": "gpt-4o" ,"x":12345678901234567890}');
  expect(changed.model).toBe("gpt-4o");
});

test.each([
  ["", /empty/],
  ["[1]", /no JSON object/],
  ['{"a":', /no JSON object/],
  [`{"a":${"[".repeat(300)}`, /nested/],
  ['{"tessera_feature_tag":7}', /tessera_feature_tag/],
  ['{"tessera_feature_tag":"a\\r\\nb"}', /tessera_feature_tag/],
])("%j is refused, with the reason", (text, reason) => {
  expect(() => facts(text)).toThrow(reason);
});

test("a tag is short and printable", () => {
  expect(checkedTag("x", "team/a b")).toBe("team/a b");
  expect(() => checkedTag("x", "a".repeat(257))).toThrow(/x must be/);
});
