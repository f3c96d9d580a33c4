import { expect, test } from "vitest";
import { withoutUsageChunk } from "./usage-chunk.ts";

const DELTA = 'data: {"choices":[{"delta":{"content":"é []"}}],"usage":null}\n\n';
const USAGE = 'data: {"choices":[],"usage":{"prompt_tokens":1}}\n\n';
const DONE = "data: [DONE]\n\n";
const without = (text: string): string | undefined => withoutUsageChunk(Buffer.from(text))?.toString();

test.each([
  [DELTA + USAGE + DONE, DELTA + DONE],
  [USAGE, undefined],
  // A blank line too many before it, and events whose end has not come.
  [`${DELTA}\n${USAGE}${DONE}`, `${DELTA}\n${DONE}`],
  [USAGE + USAGE.trimEnd(), USAGE.trimEnd()],
  [USAGE.replaceAll("\n", "\r\n") + DONE, DONE],
  ['data:{"choices": [] , "usage":{"a":[]}}\n\n'.replace(" ]", "]"), undefined],
  // With a name, an id, a comment, and its data in several lines.
  [`${DELTA}event: message\nid: 7\n${USAGE}${DONE}`, DELTA + DONE],
  [`: waiting []\n\n: and\n${USAGE.replace('"usage"', '\ndata: "usage"')}${DONE}`, `: waiting []\n\n${DONE}`],
  // What is no usage chunk stays: without usage, with choices, a comment, no JSON.
  ['data: {"choices":[],"prompt_filter_results":[]}\n\n', 'data: {"choices":[],"prompt_filter_results":[]}\n\n'],
  ['data: {"choices":[],"usage":null}\n\n', 'data: {"choices":[],"usage":null}\n\n'],
  [": []\n\n", ": []\n\n"],
  ["data: []\n\n", "data: []\n\n"],
  ["data: {[]\n\n", "data: {[]\n\n"],
])("%j", (text, expected) => {
  expect(without(text)).toBe(expected);
});

test("where it is not among them the bytes are the same ones", () => {
  const bytes = Buffer.from(DELTA);
  expect(withoutUsageChunk(bytes)).toBe(bytes);
});

test("at the end of a stream its blank line may be missing", () => {
  for (const end of ["", "\n", "\r\n"]) {
    const bytes = Buffer.from(DELTA + USAGE.trimEnd() + end);
    expect(withoutUsageChunk(bytes)).toBe(bytes);
    expect(withoutUsageChunk(bytes, true)?.toString()).toBe(DELTA);
  }
});
