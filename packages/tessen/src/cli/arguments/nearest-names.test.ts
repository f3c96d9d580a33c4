import { expect, test } from "vitest";
import { didYouMean, nearestNames } from "./nearest-names.ts";

test.each([
  ["dmeo", ["demo"]],
  ["Demo", ["demo"]],
  ["dem", ["demo"]],
  ["planer", ["planner"]],
  ["zebra", []],
  ["", []],
])('"%s" may mean %j', (given, names) => {
  expect(nearestNames(given, ["demo", "planner", "writer"])).toEqual(names);
});

test("the nearest comes first, and there are few", () => {
  expect(nearestNames("agent1", ["agent9", "agent12", "agent1x", "agent22", "agent"], 3)).toEqual([
    "agent",
    "agent12",
    "agent1x",
  ]);
  expect(didYouMean("demo1", ["demo", "demo2"])).toBe(' Did you mean "demo" or "demo2"?');
  expect(didYouMean("x".repeat(1e5), ["y".repeat(1e5)])).toBe("");
});
