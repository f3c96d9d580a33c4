import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CanonicalReader, Ineligible } from "./canonical-reader.ts";

const reader = new CanonicalReader();
const read = (text: string | Buffer, ignoreUser = false) =>
  reader.read(typeof text === "string" ? Buffer.from(text) : text, { model: "m", ignoreUser });
const textOf = (text: string): string => read(text).text;
const reasonOf = (text: string | Buffer): string | undefined => {
  try {
    read(text);
    return undefined;
  } catch (error) {
    if (!(error instanceof Ineligible)) throw error;
    return error.reason;
  }
};

/** Canonical JSON by the plainest means: parsed, sorted, written again. */
function oracle(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(oracle).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([name, member]) => `${JSON.stringify(name)}:${oracle(member)}`).join(",")}}`;
}

const isObject = (text: string): boolean => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
};

/**
 * Names that no rule of the reader takes out or replaces. None holds a backslash: some versions of V8 take the name `\\r`
 * for one of a backslash alone that an object before it had, so that the oracle would be wrong.
 */
const name = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 6 }).map((text) => `x${text.replaceAll("\\", "")}`),
  fc.constantFrom("\u20ac", "\r", "\ufb33", "1", "\ud83d\ude00", "\u0080", "\u00f6", '"', "__proto__"),
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.string({ unit: "grapheme" }),
    fc.string({ unit: fc.constantFrom("\\", '"', "/", "\n", "\u0000", "\u001f", "\u007f", "\u2028", "é", "a") }),
    fc.integer(),
    fc
      .double({ noNaN: true, noDefaultInfinity: true, min: -(2 ** 53), max: 2 ** 53 })
      .filter((x) => Math.abs(x) < 2 ** 53),
    fc.constantFrom(null, true, false, -0, 1e-7, 1e21 / 1e10, 0.1 + 0.2, 5e-324),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(name, tie("value"), { maxKeys: 5, noNullPrototype: true }),
  ),
}));
const body = fc.dictionary(name, value, { maxKeys: 40, noNullPrototype: true });

describe("canonical JSON (RFC 8785)", () => {
  test("is what parsing, sorting and writing gives, for every object however it is spaced", () => {
    fc.assert(
      fc.property(body, fc.constantFrom(undefined, 1, "\t"), (given, space) => {
        const text = JSON.stringify(given, null, space);
        expect(textOf(text)).toBe(oracle(JSON.parse(text)));
      }),
      { numRuns: 1500 },
    );
  });

  test("is the same whichever way a string is escaped", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const units = Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));
        const escaped = units.map((unit) => `\\u${unit.toString(16).padStart(4, "0").toUpperCase()}`);
        expect(textOf(`{"a":"${escaped.join("")}","b":"\\/"}`)).toBe(oracle({ a: text, b: "/" }));
      }),
    );
  });

  test.each([
    ["0.0", "0"],
    ["-0", "0"],
    ["1.0", "1"],
    ["1E2", "100"],
    ["1e-7", "1e-7"],
    ["0.000001", "0.000001"],
    ["333333333.33333329", "333333333.3333333"],
    ["9007199254740991", "9007199254740991"],
    ["123456789012345", "123456789012345"],
  ])("the number %s is %s", (given, canonical) => {
    expect(textOf(`{"a":${given}}`)).toBe(`{"a":${canonical}}`);
  });

  test("names are ordered by their UTF-16 units, as the RFC's own example", () => {
    const given = '{"\\u20ac":1,"\\r":2,"\\ufb33":3,"1":4,"\\ud83d\\ude00":5,"\\u0080":6,"\\u00f6":7}';
    expect(textOf(given)).toBe('{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}');
  });
});

describe("what is refused", () => {
  test("all that JSON.parse refuses, and of what it takes only what the rules name", () => {
    const structural = fc.constantFrom(...'{}[]:,"0123-+.eEtrufalsn\\ \n\u0001'.split(""));
    fc.assert(
      fc.property(body, fc.nat(), structural, fc.constantFrom(0, 1), (given, place, character, cut) => {
        const text = JSON.stringify(given);
        const at = place % (text.length + 1);
        const broken = text.slice(0, at) + character + text.slice(at + cut);
        // A character that was cut in two is no text that bytes can hold.
        fc.pre(!/\p{Surrogate}/u.test(broken));
        const reason = reasonOf(broken);
        if (!isObject(broken)) expect(reason).toBeDefined();
        else if (reason !== undefined) expect(["duplicate-key", "number", "surrogate"]).toContain(reason);
      }),
      { numRuns: 4000 },
    );
  });

  test.each([
    ['{"a":1,"a":2}', "duplicate-key"],
    ['{"a":1,"\\u0061":1}', "duplicate-key"],
    ['{"x":[{"stream":1,"b":{},"stream":1}]}', "duplicate-key"],
    ['{"stream":true,"stream":false}', "duplicate-key"],
    [`{${Array.from({ length: 60 }, (_, at) => `"k${at % 59}":0`).join(",")}}`, "duplicate-key"],
    ['{"a":9007199254740992}', "number"],
    ['{"a":12345678901234567890}', "number"],
    ['{"a":-1e300}', "number"],
    ['{"a":1e999}', "number"],
    ['{"a":"\\ud800"}', "surrogate"],
    [`{"a":${"[".repeat(200)}${"]".repeat(200)}}`, "depth"],
    ["[]", "json"],
    ['"a"', "json"],
    ["", "json"],
    ['{"a":"\n"}', "json"],
    ['{"a":01}', "json"],
    ['{"a":1}x', "json"],
    ['{"a":"\\x"}', "json"],
    ["\uFEFF{}", "json"],
  ])("%s: %s", (text, reason) => {
    expect(reasonOf(text)).toBe(reason);
  });

  test("bytes that are no UTF-8", () => {
    expect(reasonOf(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]))).toBe("utf8");
  });

  test("many members, the names in falling order, are read in a moment", () => {
    const names = Array.from({ length: 100_000 }, (_, at) => `"k${String(200_000 - at)}":0`);
    expect(textOf(`{${names.join(",")}}`)).toBe(`{${names.toReversed().join(",")}}`);
  });
});

describe("what is left out", () => {
  test("how the answer is delivered and priced, marks of prompt caches, and an n of 1", () => {
    const given = {
      model: "other",
      stream: true,
      stream_options: { include_usage: true },
      service_tier: "flex",
      prompt_cache_key: "k",
      prompt_cache_retention: "24h",
      prompt_cache_options: {},
      tessera_feature_tag: "x",
      n: 1,
      system: [{ type: "text", text: "s", cache_control: { type: "ephemeral" } }],
      tools: [{ name: "f", cache_control: {}, input_schema: { properties: { cache_control: { type: "string" } } } }],
      messages: [{ role: "user", content: [{ text: "q", prompt_cache_breakpoint: {} }], stream: 1 }],
    };
    expect(textOf(JSON.stringify(given))).toBe(
      oracle({
        model: "m",
        system: [{ type: "text", text: "s" }],
        // What a tool calls its own arguments is no mark.
        tools: [{ name: "f", input_schema: { properties: { cache_control: { type: "string" } } } }],
        messages: [{ role: "user", content: [{ text: "q" }], stream: 1 }],
      }),
    );
  });

  test("who the user is, only when that is to be ignored", () => {
    const given = { metadata: { user_id: "u", team: "t" }, safety_identifier: "s", user: "u" };
    expect(textOf(JSON.stringify(given))).toBe(oracle(given));
    const ignored = read(JSON.stringify(given), true);
    expect(ignored).toMatchObject({ text: '{"metadata":{"team":"t"}}', userId: '"u"' });
  });

  test("what the body says of each member, and the types of its tools, stay known", () => {
    const { members, toolTypes } = read('{"stream":true,"tools":[{"type":"function","x":{"type":"y"}},{"name":"z"}]}');
    expect(members.get("stream")).toBe("true");
    expect(toolTypes).toEqual(['"function"']);
  });
});
