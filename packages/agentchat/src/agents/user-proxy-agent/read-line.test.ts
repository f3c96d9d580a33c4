import { PassThrough } from "node:stream";
import { isAbortError } from "@tesserae/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { rejection } from "../../testing/collect.ts";
import { readLine } from "./read-line.ts";

const original = {
  input: Object.getOwnPropertyDescriptor(process, "stdin"),
  error: Object.getOwnPropertyDescriptor(process, "stderr"),
};
let input: PassThrough;
let prompts: PassThrough;

beforeEach(() => {
  input = new PassThrough();
  prompts = new PassThrough();
  Object.defineProperty(process, "stdin", { value: input, configurable: true });
  Object.defineProperty(process, "stderr", { value: prompts, configurable: true });
});

afterEach(() => {
  if (original.input !== undefined) Object.defineProperty(process, "stdin", original.input);
  if (original.error !== undefined) Object.defineProperty(process, "stderr", original.error);
});

describe("a line from the console", () => {
  test("is asked for on standard error and read from standard input", async () => {
    const line = readLine("Name? ");
    input.write("Ada\nmore\n");
    expect(await line).toBe("Ada");
    expect(String(prompts.read())).toMatch(/Name\? /);
  });

  test("is one of several: the next question takes the next one, the last without a newline too", async () => {
    input.write("Ada\r\nGr");
    expect(await readLine("Name? ")).toBe("Ada");
    const second = readLine("Name? ");
    input.write("\u00e9goire\n");
    expect(await second).toBe("Grégoire");
    input.end("Last");
    expect(await readLine("Name? ")).toBe("Last");
    expect(await rejection(readLine("Name? "))).toMatchObject({ code: "ERR_INPUT_WAITING" });
  });

  test("that never comes, since the input ends, is waited for elsewhere", async () => {
    const line = rejection(readLine("Name? "));
    input.end();
    expect(await line).toMatchObject({
      code: "ERR_INPUT_WAITING",
      message: expect.stringContaining("nobody is there"),
    });
    // Long after the end, too.
    expect(await rejection(readLine("Name? "))).toMatchObject({ code: "ERR_INPUT_WAITING" });
  });

  test("that cannot be read, since the terminal is gone, is waited for elsewhere", async () => {
    const line = rejection(readLine("Name? "));
    input.destroy(new Error("EIO"));
    expect(await line).toMatchObject({ code: "ERR_INPUT_WAITING" });
  });

  test("is not waited for after an abort", async () => {
    const controller = new AbortController();
    const line = rejection(readLine("Name? ", controller.signal));
    controller.abort();
    expect(isAbortError(await line)).toBe(true);
    expect(input.listenerCount("data")).toBe(0);
    expect(isAbortError(await rejection(readLine("Name? ", AbortSignal.abort())))).toBe(true);
  });
});
