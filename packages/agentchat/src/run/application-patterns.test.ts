import { isAbortError, isObject, type Json, type JsonObject } from "@tesserae/core";
import { describe, expect, test } from "vitest";
import { AssistantAgent } from "../agents/assistant-agent/assistant-agent.ts";
import { MessageFilterAgent } from "../agents/message-filter-agent/message-filter-agent.ts";
import { UserProxyAgent, type InputFunction } from "../agents/user-proxy-agent/user-proxy-agent.ts";
import { TextMentionTermination } from "../conditions/text-mention-termination.ts";
import { TextMessageTermination } from "../conditions/text-message-termination.ts";
import { TextMessage } from "../messages/factories.ts";
import { DiGraphBuilder } from "../teams/graph-flow/di-graph-builder.ts";
import { GraphFlow } from "../teams/graph-flow/graph-flow.ts";
import { RoundRobinGroupChat } from "../teams/round-robin-group-chat/round-robin-group-chat.ts";
import { rejection } from "../testing/collect.ts";
import { linesOf, readStream } from "../testing/run-items.ts";
import { ScriptedClient, callsOf } from "../testing/scripted-client.ts";
import { SayingAgent } from "../testing/team-agents.ts";
import { addTool } from "../testing/tools.ts";
import { TeamTool } from "../tools/team-tool.ts";

describe("a team behind a web socket", () => {
  /** What a server keeps between requests: the history that it shows, and the state of the team. */
  interface Kept {
    history: Json[];
    state: JsonObject | undefined;
  }

  /** One request: the team is built anew, given its state, run, and its state kept. */
  async function request(kept: Kept, task: string, inputFunc: InputFunction): Promise<readonly string[]> {
    const team = new RoundRobinGroupChat({
      participants: [
        new AssistantAgent({ name: "clerk", modelClient: new ScriptedClient([`to ${task}`]), modelClientStream: true }),
        new UserProxyAgent({ name: "buyer", inputFunc }),
      ],
      maxTurns: 2,
    });
    if (kept.state !== undefined) await team.loadState(kept.state);
    const sent: string[] = [];
    try {
      for await (const item of team.runStream(task)) {
        const json: Json = item.type === "TaskResult" ? { type: item.type } : team.messages.toJson(item);
        // What a socket carries is text: dates and all are in it.
        sent.push(JSON.stringify(json));
        if (item.type !== "UserInputRequestedEvent" && item.type !== "TaskResult") kept.history.push(json);
      }
    } finally {
      kept.state = JSON.parse(JSON.stringify(await team.saveState())) as JsonObject;
      await team.close();
    }
    return sent.map((text) => String(Object(JSON.parse(text))["type"]));
  }

  test("sends every item as it comes, keeps the state, and goes on in the next request", async () => {
    const kept: Kept = { history: [], state: undefined };
    const first = await request(kept, "one", () => "yes");
    expect(first.filter((type) => type !== "ModelClientStreamingChunkEvent")).toEqual([
      "TextMessage",
      "TextMessage",
      "UserInputRequestedEvent",
      "TextMessage",
      "TaskResult",
    ]);
    await request(kept, "two", async () => "no");
    const said = kept.history.flatMap((json) =>
      isObject(json) && json["type"] === "TextMessage" ? [[json["source"], json["content"]]] : [],
    );
    expect(said).toEqual([
      ["user", "one"],
      ["clerk", "to one"],
      ["buyer", "yes"],
      ["user", "two"],
      ["clerk", "to two"],
      ["buyer", "no"],
    ]);
    const thread = Object(Object(Object(kept.state)["agent_states"])["RoundRobinGroupChatManager"])["message_thread"];
    expect(thread).toHaveLength(6);
  });

  test("fails the run alone when the client goes away while it is asked; the next request asks again", async () => {
    const kept: Kept = { history: [], state: undefined };
    const error = await rejection(
      request(kept, "one", () => {
        throw new Error("the socket is closed");
      }),
    );
    expect(String(error)).toMatch(/Failed to get user input: the socket is closed/);
    expect(await request(kept, "two", () => "back")).toContain("TaskResult");
  });
});

test("an agent behind HTTP: one message a request, its state in a file between them", async () => {
  let file = "";
  const answer = async (text: string): Promise<{ readonly said: unknown; readonly seen: number }> => {
    const client = new ScriptedClient([`re: ${text}`]);
    const agent = new AssistantAgent({ name: "a", modelClient: client });
    if (file !== "") await agent.loadState(JSON.parse(file) as JsonObject);
    const { chatMessage } = await agent.onMessages([TextMessage({ content: text, source: "user" })]);
    file = JSON.stringify(await agent.saveState());
    return { said: chatMessage.content, seen: client.calls[0]?.messages.length ?? 0 };
  };
  // With the system message: what was said before is there.
  expect(await answer("one")).toEqual({ said: "re: one", seen: 2 });
  expect(await answer("two")).toEqual({ said: "re: two", seen: 4 });
});

test("a page shows pieces while they come, skips the whole message, and tells the stop reason; only the person can end the chat", async () => {
  const clerk = new AssistantAgent({
    name: "clerk",
    modelClient: new ScriptedClient(["Say STOP to end.", "Still here."]),
    modelClientStream: true,
  });
  const answers = ["go on", "STOP"];
  const team = new RoundRobinGroupChat({
    participants: [clerk, new UserProxyAgent({ name: "user", inputFunc: () => answers.shift() ?? "" })],
    terminationCondition: new TextMentionTermination("STOP", { sources: ["user"] }),
  });
  let page = "";
  const shown = new Set<string>();
  const { items, result } = await readStream(team.runStream("Hello."));
  for (const item of items) {
    if (item.type === "ModelClientStreamingChunkEvent") {
      if (!shown.has(item.fullMessageId ?? "")) page += `\n${item.source}: `;
      shown.add(item.fullMessageId ?? "");
      page += item.content;
    } else if (item.type === "TextMessage" && !shown.has(item.id)) page += `\n${item.source}: ${item.content}`;
  }
  page += `\n(${result?.stopReason})`;
  expect(page.trim().split("\n")).toEqual([
    "user: Hello.",
    "clerk: Say STOP to end.",
    "user: go on",
    "clerk: Still here.",
    "user: STOP",
    "(Text 'STOP' mentioned)",
  ]);
});

test("one agent in a loop takes turns with tools until it answers in words", async () => {
  const solver = new AssistantAgent({
    name: "solver",
    modelClient: new ScriptedClient([callsOf(["add", { a: 1, b: 2 }]), callsOf(["add", { a: 3, b: 4 }]), "3 and 7"]),
    tools: [addTool()],
  });
  const team = new RoundRobinGroupChat({
    participants: [solver],
    terminationCondition: new TextMessageTermination("solver"),
  });
  const { messages, stopReason } = await team.run("Add.");
  expect(messages.filter(({ type }) => !type.startsWith("ToolCall")).map(({ type }) => type)).toEqual([
    "TextMessage",
    "TextMessage",
  ]);
  expect(linesOf(messages).at(-1)).toBe("solver: 3 and 7");
  expect(stopReason).toBe("Text message received from 'solver'");
});

test("a chatbot is a team of one turn, asked again with each line", async () => {
  const client = new ScriptedClient(["one", "two"]);
  const bot = new AssistantAgent({ name: "bot", modelClient: client });
  const team = new RoundRobinGroupChat({ participants: [bot], maxTurns: 1 });
  for (const [line, said] of [
    ["a", "one"],
    ["b", "two"],
  ] as const) {
    expect(linesOf((await team.run(line)).messages)).toEqual([`user: ${line}`, `bot: ${said}`]);
  }
  expect(client.calls[1]?.messages.slice(1).map(({ content }) => content)).toEqual(["a", "one", "b"]);
});

test("a writer, two editors at once and a reviewer; the tokens of all models are those of the result", async () => {
  const agent = (name: string): AssistantAgent =>
    new AssistantAgent({ name, modelClient: new ScriptedClient([`by ${name}`]) });
  const [writer, grammar, style, reviewer] = [agent("writer"), agent("grammar"), agent("style"), agent("reviewer")];
  const builder = new DiGraphBuilder();
  for (const one of [writer, grammar, style, reviewer]) builder.addNode(one);
  builder.addEdge(writer, grammar).addEdge(writer, style).addEdge(grammar, reviewer).addEdge(style, reviewer);
  const team = new GraphFlow({ participants: builder.getParticipants(), graph: builder.build() });
  const { messages, usage } = await team.run("A text.");
  const sources = messages.map(({ source }) => source);
  expect([sources.slice(0, 2), sources.slice(2, 4).toSorted(), sources.slice(4)]).toEqual([
    ["user", "writer"],
    ["grammar", "style"],
    ["reviewer"],
  ]);
  const summed = messages.reduce((sum, { modelsUsage }) => sum + (modelsUsage?.completionTokens ?? 0), 0);
  expect(usage.completionTokens).toBe(summed);
  expect(summed).toBe(20);
});

test("a generator and a reviewer go round, and a summariser hears the task and the last version alone", async () => {
  const generator = new SayingAgent("generator", (_heard, _turn, count) => `version ${count}`);
  const reviewer = new SayingAgent("reviewer", (_heard, _turn, count) => (count < 3 ? "REVISE" : "APPROVE"));
  const inner = new SayingAgent("summariser", "done");
  const summariser = new MessageFilterAgent({
    name: "summariser",
    wrappedAgent: inner,
    filter: {
      perSource: [
        { source: "user", position: "first", count: 1 },
        { source: "generator", position: "last", count: 1 },
      ],
    },
  });
  const builder = new DiGraphBuilder().addNode(generator).addNode(reviewer).addNode(summariser);
  builder.addEdge(generator, reviewer);
  builder.addEdge(reviewer, generator, { condition: "REVISE" }).addEdge(reviewer, summariser, { condition: "APPROVE" });
  builder.setEntryPoint(generator);
  const team = new GraphFlow({ participants: builder.getParticipants(), graph: builder.build(), maxTurns: 20 });
  expect(linesOf((await team.run("Write.")).messages).at(-1)).toBe("summariser: done");
  expect(inner.heard.map(linesOf)).toEqual([["user: Write.", "generator: version 3"]]);
});

test("an agent whose tool is another team", async () => {
  const panel = new RoundRobinGroupChat({
    participants: [new SayingAgent("pro", "yes"), new SayingAgent("contra", "no")],
    maxTurns: 2,
  });
  const judge = new AssistantAgent({
    name: "judge",
    modelClient: new ScriptedClient([callsOf(["panel", { task: "Cats?" }]), "It depends."]),
    tools: [new TeamTool({ team: panel, name: "panel", description: "Debates." })],
    reflectOnToolUse: true,
  });
  const { messages } = await new RoundRobinGroupChat({ participants: [judge], maxTurns: 1 }).run("Cats or not?");
  const execution = messages.find(({ type }) => type === "ToolCallExecutionEvent");
  expect(execution).toMatchObject({ content: [{ content: "pro: yes\n\ncontra: no", isError: false }] });
  expect(linesOf(messages).at(-1)).toBe("judge: It depends.");
});

test("a budget of time: the run ends with the partial result, and the team goes on in the next", async () => {
  const budget = new AbortController();
  let hangs = true;
  const team = new RoundRobinGroupChat({
    participants: [
      new SayingAgent("quick", "q"),
      new SayingAgent("slow", async () => {
        if (!hangs) return "s";
        // The time is up while this one works, however busy the machine is.
        const timeout = AbortSignal.timeout(1);
        timeout.addEventListener("abort", () => budget.abort(timeout.reason));
        return new Promise<string>(() => undefined);
      }),
    ],
    maxTurns: 2,
  });
  const { result, error } = await readStream(team.runStream("Go.", { signal: budget.signal }));
  expect(isAbortError(error)).toBe(true);
  expect(error).toMatchObject({ cause: { name: "TimeoutError" } });
  expect(result).toMatchObject({ status: "aborted" });
  expect(linesOf(result?.messages ?? [])).toEqual(["user: Go.", "quick: q"]);
  hangs = false;
  expect(linesOf((await team.run()).messages)).toEqual(["slow: s"]);
});
