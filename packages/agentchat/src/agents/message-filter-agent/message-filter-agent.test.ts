import { ComponentRegistry, dumpComponent } from "@tesserae/core";
import { expect, test, describe } from "vitest";
import { agentchatComponents } from "../../components/agentchat-components.ts";
import { TextMessage } from "../../messages/factories.ts";
import type { ChatMessage } from "../../messages/types.ts";
import { RoundRobinGroupChat } from "../../teams/round-robin-group-chat/round-robin-group-chat.ts";
import { linesOf } from "../../testing/run-items.ts";
import { SayingAgent } from "../../testing/team-agents.ts";
import { UserProxyAgent } from "../user-proxy-agent/user-proxy-agent.ts";
import { filterMessages, type PerSourceFilter } from "./message-filter.ts";
import { MessageFilterAgent } from "./message-filter-agent.ts";

const say = (source: string, content: string): ChatMessage => TextMessage({ source, content });
const HEARD = [say("user", "u1"), say("user", "u2"), say("system", "s1"), say("user", "u3"), say("system", "s2")];

test.each([
  [{}, /is \{ perSource/],
  [{ perSource: "user" }, /is \{ perSource/],
  [{ perSource: [5] }, /Entry 0 of perSource needs the name of a source/],
  [{ perSource: [{ source: "a" }, { source: "b", position: "frist", count: 1 }] }, /Entry 1 .* "first" and "last"/],
  [{ perSource: [{ source: "a", position: "last", count: -1 }] }, /no whole number from 0/],
])("a filter like %j, which lets other messages through than it seems to, is refused", (filter, problem) => {
  const options = { name: "m", wrappedAgent: new SayingAgent("a"), filter: JSON.parse(JSON.stringify(filter)) };
  expect(() => new MessageFilterAgent(options)).toThrow(problem);
});

describe("a filter lets through", () => {
  test.each<readonly [what: string, perSource: readonly PerSourceFilter[], passes: readonly string[]]>([
    ["nothing without entries", [], []],
    ["all of a source without position and count", [{ source: "user" }], ["u1", "u2", "u3"]],
    ["all of a source where the count is missing", [{ source: "user", position: "last" }], ["u1", "u2", "u3"]],
    [
      "the last and the first of two sources",
      [
        { source: "user", position: "last", count: 2 },
        { source: "system", position: "first", count: 1 },
      ],
      ["u2", "u3", "s1"],
    ],
    ["in the order of its entries", [{ source: "system" }, { source: "user" }], ["s1", "s2", "u1", "u2", "u3"]],
    [
      "twice what two entries name",
      [
        { source: "system", position: "first", count: 1 },
        { source: "system", position: "first", count: 1 },
      ],
      ["s1", "s1"],
    ],
  ])("%s", (_what, perSource, passes) => {
    expect(filterMessages(HEARD, { perSource }).map(({ content }) => content)).toEqual(passes);
  });
});

const filtered = (inner: SayingAgent, ...perSource: readonly PerSourceFilter[]): MessageFilterAgent =>
  new MessageFilterAgent({ name: inner.name, wrappedAgent: inner, filter: { perSource } });

test("a loop with filters: one hears the user once and the other twice, the third each of them once", async () => {
  const a = new SayingAgent("a", "from a");
  const b = new SayingAgent("b", "from b");
  const c = new SayingAgent("c", "from c");
  const team = new RoundRobinGroupChat({
    participants: [
      filtered(a, { source: "user", position: "first", count: 1 }, { source: "b" }),
      filtered(b, { source: "a" }),
      filtered(c, { source: "user", position: "first", count: 1 }, { source: "b", position: "last", count: 1 }),
    ],
    maxTurns: 5,
  });
  await team.run("task");
  const heard = (agent: SayingAgent): readonly (readonly string[])[] => agent.heard.map(linesOf);
  expect(heard(a)).toEqual([["user: task"], ["b: from b"]]);
  expect(heard(b)).toEqual([["a: from a"], ["a: from a"]]);
  expect(heard(c)).toEqual([["user: task", "b: from b"]]);
});

test("the agent inside answers under its own name, and its description says what is around it", async () => {
  const inner = new SayingAgent("inside", "hello");
  const agent = new MessageFilterAgent({ name: "around", wrappedAgent: inner, filter: { perSource: [] } });
  expect(agent.description).toBe("The agent inside. (with message filtering)");
  expect(agent.producedMessageTypes).toEqual(inner.producedMessageTypes);
  expect(linesOf((await agent.run("x")).messages)).toEqual(["user: x", "inside: hello"]);
});

test("state, reset and pause reach the agent inside", async () => {
  const inner = new SayingAgent("inside", (_heard, _turn, count) => `turn ${count}`);
  const agent = filtered(inner);
  await agent.run("x");
  const state = await agent.saveState();
  const other = filtered(new SayingAgent("inside", (_heard, _turn, count) => `turn ${count}`));
  await other.loadState(state);
  expect(linesOf((await other.run("x")).messages)).toEqual(["user: x", "inside: turn 2"]);
  // A state of Python's says nothing of it.
  await other.loadState({ type: "BaseState", version: "1.0.0" });
  await agent.onPause();
  await agent.onResume();
  await agent.onReset();
  expect([inner.calls, inner.resets]).toEqual([["pause", "resume"], 1]);
});

test("a file keeps the filter", async () => {
  const agent = new MessageFilterAgent({
    name: "around",
    wrappedAgent: new UserProxyAgent({ name: "person" }),
    filter: { perSource: [{ source: "user", position: "last", count: 2 }, { source: "critic" }] },
  });
  const dump = dumpComponent(agent);
  expect(dump.config).toMatchObject({
    filter: { per_source: [{ source: "user", position: "last", count: 2 }, { source: "critic" }] },
  });
  const loaded = await new ComponentRegistry().register(...agentchatComponents()).load(dump);
  expect(dumpComponent(loaded)).toEqual(dump);
});
