import type { JsonObject } from "@tesserae/core";
import { describe, expect, test } from "vitest";
import { MaxMessageTermination } from "../../conditions/max-message-termination.ts";
import { HANDOFF_MESSAGE } from "../../messages/built-in-definitions.ts";
import type { MessageDefinition } from "../../messages/definition.ts";
import { HandoffMessage, TextMessage } from "../../messages/factories.ts";
import type { Response, Turn } from "../../base/task.ts";
import type { ChatMessage } from "../../messages/types.ts";
import { RoundRobinGroupChat } from "../../teams/round-robin-group-chat/round-robin-group-chat.ts";
import { Swarm } from "../../teams/swarm/swarm.ts";
import { rejection } from "../../testing/collect.ts";
import { linesOf, readStream } from "../../testing/run-items.ts";
import { ScriptedClient } from "../../testing/scripted-client.ts";
import { SayingAgent } from "../../testing/team-agents.ts";
import { BaseChatAgent } from "../base-chat-agent.ts";
import { SocietyOfMindAgent } from "./society-of-mind-agent.ts";

const inner = (max = 3, say: SayingAgent[] = [new SayingAgent("one", "1"), new SayingAgent("two", "2")]) =>
  new RoundRobinGroupChat({
    name: "inner",
    participants: say,
    terminationCondition: new MaxMessageTermination(max),
  });

function society(client: ScriptedClient, team = inner()): SocietyOfMindAgent {
  return new SocietyOfMindAgent({ name: "society", team, modelClient: client });
}

describe("a society of mind", () => {
  test("shows the work of its team and answers with what the model makes of it", async () => {
    const client = new ScriptedClient(["Together: 12."]);
    const { items, result } = await readStream(society(client).runStream("task"));
    expect(linesOf(result?.messages ?? [])).toEqual(["user: task", "one: 1", "two: 2", "society: Together: 12."]);
    expect(items.filter((item) => "content" in item && item.content === "task")).toHaveLength(1);
    const [call] = client.calls;
    expect(call?.messages.map(({ type }) => type)).toEqual([
      "SystemMessage",
      "UserMessage",
      "UserMessage",
      "SystemMessage",
    ]);
  });

  test("sends no system message to a model that takes but one", async () => {
    const client = new ScriptedClient(["ok"], { multipleSystemMessages: false });
    await society(client).run("task");
    expect(client.calls[0]?.messages.every(({ type }) => type === "UserMessage")).toBe(true);
  });

  test("without a task lets the team go on with nothing", async () => {
    const result = await society(new ScriptedClient(["ok"]), inner(1)).run();
    expect(linesOf(result.messages)).toEqual(["one: 1", "society: ok"]);
  });

  test("says so when its team says nothing", async () => {
    const client = new ScriptedClient([]);
    const result = await society(client, inner(1)).run("task");
    expect(linesOf(result.messages)).toEqual(["user: task", "society: No response."]);
    expect(client.calls).toEqual([]);
  });

  test("remembers earlier requests and its own answers, in three runs in a row", async () => {
    const one = new SayingAgent("one", "1");
    const agent = society(new ScriptedClient(["A", "B", "C"]), inner(3, [one]));
    for (const task of ["first", "second", "third"]) await agent.run(task);
    const [carried] = one.heard.at(-1) ?? [];
    expect(carried).toMatchObject({ type: "HandoffMessage", target: "", source: "society" });
    const context = carried?.type === "HandoffMessage" ? carried.context : [];
    expect(context.map(({ content }) => content)).toEqual(["first", "A", "second", "B"]);
  });

  test("forgets on reset", async () => {
    const one = new SayingAgent("one", "1");
    const agent = society(new ScriptedClient(["A", "B"]), inner(2, [one]));
    await agent.run("first");
    await agent.onReset();
    await agent.run("second");
    expect(linesOf(one.heard.at(-1) ?? [])).toEqual(["user: second"]);
  });

  test("passes a pause and a resume on to its team, and a close", async () => {
    const told: string[] = [];
    class Told extends SayingAgent {
      override onPause(): Promise<void> {
        told.push("pause");
        return Promise.resolve();
      }
      override onResume(): Promise<void> {
        told.push("resume");
        return Promise.resolve();
      }
      override close(): Promise<void> {
        told.push("close");
        return Promise.resolve();
      }
    }
    const agent = society(new ScriptedClient(["A"]), inner(2, [new Told("one", "1")]));
    const team = new RoundRobinGroupChat({ participants: [agent, new SayingAgent("first", "go")], maxTurns: 1 });
    await agent.onPause();
    await agent.onResume();
    expect(told).toEqual([]);
    await team.run("Go.");
    await team.pause();
    await team.resume();
    await team.close();
    expect(told).toEqual(["pause", "resume", "close"]);
  });

  test("goes on elsewhere from its state, its memory included", async () => {
    const agent = society(new ScriptedClient(["A"]));
    await agent.run("first");
    const state = await agent.saveState();
    expect(state).toMatchObject({ type: "SocietyOfMindAgentState", inner_team_state: { type: "TeamState" } });
    const one = new SayingAgent("one", "1");
    const other = society(new ScriptedClient(["B"]), inner(3, [one, new SayingAgent("two", "2")]));
    await other.loadState(structuredClone(state));
    expect(await other.saveState()).toEqual(state);
    await other.run("second");
    expect(one.heard[0]?.[0]).toMatchObject({ type: "HandoffMessage" });
  });

  test("saved in a turn goes on where it was: its model sees all that the team has said, also before", async () => {
    const states: JsonObject[] = [];
    const client = new ScriptedClient([
      async () => {
        states.push(await agent.saveState());
        return "answer";
      },
    ]);
    const two = new SayingAgent("two", async () => {
      states.push(await agent.saveState());
      return "2";
    });
    const team = (second: SayingAgent): RoundRobinGroupChat =>
      new RoundRobinGroupChat({ name: "inner", participants: [new SayingAgent("one", "1"), second], maxTurns: 2 });
    const agent = society(client, team(two));
    const task = TextMessage({ content: "task", source: "user" });
    await agent.run(task);
    expect(states).toHaveLength(2);
    for (const [index, state] of states.entries()) {
      const again = new ScriptedClient(["answer"]);
      const twin = society(again, team(new SayingAgent("two", "2")));
      await twin.loadState(structuredClone(state));
      const said = index === 0 ? ["two: 2"] : [];
      expect(linesOf((await twin.run(task)).messages)).toEqual(["user: task", ...said, "society: answer"]);
      expect(again.calls[0]?.messages).toEqual(client.calls[0]?.messages);
      expect(await twin.saveState()).toEqual(await agent.saveState());
    }
  });

  test("keeps no trace of a turn that failed, and its team begins anew", async () => {
    let fails = true;
    const one = new SayingAgent("one", () => {
      if (fails) throw new Error("broken");
      return "1";
    });
    const agent = society(new ScriptedClient(["ok"]), inner(2, [one]));
    expect(String(await rejection(agent.run("first")))).toContain("broken");
    fails = false;
    await agent.run("again");
    expect(linesOf(one.heard.at(-1) ?? [])).toEqual(["user: again"]);
  });
});

/** Hands on to the other one. */
class Passing extends BaseChatAgent {
  heard: (readonly ChatMessage[])[] = [];
  readonly #next: string;

  constructor(name: string, next: string) {
    super({ name, description: name });
    this.#next = next;
  }

  override get producedMessageTypes(): readonly MessageDefinition[] {
    return [HANDOFF_MESSAGE];
  }

  override async respond(messages: readonly ChatMessage[], turn: Turn): Promise<Response> {
    this.heard.push(messages);
    const said = { content: "over", target: this.#next, source: this.name };
    return { type: "Response", chatMessage: HandoffMessage(said, turn.context) };
  }

  override onReset(): Promise<void> {
    return Promise.resolve();
  }
}

test("a swarm inside works in the second run too: what was said before is no handoff to it", async () => {
  const a = new Passing("a", "b");
  const team = new Swarm({
    name: "swarm",
    participants: [a, new Passing("b", "a")],
    terminationCondition: new MaxMessageTermination(3),
  });
  const agent = new SocietyOfMindAgent({ name: "society", team, modelClient: new ScriptedClient(["A", "B"]) });
  await agent.run("first");
  expect(linesOf((await agent.run("second")).messages).at(-1)).toBe("society: B");
  expect(a.heard.at(-1)?.[0]?.content).toMatch(/user: first\nsociety: A/);
});
