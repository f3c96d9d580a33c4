import { expect, test } from "vitest";
import { checkRedactOptions } from "./check-redact-options.ts";

test("a rule that is no regular expression is refused by its name", () => {
  expect(() => checkRedactOptions({ patterns: { fine: "a+", broken: "(" } })).toThrow(
    expect.objectContaining({
      code: "ERR_INVALID_ARGUMENT",
      message: expect.stringContaining("redact.patterns.broken"),
    }),
  );
  expect(() => checkRedactOptions({ patterns: { fine: "a+" } })).not.toThrow();
});
