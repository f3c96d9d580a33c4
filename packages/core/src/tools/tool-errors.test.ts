import { expect, test } from "vitest";
import { ERROR_CODES, type ErrorCode } from "../errors/codes.ts";
import { TesseraeError } from "../errors/tesserae-error.ts";
import { endsTheRun, ToolArgumentsError } from "./tool-errors.ts";
import { errorToText } from "./tool-result.ts";

test("limits, journals and a person who is not there end a run; what a tool does wrong does not", () => {
  const codes = Object.keys(ERROR_CODES) as ErrorCode[];
  const ending = codes.filter((code) => endsTheRun(new TesseraeError(code, "text")));
  for (const code of ["ERR_LIMIT_COST", "ERR_LIMIT_TURNS", "ERR_JOURNAL_DIVERGED", "ERR_INPUT_WAITING"]) {
    if (codes.includes(code as ErrorCode)) expect(ending).toContain(code);
  }
  for (const code of ["ERR_TOOL_FAILED", "ERR_TOOL_REFUSED", "ERR_INVALID_ARGUMENT", "ERR_MODEL_OVERLOADED"]) {
    expect(ending).not.toContain(code);
  }
  for (const other of [new Error("ERR_LIMIT_COST"), "ERR_LIMIT_COST", undefined]) expect(endsTheRun(other)).toBe(false);
});

test("an error is its message for a model, several are a line each, and one without words its name", () => {
  expect(errorToText(new Error(" no luck\n"))).toBe("no luck");
  expect(errorToText(new AggregateError([new Error("one"), new AggregateError([new Error("two"), "three"])]))).toBe(
    "one\ntwo\nthree",
  );
  expect(errorToText(new RangeError(""))).toBe("RangeError");
  expect(errorToText("text")).toBe("text");
  expect(errorToText(undefined)).toBe("undefined");
});

test("arguments that do not fit are told with every place", () => {
  const problems = [
    { pointer: "", message: "an object is expected" },
    { pointer: "/x", message: "a number is expected" },
  ];
  expect(new ToolArgumentsError("double", problems)).toMatchObject({
    code: "ERR_TOOL_ARGUMENTS",
    message: "The arguments of tool 'double' are not valid. an object is expected; /x: a number is expected",
  });
});
