import { ComponentRegistry, ValueError, dumpComponent, isObject, type Json, type JsonObject } from "@tesserae/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { UserProxyAgent } from "../../agents/user-proxy-agent/user-proxy-agent.ts";
import { agentchatComponents } from "../../components/agentchat-components.ts";
import { MaxMessageTermination } from "../../conditions/max-message-termination.ts";
import { TextMentionTermination } from "../../conditions/text-mention-termination.ts";
import { deferred } from "../../deferred.ts";
import { contentType } from "../../messages/content-type.ts";
import { MultiModalMessage, TextMessage } from "../../messages/factories.ts";
import { StructuredMessage, structuredMessageDefinition } from "../../messages/structured-message.ts";
import { rejection } from "../../testing/collect.ts";
import { linesOf, readStream } from "../../testing/run-items.ts";
import { Gate, SayingAgent } from "../../testing/team-agents.ts";
import { TEAM_RUNTIMES, type TestedRuntime } from "../../testing/team-runtimes.ts";
import { RoundRobinGroupChat } from "../round-robin-group-chat/round-robin-group-chat.ts";
import type { TeamOptions } from "./team-options.ts";

/** Where the team of the test lives. */
let tested: TestedRuntime | undefined;

const MANAGER = "RoundRobinGroupChatManager";

/** A team of the tested runtime. */
const roundRobin = (options: TeamOptions): RoundRobinGroupChat =>
  new RoundRobinGroupChat({ runtime: tested?.runtime, ...options });

const echoes = (maxTurns = 2): RoundRobinGroupChat =>
  roundRobin({ participants: ["a", "b", "c"].map((name) => new SayingAgent(name)), maxTurns });

function memberState(state: JsonObject, name: string): { readonly [key: string]: Json } {
  const states = state["agent_states"];
  const member = isObject(states) ? states[name] : undefined;
  if (!isObject(member)) throw new ValueError(`There is no state of ${name}.`);
  return member;
}

describe.each(TEAM_RUNTIMES)("with %s", (_name, make) => {
  beforeEach(() => {
    tested = make();
  });
  afterEach(() => tested?.close());

  describe("the state of a team", () => {
    test.each([
      ["text", "Go"],
      ["a message", TextMessage({ content: "Go", source: "user" })],
      ["a multi-modal message", MultiModalMessage({ content: ["Go"], source: "user" })],
    ])("after a task of %s loads into a twin, which saves it equal and goes on alike", async (_name, task) => {
      const team = echoes();
      await team.run(task);
      const state = await team.saveState();
      const twin = echoes();
      await twin.loadState(JSON.parse(JSON.stringify(state)) as JsonObject);
      expect(await twin.saveState()).toEqual(state);
      expect(linesOf((await twin.run()).messages)).toEqual(linesOf((await team.run()).messages));
    });

    test("after tasks of two structured types loads into a twin that knows the types, which saves it equal", async () => {
      const types = ["Plan", "Verdict"].map((name) =>
        contentType(name, { type: "object", properties: { [name]: { type: "integer" } }, required: [name] }),
      );
      const make = (): RoundRobinGroupChat =>
        roundRobin({
          participants: ["a", "b"].map((name) => new SayingAgent(name, name)),
          customMessageTypes: types.map((type) => structuredMessageDefinition(type)),
          maxTurns: 1,
        });
      const team = make();
      for (const type of types) {
        await team.run(StructuredMessage({ contentType: type, content: { [type.name]: 7 }, source: "user" }));
        const state = await team.saveState();
        const twin = make();
        await twin.loadState(JSON.parse(JSON.stringify(state)) as JsonObject);
        expect(await twin.saveState()).toEqual(state);
        expect(JSON.stringify(state)).toContain(`"content":{"${type.name}":7}`);
      }
    });

    test("has AutoGen's keys, and no more when nobody is in the middle of something", async () => {
      const team = echoes();
      await team.run("Go");
      const state = await team.saveState();
      expect(Object.keys(state)).toEqual(["type", "version", "agent_states"]);
      expect(Object.keys(memberState(state, MANAGER))).toEqual([
        "type",
        "version",
        "message_thread",
        "current_turn",
        "next_speaker_index",
      ]);
      expect(memberState(state, MANAGER)).toMatchObject({ type: "RoundRobinManagerState", next_speaker_index: 2 });
      expect(memberState(state, "c")).toMatchObject({ type: "ChatAgentContainerState" });
      expect(memberState(state, "c")["message_buffer"]).toHaveLength(3);
    });

    test("may be saved before anything was run", async () => {
      const state = await echoes().saveState();
      const twin = echoes();
      await twin.loadState(state);
      expect(await twin.saveState()).toEqual(state);
    });

    test("tolerates keys that it does not know", async () => {
      const team = echoes();
      await team.run("Go");
      const state = await team.saveState();
      const states = state["agent_states"] as JsonObject;
      await echoes().loadState({ ...state, more: 1, agent_states: { ...states, stranger: {} } });
    });

    test.each<[string, (states: JsonObject) => JsonObject, RegExp]>([
      ["without states of members", () => ({ type: "TeamState" }), /Invalid state format/],
      ["of before 0.4.9", (states) => states, /Invalid state format/],
      ["without a participant", ({ a: _a, ...states }) => ({ agent_states: states }), /Agent state for a not found/],
      [
        "without the manager",
        ({ [MANAGER]: _m, ...states }) => ({ agent_states: states }),
        /Agent state for RoundRobinGroupChatManager not found/,
      ],
      [
        "with a member that is no container",
        (states) => ({ agent_states: { ...states, a: {} } }),
        /Invalid state format/,
      ],
      [
        "with an event in a buffer",
        (states) => ({
          agent_states: {
            ...states,
            a: { agent_state: {}, message_buffer: [{ type: "ThoughtEvent", content: "hm", source: "b" }] },
          },
        }),
        /not a chat message/,
      ],
    ])("%s is refused", async (_name, change, message) => {
      const state = await echoes().saveState();
      const error = await rejection(echoes().loadState(change(state["agent_states"] as JsonObject)));
      expect(String(error)).toMatch(message);
      expect(error).toBeInstanceOf(ValueError);
    });

    test.each([null, 5, "state", []])("%j is no state", async (state) => {
      const error = await rejection(echoes().loadState(JSON.parse(JSON.stringify(state))));
      expect(String(error)).toMatch(/Invalid state format/);
    });

    test("continues the turns of a run that was cut, after a load", async () => {
      const controller = new AbortController();
      const make = (cut: boolean): RoundRobinGroupChat =>
        roundRobin({
          participants: ["a", "b"].map(
            (name) =>
              new SayingAgent(name, (_heard, _turn, count) => {
                if (cut && name === "b" && count === 1) controller.abort();
                return name;
              }),
          ),
          maxTurns: 5,
        });
      const team = make(true);
      await rejection(team.run("Go", { signal: controller.signal }));
      const twin = make(false);
      await twin.loadState(await team.saveState());
      // b answered although the run was aborted meanwhile: that is two turns of five.
      expect(linesOf((await twin.run()).messages)).toEqual(["a: a", "b: b", "a: a"]);
    });
  });

  describe("saving while a team runs", () => {
    test("waits for the end of the turn; at once it is taken in the middle", async () => {
      const gate = new Gate();
      const make = (): RoundRobinGroupChat =>
        roundRobin({
          participants: [
            new SayingAgent("a", "from a"),
            new SayingAgent("b", async () => {
              await gate.pass();
              return "from b";
            }),
          ],
          maxTurns: 3,
        });
      const team = make();
      const running = team.run("Go");
      await gate.reached;
      let saved = false;
      const waiting = team.saveState().then((state) => {
        saved = true;
        return state;
      });
      const immediate = await team.saveState({ immediate: true });
      expect(saved).toBe(false);
      expect(memberState(immediate, MANAGER)).toMatchObject({ current_turn: 1, active_speakers: ["b"] });
      gate.open();
      const whole = await waiting;
      expect(memberState(whole, MANAGER)["message_thread"]).toHaveLength(3);
      expect(memberState(whole, MANAGER)).not.toHaveProperty("active_speakers");
      await running;
      const twin = make();
      await twin.loadState(whole);
      expect(linesOf((await twin.run()).messages)).toEqual(["a: from a"]);
    });

    test("is served when the run ends instead, by itself or by an abort", async () => {
      for (const abort of [false, true]) {
        const gate = new Gate();
        const controller = new AbortController();
        const team = roundRobin({
          participants: [
            new SayingAgent("a", async () => {
              await gate.pass();
              return "a";
            }),
          ],
          maxTurns: 1,
        });
        const running = readStream(team.runStream("Go", { signal: controller.signal }));
        await gate.reached;
        const waiting = team.saveState();
        if (abort) controller.abort();
        else gate.open();
        expect(memberState(await waiting, MANAGER)["message_thread"]).toHaveLength(abort ? 1 : 2);
        await running;
      }
    });

    test("while a person is asked is done at once; the same question is asked again after a load", async () => {
      const asked = deferred<void>();
      const requests: string[] = [];
      const make = (answers: boolean): RoundRobinGroupChat =>
        roundRobin({
          participants: [
            new SayingAgent("a", "What colour?"),
            new UserProxyAgent({
              name: "person",
              inputFunc: () => {
                asked.resolve();
                return answers ? "blue" : new Promise(() => undefined);
              },
            }),
          ],
          maxTurns: 2,
        });
      const team = make(false);
      const controller = new AbortController();
      const reading = readStream(team.runStream("Go", { signal: controller.signal }));
      await asked.promise;
      const state = await team.saveState();
      expect(memberState(state, "person")["agent_state"]).toHaveProperty("pending_request_id");
      controller.abort();
      const twin = make(true);
      await twin.loadState(JSON.parse(JSON.stringify(state)) as JsonObject);
      const again = await readStream(twin.runStream());
      for (const { items } of [await reading, again]) {
        for (const item of items) if (item.type === "UserInputRequestedEvent") requests.push(item.requestId);
      }
      expect(requests).toHaveLength(2);
      expect(requests[1]).toBe(requests[0]);
      expect(again.result?.messages.at(-1)).toMatchObject({ content: "blue" });
    });

    test("a condition of a team is not part of its state", async () => {
      const make = (): RoundRobinGroupChat =>
        roundRobin({
          participants: [new SayingAgent("a")],
          terminationCondition: new MaxMessageTermination(3),
        });
      const team = make();
      await team.run("Go");
      const twin = make();
      await twin.loadState(await team.saveState());
      expect((await twin.run("More")).messages).toHaveLength(3);
    });
  });

  describe("teams in teams", () => {
    function nested(depth: number): RoundRobinGroupChat {
      const inner: SayingAgent | RoundRobinGroupChat =
        depth === 0 ? new SayingAgent("deepest", "deep") : nested(depth - 1);
      return roundRobin({
        name: `level_${depth}`,
        description: `The team of level ${depth}.`,
        participants: [inner, new SayingAgent(`reviewer_${depth}`, `review ${depth}`)],
        maxTurns: 2,
      });
    }

    test("show all that happens within them, and their task to nobody", async () => {
      const { items, result } = await readStream(nested(2).runStream("Go"));
      expect(linesOf(items)).toEqual([
        "user: Go",
        "deepest: deep",
        "reviewer_0: review 0",
        "reviewer_1: review 1",
        "reviewer_2: review 2",
      ]);
      expect(result?.messages).toEqual(items);
    });

    test("one inner run is one outer turn, and the inner team keeps its place", async () => {
      const inner = roundRobin({
        name: "inner",
        participants: ["x", "y", "z"].map((name) => new SayingAgent(name, name)),
        maxTurns: 2,
      });
      const team = roundRobin({ participants: [inner, new SayingAgent("r", "r")], maxTurns: 4 });
      expect(linesOf((await team.run("Go")).messages)).toEqual([
        "user: Go",
        "x: x",
        "y: y",
        "r: r",
        "z: z",
        "x: x",
        "r: r",
      ]);
    });

    test("asked twice in a row the inner team goes on from where it is", async () => {
      const inner = roundRobin({ name: "inner", participants: [new SayingAgent("x", "x")], maxTurns: 1 });
      const team = roundRobin({ participants: [inner], maxTurns: 2 });
      expect(linesOf((await team.run("Go")).messages)).toEqual(["user: Go", "x: x", "x: x"]);
    });

    test("an inner team that fails or is aborted is asked again, and is not stuck", async () => {
      let fails = true;
      const inner = roundRobin({
        name: "inner",
        participants: [
          new SayingAgent("x", () => {
            if (fails) throw new Error("flaky");
            return "x";
          }),
        ],
        maxTurns: 1,
      });
      const team = roundRobin({ participants: [inner, new SayingAgent("r", "r")], maxTurns: 2 });
      expect(String(await rejection(team.run("Go")))).toMatch(/flaky/);
      fails = false;
      expect(linesOf((await team.run()).messages)).toEqual(["x: x", "r: r"]);
      const controller = new AbortController();
      const reading = readStream(team.runStream("More", { signal: controller.signal }));
      controller.abort();
      expect((await reading).result?.status).toBe("aborted");
      await team.reset();
      expect((await team.run("Go")).messages).toHaveLength(3);
    });

    test("a turn of an inner team that was cut short goes on where it was: nothing is heard twice, nothing is lost", async () => {
      const gate = new Gate();
      const heard: (readonly string[])[] = [];
      const make = (fails: boolean): RoundRobinGroupChat => {
        const inner = roundRobin({
          name: "inner",
          participants: [
            new SayingAgent("x", "from x"),
            new SayingAgent("y", async (messages) => {
              heard.push(linesOf(messages));
              await gate.pass();
              if (fails) throw new Error("flaky");
              return "from y";
            }),
          ],
          maxTurns: 2,
        });
        return roundRobin({ participants: [inner, new SayingAgent("r", "r")], maxTurns: 2 });
      };
      const team = make(true);
      const running = rejection(team.run("Go"));
      await gate.reached;
      const state = await team.saveState({ immediate: true });
      gate.open();
      expect(String(await running)).toMatch(/flaky/);
      const twin = make(false);
      await twin.loadState(JSON.parse(JSON.stringify(state)) as JsonObject);
      const failed = make(false);
      await failed.loadState(await team.saveState());
      for (const next of [twin, failed]) {
        expect(linesOf((await next.run()).messages)).toEqual(["y: from y", "r: r"]);
        const thread = memberState(await next.saveState(), MANAGER)["message_thread"];
        expect(thread).toMatchObject([
          { content: "Go" },
          { content: "from x" },
          { content: "from y" },
          { content: "r" },
        ]);
      }
      expect(heard).toEqual(heard.map(() => ["user: Go", "x: from x"]));
    });

    test("their states nest, and load into a twin", async () => {
      const team = nested(2);
      await team.run("Go");
      const state = await team.saveState();
      expect(memberState(memberState(state, "level_1")["agent_state"] as JsonObject, "level_0")).toHaveProperty(
        "agent_state.type",
        "TeamState",
      );
      const twin = nested(2);
      await twin.loadState(JSON.parse(JSON.stringify(state)) as JsonObject);
      expect(await twin.saveState()).toEqual(state);
    });

    test("may share one condition between the levels", async () => {
      const shared = new TextMentionTermination("DONE");
      const inner = roundRobin({
        name: "inner",
        participants: [new SayingAgent("x", "DONE")],
        terminationCondition: shared,
      });
      const team = roundRobin({
        participants: [inner, new SayingAgent("r", "r")],
        terminationCondition: shared,
      });
      const result = await team.run("Go");
      expect(linesOf(result.messages)).toEqual(["user: Go", "x: DONE"]);
      expect(result.stopReason).toBe("Text 'DONE' mentioned");
    });

    test("dump and load with the names and descriptions of both levels", async () => {
      const registry = new ComponentRegistry();
      for (const component of agentchatComponents()) registry.register(component);
      const inner = roundRobin({
        name: "inner",
        description: "The inner one.",
        participants: [new UserProxyAgent({ name: "person" })],
        maxTurns: 1,
      });
      const team = roundRobin({
        name: "outer",
        description: "The outer one.",
        participants: [inner],
        maxTurns: 3,
      });
      const json = dumpComponent(team);
      const loaded = await registry.load<RoundRobinGroupChat>(json);
      expect(dumpComponent(loaded)).toEqual(json);
      expect([loaded.name, loaded.participants[0]?.description]).toEqual(["outer", "The inner one."]);
    });
  });
});
