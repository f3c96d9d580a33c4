import { expect, test } from "vitest";
import { ValueError } from "@tesserae/core";
import { AssistantAgent, CodeExecutorAgent, RoundRobinGroupChat, SelectorGroupChat, UserProxyAgent } from "../index.ts";

test.each([
  ["AssistantAgent", AssistantAgent],
  ["CodeExecutorAgent", CodeExecutorAgent],
  ["UserProxyAgent", UserProxyAgent],
  ["RoundRobinGroupChat", RoundRobinGroupChat],
  ["SelectorGroupChat", SelectorGroupChat],
])("%s without options says what it needs", (name, constructor) => {
  const make = (): unknown => Reflect.construct(constructor, []);
  expect(make).toThrow(ValueError);
  expect(make).toThrow(`${name} takes an object with its options`);
});
