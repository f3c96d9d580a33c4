import { ComponentRegistry, RuntimeError, dumpComponent, tool } from "@tesserae/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AssistantAgent } from "../../agents/assistant-agent/assistant-agent.ts";
import { HandoffTermination } from "../../conditions/handoff-termination.ts";
import { agentchatComponents } from "../../components/agentchat-components.ts";
import { MaxMessageTermination } from "../../conditions/max-message-termination.ts";
import { NoHandoffTermination } from "../../conditions/no-handoff-termination.ts";
import { HANDOFF_MESSAGE } from "../../messages/built-in-definitions.ts";
import type { MessageDefinition } from "../../messages/definition.ts";
import { HandoffMessage, TextMessage, ThoughtEvent } from "../../messages/factories.ts";
import type { ChatMessage, StreamItem } from "../../messages/types.ts";
import type { Response, Turn } from "../../base/task.ts";
import { BaseChatAgent } from "../../agents/base-chat-agent.ts";
import { UserProxyAgent } from "../../agents/user-proxy-agent/user-proxy-agent.ts";
import { rejection } from "../../testing/collect.ts";
import { linesOf } from "../../testing/run-items.ts";
import { callsOf, ScriptedClient } from "../../testing/scripted-client.ts";
import { SayingAgent } from "../../testing/team-agents.ts";
import { TEAM_RUNTIMES, type TestedRuntime } from "../../testing/team-runtimes.ts";
import { RoundRobinGroupChat } from "../round-robin-group-chat/round-robin-group-chat.ts";
import { resumeWith, Swarm, type SwarmOptions } from "./swarm.ts";

/** Where the team of the test lives. */
let tested: TestedRuntime | undefined;

/** Hands on to the same one each turn. */
class Passing extends BaseChatAgent {
  heard: (readonly ChatMessage[])[] = [];
  readonly #next: string;

  constructor(name: string, next: string) {
    super({ name, description: `Passes on to ${next}.` });
    this.#next = next;
  }

  override get producedMessageTypes(): readonly MessageDefinition[] {
    return [HANDOFF_MESSAGE];
  }

  override async respond(messages: readonly ChatMessage[], turn: Turn): Promise<Response> {
    this.heard.push([...messages]);
    const said = { content: `Transferred to ${this.#next}.`, target: this.#next, source: this.name };
    return { type: "Response", chatMessage: HandoffMessage(said, turn.context) };
  }

  override onReset(): Promise<void> {
    return Promise.resolve();
  }
}

const three = (): Passing[] => [
  new Passing("second", "third"),
  new Passing("first", "second"),
  new Passing("third", "first"),
];

function swarm(options: Partial<SwarmOptions> = {}): Swarm {
  return new Swarm({
    participants: three(),
    terminationCondition: new MaxMessageTermination(6),
    runtime: tested?.runtime,
    ...options,
  });
}

const CHAIN = [
  "user: task",
  "second: Transferred to third.",
  "third: Transferred to first.",
  "first: Transferred to second.",
  "second: Transferred to third.",
  "third: Transferred to first.",
];

describe.each(TEAM_RUNTIMES)("with %s", (_name, make) => {
  beforeEach(() => {
    tested = make();
  });
  afterEach(() => tested?.close());

  describe("a swarm", () => {
    test("begins with its first participant, and whoever is handed to speaks next", async () => {
      const result = await swarm().run("task");
      expect(linesOf(result.messages)).toEqual(CHAIN);
      expect(result.stopReason).toMatch(/Maximum number of messages 6 reached/);
    });

    test("says who is chosen where that is asked for", async () => {
      const items: StreamItem[] = [];
      for await (const item of swarm({ emitTeamEvents: true }).runStream("task")) {
        if (item.type !== "TaskResult") items.push(item);
      }
      expect(items).toHaveLength(11);
    });

    test("keeps the last one who was handed to when nobody hands on", async () => {
      const participants = [new Passing("a", "b"), new SayingAgent("b", "still me")];
      const result = await swarm({ participants, terminationCondition: new MaxMessageTermination(4) }).run("task");
      expect(linesOf(result.messages)).toEqual(["user: task", "a: Transferred to b.", "b: still me", "b: still me"]);
    });

    test.each(["a new task", "none"])("goes on along the chain, with %s, after a run of one turn", async (kind) => {
      const team = swarm({ terminationCondition: undefined, maxTurns: 1 });
      await team.run("task");
      const result = await team.run(kind === "none" ? undefined : "more");
      expect(linesOf(result.messages).at(-1)).toBe("third: Transferred to first.");
    });

    test("is back at its first participant after a reset", async () => {
      const team = swarm({ terminationCondition: undefined, maxTurns: 2 });
      await team.run("task");
      await team.reset();
      expect(linesOf((await team.run("task")).messages)).toEqual(CHAIN.slice(0, 3));
    });

    test("goes on elsewhere from its state", async () => {
      const one = swarm({ terminationCondition: undefined, maxTurns: 2 });
      await one.run("task");
      const state = await one.saveState();
      expect(state).toMatchObject({
        agent_states: {
          SwarmGroupChatManager: { type: "SwarmManagerState", current_speaker: "third", current_turn: 0 },
        },
      });
      const other = swarm({ terminationCondition: undefined, maxTurns: 1 });
      await other.loadState(structuredClone(state));
      expect(await other.saveState()).toEqual(state);
      expect(linesOf((await other.run()).messages)).toEqual(["first: Transferred to second."]);
    });
  });

  describe("an answer without a handoff", () => {
    test("ends the run where NoHandoffTermination says so; handoffs and the task do not", async () => {
      const participants = [new Passing("a", "b"), new SayingAgent("b", "done")];
      const team = swarm({ participants, terminationCondition: new NoHandoffTermination() });
      for (const task of ["task", "another"]) {
        const result = await team.run(task);
        expect(linesOf(result.messages).at(-1)).toBe("b: done");
        expect(result.stopReason).toBe("'b' answered without a handoff");
      }
    });

    test("is judged without the events around it", async () => {
      const condition = new NoHandoffTermination();
      const thought = ThoughtEvent({ content: "Hm.", source: "b" });
      expect(
        await condition.check([HandoffMessage({ content: "", source: "a", target: "b" }), thought]),
      ).toBeUndefined();
      expect(await condition.check([TextMessage({ content: "Hi", source: "user" })])).toBeUndefined();
      expect(await condition.check([TextMessage({ content: "Hi", source: "b" }), thought])).toMatchObject({
        source: "NoHandoffTermination",
      });
    });

    test("is a condition that component files may name", async () => {
      const dump = dumpComponent(new NoHandoffTermination({ user: "caller" }));
      expect(dump).toMatchObject({ provider: "tesserae.conditions.NoHandoffTermination", config: { user: "caller" } });
      const registry = new ComponentRegistry().register(...agentchatComponents());
      expect(dumpComponent(await registry.load(dump))).toEqual(dump);
    });
  });

  describe("a handoff to one who is no participant", () => {
    const toPerson = (): Swarm =>
      new Swarm({
        runtime: tested?.runtime,
        participants: [new Passing("agent", "user")],
        terminationCondition: new HandoffTermination("user").or(new MaxMessageTermination(20)),
      });

    test("ends the run where a condition says so, and it goes on by a handoff back alone", async () => {
      const team = toPerson();
      expect((await team.run("task")).stopReason).toBe("Handoff to user from agent detected.");
      for (const task of [undefined, "plain words"]) {
        const error = await rejection(team.run(task));
        expect(String(error)).toMatch(/'user', which is not one of the participants agent.*HandoffMessage/);
      }
      const result = await team.run(resumeWith("Go on.", "agent"));
      expect(linesOf(result.messages)).toEqual(["user: Go on.", "agent: Transferred to user."]);
    });

    test("in a task is refused", async () => {
      const error = await rejection(toPerson().run(resumeWith("Go on.", "nobody")));
      expect(String(error)).toMatch(/'nobody'.*is not one of the participants/);
    });

    test("fails the run where no condition ends it, and says what to do", async () => {
      const team = new Swarm({ participants: [new Passing("agent", "user")], maxTurns: 5, runtime: tested?.runtime });
      expect(String(await rejection(team.run("task")))).toMatch(
        /not one of the participants.*HandoffTermination\("user"\)/,
      );
    });

    test("whose condition fires for a participant goes on with nothing and with new text", async () => {
      const team = swarm({ terminationCondition: new HandoffTermination("third") });
      await team.run("task");
      expect(linesOf((await team.run()).messages)).toEqual([
        "third: Transferred to first.",
        "first: Transferred to second.",
        "second: Transferred to third.",
      ]);
      expect(linesOf((await team.run("new")).messages)).toHaveLength(4);
    });
  });

  describe("a task while a participant waits, or was cut short", () => {
    const trio = (second: BaseChatAgent): Swarm =>
      swarm({
        participants: [new Passing("a", "b"), second, new SayingAgent("c", "from c")],
        terminationCondition: undefined,
        maxTurns: 2,
      });

    const waiting = (): UserProxyAgent =>
      new UserProxyAgent({
        name: "b",
        inputFunc: () => Promise.reject(new RuntimeError("Nobody is there.", { code: "ERR_INPUT_WAITING" })),
      });
    const failing = (): SayingAgent =>
      new SayingAgent("b", () => {
        throw new Error("flaky");
      });

    test.each([
      ["waits for a person", waiting],
      ["has failed", failing],
    ])("that hands to another goes to that one, though one %s, here and elsewhere", async (_name, second) => {
      const team = trio(second());
      await rejection(team.run("task"));
      const twin = trio(second());
      await twin.loadState(await team.saveState());
      for (const one of [team, twin]) {
        const result = await one.run(resumeWith("You, please.", "c"));
        expect(linesOf(result.messages)).toEqual(["user: You, please.", "c: from c"]);
        expect(await one.saveState()).not.toHaveProperty("agent_states.SwarmGroupChatManager.active_speakers");
      }
    });

    test("that hands nothing on goes to the one who waits", async () => {
      const heard: (readonly string[])[] = [];
      const team = trio(
        new SayingAgent("b", (messages, _turn, count) => {
          heard.push(linesOf(messages));
          if (count === 1) throw new Error("flaky");
          return "from b";
        }),
      );
      await rejection(team.run("task"));
      expect(linesOf((await team.run("Well?")).messages)).toEqual(["user: Well?", "b: from b"]);
      expect(heard.at(-1)).toEqual(["user: task", "a: Transferred to b.", "user: Well?"]);
    });
  });

  describe("a handoff by a model", () => {
    test("shows the call, its execution and the handoff; the receiver sees the tools' calls and results", async () => {
      const first = new ScriptedClient([callsOf(["one", {}], ["two", {}], ["transfer_to_beta", {}])]);
      const second = new ScriptedClient(["Mine now. TERMINATE"]);
      const plain = (name: string) =>
        tool({ name, description: name, parameters: { type: "object", properties: {} }, execute: () => `${name} ran` });
      const team = new Swarm({
        runtime: tested?.runtime,
        participants: [
          new AssistantAgent({
            name: "alpha",
            modelClient: first,
            handoffs: ["beta"],
            tools: [plain("one"), plain("two")],
          }),
          new AssistantAgent({ name: "beta", modelClient: second, systemMessage: undefined }),
        ],
        maxTurns: 2,
      });
      const result = await team.run("task");
      expect(result.messages.map(({ type }) => type)).toEqual([
        "TextMessage",
        "ToolCallRequestEvent",
        "ToolCallExecutionEvent",
        "HandoffMessage",
        "TextMessage",
      ]);
      const seen = second.calls[0]?.messages.filter(({ type }) => type !== "SystemMessage");
      expect(seen?.map(({ type }) => type)).toEqual([
        "UserMessage",
        "AssistantMessage",
        "FunctionExecutionResultMessage",
        "UserMessage",
      ]);
      expect(JSON.stringify(seen)).toContain("two ran");
    });
  });
});

describe("a swarm refuses", () => {
  test("a first participant that cannot hand off", () => {
    const participants = [new SayingAgent("a"), new Passing("b", "a")];
    expect(() => new Swarm({ participants, maxTurns: 1 })).toThrow(/'a' must be able to produce a handoff/);
  });

  test("a team among its participants", () => {
    const inner = new RoundRobinGroupChat({ participants: [new SayingAgent("a")], maxTurns: 1, name: "inner" });
    const participants = [new Passing("b", "inner"), inner] as unknown as Passing[];
    expect(() => new Swarm({ participants, maxTurns: 1 })).toThrow(/'inner' must be a ChatAgent/);
  });
});
