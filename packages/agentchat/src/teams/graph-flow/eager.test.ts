import {
  ComponentRegistry,
  MemoryJournalStore,
  coreComponents,
  dumpComponent,
  recordTo,
  replayFrom,
  resumeFrom,
  type ComponentDefinition,
} from "@tesserae/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AssistantAgent } from "../../agents/assistant-agent/assistant-agent.ts";
import { agentchatComponents } from "../../components/agentchat-components.ts";
import { FunctionalTermination } from "../../conditions/functional-termination.ts";
import { deferred } from "../../deferred.ts";
import type { StreamItem } from "../../messages/types.ts";
import { rejection } from "../../testing/collect.ts";
import { ScriptedClient } from "../../testing/scripted-client.ts";
import { Gate, SayingAgent, type Say } from "../../testing/team-agents.ts";
import { TEAM_RUNTIMES, type TestedRuntime } from "../../testing/team-runtimes.ts";
import { DiGraphBuilder, type EdgeOptions } from "./di-graph-builder.ts";
import { GraphFlow, type GraphFlowOptions } from "./graph-flow.ts";

/** Where the team of the test lives. */
let tested: TestedRuntime | undefined;

const ANY: EdgeOptions = { activationCondition: "any" };
type Edge = readonly [source: string, target: string, options?: EdgeOptions];

function flow(
  says: Readonly<Record<string, Say | string>>,
  edges: readonly Edge[],
  options: Partial<GraphFlowOptions> = {},
): GraphFlow {
  const builder = new DiGraphBuilder();
  for (const [name, say] of Object.entries(says)) builder.addNode(new SayingAgent(name, say));
  for (const [source, target, given] of edges) builder.addEdge(source, target, given);
  const [first] = Object.keys(says);
  if (first === "start") builder.setEntryPoint(first);
  return new GraphFlow({
    participants: builder.getParticipants(),
    graph: builder.build(),
    eager: true,
    runtime: tested?.runtime,
    ...options,
  });
}

/** `start` leads to `fast` and `slow`; any of both to `next`, and that to `last`. `slow` waits for what it is given. */
const DIAMOND: readonly Edge[] = [
  ["start", "fast"],
  ["start", "slow"],
  ["fast", "next", ANY],
  ["slow", "next", ANY],
  ["next", "last"],
];
const diamond = (slow: Say, options: Partial<GraphFlowOptions> = {}, next: Say | string = "next"): GraphFlow =>
  flow({ start: "start", fast: "fast", slow, next, last: "last" }, DIAMOND, options);
const order = (messages: readonly StreamItem[]): string => messages.map(({ source }) => source).join(" ");

const turn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

describe.each(TEAM_RUNTIMES)("with %s", (_name, make) => {
  beforeEach(() => {
    tested = make();
  });
  afterEach(() => tested?.close());

  describe("in an eager graph a node for which any edge is enough", () => {
    test("begins while others still speak, and is not led to again by those", async () => {
      const begun = deferred<void>();
      const slow: Say = async () => {
        await begun.promise;
        return "slow";
      };
      const next: Say = () => {
        begun.resolve();
        return "next";
      };
      const team = diamond(slow, {}, next);
      const { messages, stopReason } = await team.run("Go");
      expect(order(messages)).toMatch(/^user start fast (next slow|slow next) last$/);
      expect(stopReason).toBe("Digraph execution is complete");
      expect(await team.saveState()).not.toHaveProperty("agent_states.GraphManager.early");
    });

    test("waits for the end of the round where the graph is not eager", async () => {
      const slow: Say = async () => {
        for (let left = 5; left > 0; left -= 1) await turn();
        return "slow";
      };
      const { messages } = await diamond(slow, { eager: undefined }).run("Go");
      expect(order(messages)).toBe("user start fast slow next last");
    });

    test("is led to again in later rounds", async () => {
      const gates = [new Gate(), new Gate()];
      const team = flow(
        {
          start: "start",
          fast: "fast",
          slow: async (_heard, _turn, count) => {
            await gates[count - 1]?.pass();
            return "slow";
          },
          next: (_heard, _turn, count) => {
            gates[count - 1]?.open();
            return count === 1 ? "again" : "stop";
          },
          last: "last",
        },
        [
          ["start", "fast"],
          ["start", "slow"],
          ["fast", "next", ANY],
          ["slow", "next", ANY],
          ["next", "start", { condition: "again" }],
          ["next", "last", { condition: "stop" }],
        ],
        { maxTurns: 9 },
      );
      const { messages } = await team.run("Go");
      const round = "start fast (next slow|slow next)";
      expect(order(messages)).toMatch(new RegExp(`^user ${round} ${round} last$`));
    });

    test("speaks early once a round: a loop waits for the others", async () => {
      const others = new Gate();
      const team = flow(
        {
          start: "start",
          slow: async () => {
            await others.pass();
            return "slow";
          },
          fast: "fast",
          loop: (_heard, _turn, count) => (count < 4 ? "again" : "enough"),
          last: "last",
        },
        [
          ["start", "slow"],
          ["start", "fast"],
          ["fast", "loop", ANY],
          ["loop", "loop", { condition: "again", activationGroup: "back", ...ANY }],
          ["loop", "last", { condition: "enough" }],
        ],
        { maxTurns: 9 },
      );
      const sources: string[] = [];
      for await (const item of team.runStream("Go")) {
        if (item.type === "TaskResult") break;
        sources.push(item.source);
        // The loop has time to go on, and does not.
        if (item.source === "loop") for (let left = 5; left > 0; left -= 1) await turn();
        if (item.source === "loop") others.open();
      }
      expect(sources).toEqual(["user", "start", "fast", "loop", "slow", "loop", "loop", "loop", "last"]);
    });

    test("does not begin early where all edges must fire", async () => {
      const opened = new Gate();
      const team = flow(
        {
          a: "a",
          slow: async () => {
            await opened.pass();
            return "slow";
          },
          b: "b",
        },
        [["a", "b"]],
      );
      const running = team.run("Go");
      await opened.reached;
      opened.open();
      expect(order((await running).messages)).toBe("user a slow b");
    });

    test("counts with its round for the condition", async () => {
      const opened = new Gate();
      const judged: string[] = [];
      const terminationCondition = new FunctionalTermination((delta) => {
        judged.push(order(delta));
        return false;
      });
      const slow: Say = async () => {
        await opened.pass();
        return "slow";
      };
      const team = diamond(slow, { terminationCondition }, () => {
        opened.open();
        return "next";
      });
      await team.run("Go");
      expect(judged.map((names) => names.split(" ").toSorted().join(" "))).toEqual(["user", "start", "fast next slow"]);
    });

    test("has spoken when one of the others fails; the next run asks that one alone", async () => {
      const failed = new Gate();
      const heard: string[] = [];
      const slow: Say = async (_heard, _turn, count) => {
        if (count > 1) return "slow";
        await failed.pass();
        throw new Error("broke");
      };
      const team = diamond(slow, {}, () => {
        heard.push("next");
        failed.open();
        return "next";
      });
      expect(String(await rejection(team.run("Go")))).toMatch(/broke/);
      const state = await team.saveState();
      const { messages } = await team.run();
      expect(heard).toEqual(["next"]);
      expect(order(messages)).toMatch(/^(next )?slow last$/);

      // So does a team that got the state.
      const twin = diamond(
        () => "slow",
        {},
        () => {
          heard.push("again");
          return "next";
        },
      );
      await twin.loadState(structuredClone(state));
      expect(await twin.saveState()).toEqual(state);
      await twin.run();
      expect(heard).toEqual(["next"]);
    });

    test("replays and resumes as it was recorded", async () => {
      const agent = (name: string, latency: number): AssistantAgent =>
        new AssistantAgent({
          name,
          modelClient: new ScriptedClient([
            async () => {
              for (let left = latency; left > 0; left -= 1) await turn();
              return `by ${name}`;
            },
          ]),
        });
      const make = (slow: number): GraphFlow => {
        const builder = new DiGraphBuilder();
        const latencies = { start: 0, fast: 1, slow, next: 2, last: 0 };
        for (const [name, latency] of Object.entries(latencies)) builder.addNode(agent(name, latency));
        for (const [source, target, given] of DIAMOND) builder.addEdge(source, target, given);
        return new GraphFlow({
          participants: builder.getParticipants(),
          graph: builder.build(),
          eager: true,
          runtime: tested?.runtime,
        });
      };
      const json = (team: GraphFlow, result: Awaited<ReturnType<GraphFlow["run"]>>): unknown =>
        result.messages.map((message) => team.messages.toJson(message));
      for (const latency of [0, 2, 3, 4, 9]) {
        const store = new MemoryJournalStore();
        const team = make(latency);
        const recorded = json(team, await team.run("Go", { journal: recordTo(store, { runId: "r" }) }));
        for (const other of [0, 3, 9]) {
          const again = make(other);
          const replayed = json(again, await again.run(undefined, { journal: replayFrom(store, "r") }));
          expect(replayed).toEqual(recorded);
        }
        const entries = [];
        for await (const entry of store.read("r")) entries.push(entry);
        for (let count = 1; count < entries.length; count += 1) {
          const cut = new MemoryJournalStore();
          const writer = await cut.open("r", "create");
          await writer.append(entries.slice(0, count));
          await writer.close();
          const resumed = make(9 - latency);
          const { messages } = await resumed.run(undefined, { journal: resumeFrom(cut, "r") });
          expect(messages.map(({ source }) => source).toSorted()).toEqual([
            "fast",
            "last",
            "next",
            "slow",
            "start",
            "user",
          ]);
          const replay = make(0);
          expect(json(replay, await replay.run(undefined, { journal: replayFrom(cut, "r") }))).toEqual(
            messages.map((message) => resumed.messages.toJson(message)),
          );
        }
      }
    });

    test("is an option that component files know", async () => {
      class Model extends ScriptedClient {
        static readonly component: ComponentDefinition<Model> = {
          provider: "test.Model",
          componentType: "model",
          label: "Model",
          description: "A model for tests.",
          schema: { type: "object" },
          toConfig: () => ({}),
          fromConfig: () => new Model([]),
        };
      }
      const registry = new ComponentRegistry().register(...coreComponents(), ...agentchatComponents(), Model);
      const make = (eager: boolean): GraphFlow => {
        const agents = ["a", "b"].map((name) => new AssistantAgent({ name, modelClient: new Model([]) }));
        const builder = new DiGraphBuilder();
        for (const agent of agents) builder.addNode(agent);
        builder.addEdge("a", "b");
        return new GraphFlow({ participants: agents, graph: builder.build(), eager, runtime: tested?.runtime });
      };
      expect(dumpComponent(make(false)).config).not.toHaveProperty("eager");
      const dump = dumpComponent(make(true));
      expect(dump.config).toHaveProperty("eager", true);
      expect(dumpComponent(await registry.load(dump))).toEqual(dump);
    });
  });
});
