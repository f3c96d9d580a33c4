import { expect, test } from "vitest";
import { ValueError } from "@tesserae/core";
import {
  AssistantAgent,
  CodeExecutorAgent,
  MessageFilterAgent,
  RoundRobinGroupChat,
  SelectorGroupChat,
  SocietyOfMindAgent,
  UserProxyAgent,
} from "../index.ts";

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

test.each([
  ["AssistantAgent", AssistantAgent, { name: "a" }, "the option modelClient"],
  ["CodeExecutorAgent", CodeExecutorAgent, { name: "a" }, "the option codeExecutor"],
  ["SocietyOfMindAgent", SocietyOfMindAgent, { name: "a" }, "the option team and the option modelClient"],
  ["MessageFilterAgent", MessageFilterAgent, { name: "a", filter: { perSource: [] } }, "the option wrappedAgent"],
  ["SelectorGroupChat", SelectorGroupChat, { participants: [] }, "the option modelClient"],
])("%s says which of its options is missing", (name, constructor, options, missing) => {
  const make = (): unknown => Reflect.construct(constructor, [options]);
  expect(make).toThrow(ValueError);
  expect(make).toThrow(`${name} needs ${missing}.`);
});
