import type { LogRecord } from "@tesserae/core";
import { afterEach, describe, expect, test } from "vitest";
import { AssistantAgent } from "../agents/assistant-agent/assistant-agent.ts";
import { MaxMessageTermination } from "../conditions/max-message-termination.ts";
import { RoundRobinGroupChat } from "../teams/round-robin-group-chat/round-robin-group-chat.ts";
import { SelectorGroupChat } from "../teams/selector-group-chat/selector-group-chat.ts";
import { ORCHESTRATOR, ledgerOf, magenticTeam } from "../testing/magentic-team.ts";
import { ScriptedClient, callsOf } from "../testing/scripted-client.ts";
import { SayingAgent } from "../testing/team-agents.ts";
import { addTool } from "../testing/tools.ts";
import { EVENT_LOGGER_NAME, TRACE_LOGGER_NAME } from "./logger-names.ts";
import { subscribeTeamLog } from "./subscribe-team-log.ts";

const undo: (() => void)[] = [];
afterEach(() => {
  for (const stop of undo.splice(0)) stop();
});

/** The records of a logger from now on. */
function logged(name: string): LogRecord[] {
  const records: LogRecord[] = [];
  undo.push(subscribeTeamLog({ write: (record) => void (record.logger === name && records.push(record)) }));
  return records;
}
const textsOf = (records: readonly LogRecord[]): readonly string[] => records.map(({ text }) => text);

test("the logger names are those of AutoGen", () => {
  expect([TRACE_LOGGER_NAME, EVENT_LOGGER_NAME]).toEqual(["autogen_agentchat", "autogen_agentchat.events"]);
});

describe("the trace of a team", () => {
  test("names each speaker, those of inner teams with their place, and what the selecting model said", async () => {
    const records = logged(TRACE_LOGGER_NAME);
    const inner = new RoundRobinGroupChat({ name: "inner", participants: [new SayingAgent("x", "x")], maxTurns: 1 });
    const team = new SelectorGroupChat({
      participants: [inner, new SayingAgent("b", "b"), new SayingAgent("c", "c")],
      modelClient: new ScriptedClient(["inner", "c"]),
      terminationCondition: new MaxMessageTermination(3),
    });
    await team.run("Go");
    expect(textsOf(records)).toEqual([
      "SelectorGroupChatManager, select: inner",
      "Selected speaker: inner (/team[0]/inner[0])",
      "Selected speaker: x (/team[0]/inner[0]/team[0]/x[0])",
      "SelectorGroupChatManager, select: c",
      "Selected speaker: c (/team[0]/c[0])",
    ]);
    expect(new Set(records.map(({ level }) => level))).toEqual(new Set(["debug"]));
  });

  test("has the facts, the plan and each ledger of MagenticOne", async () => {
    const records = logged(TRACE_LOGGER_NAME);
    const ledgers = [ledgerOf({ instruction: "Begin." }), ledgerOf({ done: "x" })];
    const { team } = magenticTeam(["F", "P", ...ledgers, "end"]);
    await team.run("Go");
    expect(textsOf(records)).toEqual([
      `${ORCHESTRATOR}, facts: F`,
      `${ORCHESTRATOR}, plan: P`,
      `${ORCHESTRATOR}, ledger: ${ledgers[0]}`,
      "Selected speaker: a (/team[0]/a[0])",
      `${ORCHESTRATOR}, ledger: ${ledgers[1]}`,
      `${ORCHESTRATOR}, answer: end`,
    ]);
  });

  test("is silent of an agent on its own, and after its end", async () => {
    const records = logged(TRACE_LOGGER_NAME);
    await new SayingAgent("a", "a").run("Go");
    for (const stop of undo.splice(0)) stop();
    await new RoundRobinGroupChat({ participants: [new SayingAgent("a", "a")], maxTurns: 1 }).run("Go");
    expect(records).toEqual([]);
  });
});

test("the events are the calls that models ask for, their results, and what participants say, as JSON at level debug", async () => {
  const records = logged(EVENT_LOGGER_NAME);
  const adder = new AssistantAgent({
    name: "adder",
    modelClient: new ScriptedClient([callsOf(["add", { a: 1, b: 2 }], ["nothing", {}]), "three"]),
    tools: [addTool()],
    reflectOnToolUse: true,
  });
  await new RoundRobinGroupChat({ participants: [adder], maxTurns: 1 }).run("Add.");
  expect(records.map(({ text }): unknown => JSON.parse(text))).toEqual([
    {
      type: "ToolCallRequestEvent",
      source: "adder",
      content: [
        { id: "c1", arguments: '{"a":1,"b":2}', name: "add" },
        { id: "c2", arguments: "{}", name: "nothing" },
      ],
      models_usage: { prompt_tokens: 10, completion_tokens: 5 },
    },
    {
      type: "ToolCallExecutionEvent",
      source: "adder",
      content: [{ content: "3", name: "add", call_id: "c1", is_error: false }],
    },
    { type: "TextMessage", source: "adder", content: "three" },
  ]);
  expect(new Set(records.map(({ level }) => level))).toEqual(new Set(["debug"]));
});
