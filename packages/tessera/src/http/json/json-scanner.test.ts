import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { JsonFault, JsonScanner } from "./json-scanner.ts";

const scanner = new JsonScanner();
const scan = (text: string) => scanner.scan(Buffer.from(text));
const latin1 = (name: string): string => Buffer.from(name).toString("latin1");

/** What the scanner says of a text, with the values parsed, to compare with `JSON.parse`. */
function read(text: string): [string, unknown][] | "fault" {
  const bytes = Buffer.from(text);
  try {
    return scanner
      .scan(bytes)
      .members.map(({ name, valueStart, valueEnd }) => [
        name,
        JSON.parse(bytes.toString("utf8", valueStart, valueEnd)) as unknown,
      ]);
  } catch (fault) {
    expect(fault).toBeInstanceOf(JsonFault);
    return "fault";
  }
}

const isObject = (text: string): boolean => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
};

const object = fc.dictionary(fc.string({ unit: "grapheme" }), fc.jsonValue({ maxDepth: 4 }));
const indent = fc.constantFrom(undefined, 1, "\t", "\n  ");

test("every object that JSON.parse accepts has the members that JSON.parse finds", () => {
  fc.assert(
    fc.property(object, indent, (value, space) => {
      const text = JSON.stringify(value, null, space);
      const expected = Object.entries(JSON.parse(text) as object).map(([key, inner]) => [
        latin1(key),
        inner as unknown,
      ]);
      const found = read(text);
      expect(new Map(found === "fault" ? [] : found)).toEqual(new Map(expected as [string, unknown][]));
      expect(scan(text).hasDuplicates).toBe(false);
    }),
    { numRuns: 2000 },
  );
});

test("what is broken outside of strings is refused, and only that", () => {
  const structural = fc.constantFrom(...Array.from('{}[]:,"0123-+.eEtrufalsn '));
  fc.assert(
    fc.property(object, fc.nat(), structural, fc.constantFrom(0, 1), (value, place, character, cut) => {
      const text = JSON.stringify(value).replace(/\\./g, "");
      const at = place % (text.length + 1);
      const broken = text.slice(0, at) + character + text.slice(at + cut);
      expect(read(broken) !== "fault").toBe(isObject(broken));
    }),
    { numRuns: 5000 },
  );
});

test("text out of the pieces of JSON is judged as JSON.parse judges it", () => {
  const piece = fc.constantFrom(
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    '"a"',
    '"b\\""',
    '"\\\\"',
    "1",
    "-0.5e+3",
    "01",
    "true",
    "nul",
    " ",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = `{"k":${pieces.join("")}}`;
      expect(read(text) !== "fault").toBe(isObject(text));
    }),
    { numRuns: 5000 },
  );
});

test("long strings end where they end, whatever they hold", () => {
  const inside = fc.string({ unit: fc.constantFrom("\\", '"', "x", "é", "\n", "{"), maxLength: 200 });
  fc.assert(
    fc.property(inside, inside, (first, second) => {
      expect(read(JSON.stringify({ first, second }))).toEqual([
        ["first", first],
        ["second", second],
      ]);
    }),
    { numRuns: 2000 },
  );
});

describe("names", () => {
  test("written with escapes are the same names", () => {
    expect(read('{"mod\\u0065l":"x"}')).toEqual([["model", "x"]]);
    expect(scan('{"mod\\u0065l":1,"model":2}').hasDuplicates).toBe(true);
  });

  test("that come twice are noticed, among few and among many", () => {
    expect(scan('{"a":1,"b":2,"a":3}').hasDuplicates).toBe(true);
    const many = Array.from({ length: 40 }, (_, index) => `"k${index}":0`).join(",");
    expect(scan(`{${many}}`).hasDuplicates).toBe(false);
    expect(scan(`{${many},"k7":1}`).hasDuplicates).toBe(true);
  });
});

describe("depth", () => {
  const nested = (depth: number): string => `{"a":${"[".repeat(depth - 1)}${"]".repeat(depth - 1)}}`;
  test("200 levels pass, 201 do not", () => {
    expect(read(nested(200))).not.toBe("fault");
    expect(() => scan(nested(201))).toThrow(expect.objectContaining({ reason: "depth" }) as Error);
  });

  test("ten megabytes of brackets are refused at the limit, without reading on", () => {
    const at = (() => {
      try {
        return scan(`{"a":${"[".repeat(10_000_000)}`).end;
      } catch (fault) {
        return fault instanceof JsonFault ? fault.at : -1;
      }
    })();
    expect(at).toBe(204);
  });
});

test("an object inside is read from where it begins", () => {
  const bytes = Buffer.from('{"usage": {"a":1} ,"b":[]}');
  const usage = scanner.scan(bytes).members[0];
  expect(scanner.scanInside(bytes, usage?.valueStart ?? 0)?.members.map(({ name }) => name)).toEqual(["a"]);
  expect(scanner.scanInside(bytes, 1)).toBeUndefined();
});

test.each(["", " ", "[]", "1", '"a"', "{}x", '{"a"}', '{"a":}', "{,}", '{"a":1,}', "not json", '{"a":"b'])(
  "%j is no object",
  (text) => {
    expect(read(text)).toBe("fault");
  },
);

test("a byte-order mark before the object is passed over", () => {
  expect(scan('\uFEFF{"a":1}').members).toHaveLength(1);
});
