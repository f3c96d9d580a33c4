import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LookedThrough } from "./looked-through.ts";
import { createRedactor } from "./redactor.ts";

/** Looks through texts, and remembers how many characters of each. */
function counting(find: (text: string) => boolean): { seen: number[]; looked: LookedThrough } {
  const seen: number[] = [];
  const looked = new LookedThrough((text) => {
    seen.push(text.length);
    return find(text);
  }, ",");
  return { seen, looked };
}

const turn = (at: number): string => `{"role":"user","content":"${`turn ${at} `.repeat(100)}"}`;
const conversation = (turns: number): string =>
  `{"model":"m","messages":[${Array.from({ length: turns }, (_, at) => turn(at)).join(",")}],"tools":[{"name":"f"}]}`;

test("of a conversation that goes on only what is new is looked through", () => {
  const { seen, looked } = counting((text) => text.includes("secret"));
  for (let turns = 4; turns < 12; turns += 1) expect(looked.mayMatch(conversation(turns))).toBe(false);
  const [first, ...others] = seen;
  expect(first).toBe(conversation(4).length);
  for (const length of others) expect(length).toBeLessThan(2 * turn(11).length);
});

test("four conversations at once are told apart", () => {
  const { seen, looked } = counting(() => false);
  const all = ["a", "b", "c", "d"].map((name) => name.repeat(3000));
  for (let turns = 0; turns < 5; turns += 1) {
    for (const text of all) looked.mayMatch(`${text},${turn(turns)}`);
  }
  expect(seen.filter((length) => length > 3000)).toHaveLength(4);
});

test("the same text is not looked through again, one with a find is", () => {
  const { seen, looked } = counting((text) => text.includes("secret"));
  const texts = [conversation(3), conversation(3), `${conversation(3)}secret`, `${conversation(3)}secret`];
  expect(texts.map((text) => looked.mayMatch(text))).toEqual([false, false, true, true]);
  expect(seen).toHaveLength(3);
});

test("what stands across the place where two texts part is found", () => {
  const { looked } = counting((text) => text.includes("sk-secret"));
  const begin = `{"a":"${"x".repeat(600)}","b":"sk-`;
  expect(looked.mayMatch(`${begin}other"}`)).toBe(false);
  expect(looked.mayMatch(`${begin}secret"}`)).toBe(true);
  expect(looked.mayMatch(`{"b":"sk-","c":"${"x".repeat(600)}"}`)).toBe(false);
});

describe("with the rules for secrets", () => {
  const piece = fc.oneof(
    fc.constantFrom(
      ",",
      ",",
      '"',
      '{"',
      '":"',
      " ",
      "\\",
      "sk-",
      "abcdefghijklmnop",
      '"api_key"',
      "secret",
      "x-amz-",
      "date",
      "?key=",
      "&",
      "=",
      "Authorization: ",
      "Basic ",
      "Bearer ",
      "-----BEGIN PRIVATE KEY-----",
      "AKIA",
      "0123456789ABCDEF",
      "eyJ",
      "@",
      "://u:p",
    ),
    fc.string({ maxLength: 6 }),
  );
  const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(""));
  const long = "word, ".repeat(60);

  test.each([{}, { keys: ["pin_code"] }, { keys: ["a,b", "x"] }])("%j: the same is found as without", (options) => {
    const redactor = createRedactor(options);
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text, text), { minLength: 2, maxLength: 8 }), (parts) => {
        const { boundary } = redactor;
        if (boundary === undefined) return;
        const looked = new LookedThrough((one) => redactor.mayMatch(one), boundary);
        for (const [begin, middle, end] of parts) {
          for (const one of [
            `${long}${begin}${middle}${end}${long}`,
            `${long}${begin}${end}${long}`,
            `${begin}${long}${middle}${long}${end}`,
          ]) {
            expect(looked.mayMatch(one)).toBe(redactor.mayMatch(one));
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  test("names of the user's that hold the boundary are looked for in the whole", () => {
    expect(createRedactor({ keys: ["a,b"] }).boundary).toBeUndefined();
    expect(createRedactor({ keys: ["pin"] }).boundary).toBe(",");
  });
});
