import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { forgetWarnings } from "../../testing/openai-fixture.ts";
import { warnOnce } from "./warn.ts";

beforeEach(forgetWarnings);
afterEach(() => vi.restoreAllMocks());

test("a warning is told once for each text, with its code, and again when a thousand others came between", () => {
  const emit = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
  warnOnce("TESSERAE_EMPTY_RESULT", "a");
  warnOnce("TESSERAE_EMPTY_RESULT", "a");
  warnOnce("TESSERAE_EMPTY_RESULT", "b");
  warnOnce("TESSERAE_DEPRECATED_OPTION", "a");
  expect(emit.mock.calls).toEqual([
    ["a", { code: "TESSERAE_EMPTY_RESULT", type: "Warning" }],
    ["b", { code: "TESSERAE_EMPTY_RESULT", type: "Warning" }],
    ["a", { code: "TESSERAE_DEPRECATED_OPTION", type: "DeprecationWarning" }],
  ]);
  for (let index = 0; index < 1000; index += 1) warnOnce("TESSERAE_EMPTY_RESULT", `other ${index}`);
  warnOnce("TESSERAE_EMPTY_RESULT", "a");
  expect(emit.mock.calls.at(-1)).toEqual(["a", { code: "TESSERAE_EMPTY_RESULT", type: "Warning" }]);
});
