import { expect, test } from "vitest";
import { canonicalJson } from "./canonical-json.ts";

test("keys are sorted by UTF-16 code units, numbers and strings are written as ECMAScript does", () => {
  const value = {
    "€": 1,
    "\r": 2,
    דּ: 3,
    "1": 4,
    "😀": 5,
    "\u0080": 6,
    ö: 7,
    b: [1e21, -0, 0.000_001, true, null],
    a: undefined,
  };
  expect(canonicalJson(value)).toBe(
    '{"\\r":2,"1":4,"b":[1e+21,0,0.000001,true,null],"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}',
  );
  expect(canonicalJson('\u0007 "\\/\u000f\n')).toBe('"\\u0007 \\"\\\\/\\u000f\\n"');
});
