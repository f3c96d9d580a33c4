import { expect, test } from "vitest";
import { ANALYST_PROMPT } from "../team/prompts.ts";
import * as toolkit from "./index.ts";

test("the toolkit has what the analyst is told about, and nothing else", () => {
  const told = Array.from(ANALYST_PROMPT.matchAll(/^- (\w+)\(/gm), ([, name]) => name);
  expect(new Set(Object.keys(toolkit))).toEqual(new Set(told));
});
