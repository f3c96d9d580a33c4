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

  test("that never comes is an error when the input ends", async () => {
    const line = rejection(readLine("Name? "));
    input.end();
    expect(String(await line)).toMatch(/ended before a line came/);
  });

  test("is not waited for after an abort", async () => {
    const controller = new AbortController();
    const line = rejection(readLine("Name? ", controller.signal));
    controller.abort();
    expect(isAbortError(await line)).toBe(true);
    expect(isAbortError(await rejection(readLine("Name? ", AbortSignal.abort())))).toBe(true);
  });
});
