import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { JsonScanner } from "./json-scanner.ts";
import { insertion, removals, replacement, splice } from "./splice.ts";

const scanner = new JsonScanner();

const NAMES = ["a", "b", "c", "d", "e", "f", "g"];

const withoutMembers = (text: string, names: readonly string[]): string => {
  const bytes = Buffer.from(text);
  return splice(
    bytes,
    removals(scanner.scan(bytes), ({ name }) => names.includes(name)),
  ).toString();
};

describe("removing members", () => {
  test.each([
    ['{"a":1,"b":2,"c":3}', ["a"], '{"b":2,"c":3}'],
    ['{"a":1,"b":2,"c":3}', ["b"], '{"a":1,"c":3}'],
    ['{"a":1,"b":2,"c":3}', ["c"], '{"a":1,"b":2}'],
    ['{ "a": 1.0 , "b" : 2 }', ["a"], '{ "b" : 2 }'],
    ['{"a":1,"b":2}', ["a", "b"], "{}"],
    ['{"a":1,"b":2}', [], '{"a":1,"b":2}'],
  ])("of %s: %j", (text, names, expected) => {
    expect(withoutMembers(text, names)).toBe(expected);
  });

  test("leaves what JSON.parse finds without them", () => {
    const object = fc.uniqueArray(fc.tuple(fc.constantFrom(...NAMES), fc.jsonValue()), {
      selector: ([key]) => key,
    });
    fc.assert(
      fc.property(object, fc.subarray(NAMES), fc.constantFrom(undefined, 2), (entries, names, space) => {
        const left = withoutMembers(JSON.stringify(Object.fromEntries(entries), null, space), names);
        const kept = entries.filter(([key]) => !names.includes(key));
        expect(JSON.parse(left)).toEqual(JSON.parse(JSON.stringify(Object.fromEntries(kept))));
      }),
    );
  });
});

test("a member is added at the end, and a value is replaced, and nothing else changes", () => {
  const bytes = Buffer.from('{"model":"a", "x":12345678901234567890, "t":1.0 }');
  const object = scanner.scan(bytes);
  const model = object.members[0];
  if (model === undefined) throw new Error("The member was not found.");
  const edited = splice(bytes, [replacement(model, '"b"'), insertion(object, '"n":1')]).toString();
  expect(edited).toBe('{"model":"b", "x":12345678901234567890, "t":1.0,"n":1 }');
  const empty = Buffer.from("{ }");
  expect(splice(empty, [insertion(scanner.scan(empty), '"n":1')]).toString()).toBe('{"n":1 }');
});
