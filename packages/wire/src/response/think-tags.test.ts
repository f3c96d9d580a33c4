import { expect, test } from "vitest";
import { splitThinkTags } from "./think-tags.ts";
import { normalizeToolName } from "./tool-name.ts";

test.each([
  ["<think> why \n</think>\n\n what ", "what", "why"],
  ["<think></think>what", "what", ""],
  ["<think>think tank</think>ok", "ok", "think tank"],
])("%j is split", (text, rest, thinking) => {
  expect(splitThinkTags(text)).toEqual({ text: rest, thinking, found: true });
});

test.each(["plain", "<think>open", "close</think>", "</think>a<think>", ""])(
  "%j has no pair of tags and stays",
  (text) => {
    expect(splitThinkTags(text)).toEqual({ text, thinking: undefined, found: false });
  },
);

test("a function name is made fit for every provider", () => {
  expect(normalizeToolName("my tool.größe")).toBe("my_tool_gr__e");
  expect(normalizeToolName("a".repeat(80))).toHaveLength(64);
});
