import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isAllowed } from "./glob.ts";

describe("globs of a key's policy", () => {
  test.each([
    [["gpt-4o"], "gpt-4o", true],
    [["gpt-4o"], "gpt-4o-mini", false],
    [["gpt-*"], "gpt-4o", true],
    [["*"], "", true],
    [["*-mini", "claude-*"], "claude-opus", true],
    [["a*b*c"], "axbxc", true],
    [["a*b*c"], "axc", false],
    [["ab*bc"], "abc", false],
    [["a.c"], "abc", false],
    [[], "x", false],
    [undefined, "x", true],
  ] as const)("%j and %j: %s", (globs, value, allowed) => {
    expect(isAllowed(globs, value)).toBe(allowed);
  });

  test("agree with regular expressions", () => {
    const piece = fc.stringMatching(/^[ab*]{0,8}$/);
    fc.assert(
      fc.property(piece, fc.stringMatching(/^[ab]{0,10}$/), (glob, value) => {
        expect(isAllowed([glob], value)).toBe(new RegExp(`^${glob.replaceAll("*", ".*")}$`).test(value));
      }),
    );
  });
});
