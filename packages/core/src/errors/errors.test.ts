import { describe, expect, test } from "vitest";
import * as core from "../index.ts";
import { ERROR_CODES } from "./codes.ts";
import { isTesseraeError } from "./tesserae-error.ts";

/** What makes one of each class; those that are not here take a message. */
const CALL = { id: "1", name: "t", arguments: "{}" };
const ARGUMENTS: Readonly<Record<string, readonly unknown[]>> = {
  TesseraeError: ["ERR_INVALID_STATE", "text"],
  AgentNotFoundError: ["type"],
  ComponentError: ["ERR_COMPONENT_INVALID", [{ pointer: "/config", message: "text" }]],
  DivergenceError: ["text", { address: "/a", turn: 1 }],
  EffectError: [{ name: "Overloaded", message: "text" }],
  InvalidToolArgumentsException: [CALL],
  LimitError: ["maxCost", "text"],
  MessageDroppedException: [],
  MessageTimeoutError: ["a/k", 5],
  QueueShutDownError: [],
  ToolArgumentsError: ["t", [{ path: [], message: "text" }]],
  ToolException: ["ERR_TOOL_FAILED", CALL, "text"],
  ToolExecutionException: [CALL, "text"],
  ToolNotFoundException: [CALL],
};

const CLASSES = Object.entries(core as Readonly<Record<string, unknown>>).filter(
  (entry): entry is [string, new (...args: unknown[]) => Error] =>
    typeof entry[1] === "function" && entry[1].prototype instanceof Error,
);

describe("every exported class of errors", () => {
  test("is there", () => {
    const names = CLASSES.map(([name]) => name);
    for (const name of ["ValueError", "RuntimeError", "LookupError", "NotImplementedError", "CancelledError"]) {
      expect(names).toContain(name);
    }
    for (const name of [
      "CantHandleException",
      "MessageDroppedException",
      "UndeliverableException",
      "NotAccessibleError",
    ]) {
      expect(names).toContain(name);
    }
  });

  test.each(CLASSES)("%s is known by its brand, has a code of the table, a name and a message", (name, constructor) => {
    const error = new constructor(...(ARGUMENTS[name] ?? ["text"]));
    expect(isTesseraeError(error)).toBe(true);
    expect(error).toBeInstanceOf(core.TesseraeError);
    expect(Object.keys(ERROR_CODES)).toContain(Reflect.get(error, "code"));
    expect(error.name).not.toBe("Error");
    expect(error.message).not.toBe("");
    expect(isTesseraeError(error, "ERR_ABORTED")).toBe(Reflect.get(error, "code") === "ERR_ABORTED");
  });
});

describe("an error", () => {
  test("has the name of Python's class, and keeps its cause", () => {
    const cause = new Error("why");
    const made = [core.ValueError, core.LookupError, core.RuntimeError, core.NotImplementedError].map(
      (kind) => new kind("text", { cause }),
    );
    expect(made.map(({ name }) => name)).toEqual(["ValueError", "LookupError", "RuntimeError", "NotImplementedError"]);
    for (const error of made) expect(error.cause).toBe(cause);
    expect("cause" in new core.ValueError("text")).toBe(false);
  });

  test("of a cancelled call is an AbortError, as users of AbortSignal expect", () => {
    const error = new core.CancelledError();
    expect(error).toMatchObject({ name: "AbortError", code: "ERR_ABORTED" });
    expect(core.isAbortError(error)).toBe(true);
    expect(core.isAbortError(new DOMException("late", "TimeoutError"))).toBe(true);
    expect(core.isAbortError(new Error("AbortError"))).toBe(false);
  });

  test("is thrown for a signal that is aborted, with its reason, and for no other", () => {
    core.throwIfAborted(undefined);
    core.throwIfAborted(new AbortController().signal);
    const thrown = (): void => core.throwIfAborted(AbortSignal.abort("enough"));
    expect(thrown).toThrow(core.CancelledError);
    expect(thrown).toThrow(expect.objectContaining({ cause: "enough" }));
  });

  test("made by another copy of the package is known all the same, others are not", async () => {
    const address = "./tesserae-error.ts?copy";
    const copy = (await import(/* @vite-ignore */ address)) as { readonly TesseraeError: typeof core.TesseraeError };
    expect(copy.TesseraeError).not.toBe(core.TesseraeError);
    const error = new copy.TesseraeError("ERR_NOT_FOUND", "text");
    expect(error).not.toBeInstanceOf(core.TesseraeError);
    expect(isTesseraeError(error)).toBe(true);
    expect(isTesseraeError(error, "ERR_NOT_FOUND")).toBe(true);
    for (const other of [new Error("x"), { code: "ERR_NOT_FOUND" }, "text", null, undefined]) {
      expect(isTesseraeError(other)).toBe(false);
    }
  });
});
