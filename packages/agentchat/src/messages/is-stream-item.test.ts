import { expect, test } from "vitest";
import { SayingAgent } from "../testing/team-agents.ts";
import { TextMessage, ToolCallRequestEvent } from "./factories.ts";
import { isStreamItem } from "./is-stream-item.ts";

test("messages and events are items of a stream, the results that end one are none", async () => {
  expect(isStreamItem(TextMessage({ content: "x", source: "a" }))).toBe(true);
  expect(isStreamItem(ToolCallRequestEvent({ content: [], source: "a" }))).toBe(true);
  const items: boolean[] = [];
  for await (const item of new SayingAgent("a", "x").runStream("go")) items.push(isStreamItem(item));
  expect(items).toEqual([true, true, false]);
  for (const other of [{ type: "TextMessage", content: "x", source: "a" }, "x", null, undefined, {}]) {
    expect(isStreamItem(other)).toBe(false);
  }
});
