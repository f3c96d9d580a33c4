import { ComponentRegistry, MemoryJournalStore, dumpComponent, recordTo, replayFrom } from "@tesserae/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { MessageFilterAgent } from "../../agents/message-filter-agent/message-filter-agent.ts";
import { UserProxyAgent } from "../../agents/user-proxy-agent/user-proxy-agent.ts";
import { agentchatComponents } from "../../components/agentchat-components.ts";
import { MaxMessageTermination } from "../../conditions/max-message-termination.ts";
import { SourceMatchTermination } from "../../conditions/source-match-termination.ts";
import { TextMessage } from "../../messages/factories.ts";
import { rejection, warningsOf } from "../../testing/collect.ts";
import { linesOf } from "../../testing/run-items.ts";
import { SayingAgent } from "../../testing/team-agents.ts";
import { TEAM_RUNTIMES, type TestedRuntime } from "../../testing/team-runtimes.ts";
import type { TaskResult } from "../../base/task.ts";
import { DiGraphBuilder, type EdgeOptions } from "./di-graph-builder.ts";
import { GraphFlow, type GraphFlowOptions } from "./graph-flow.ts";

/** Where the team of the test lives. */
let tested: TestedRuntime | undefined;

type Edge = readonly [source: string, target: string, options?: EdgeOptions];

/** Agents that say the given words one after another (then the last one again), and their graph. */
function flow(
  says: Readonly<Record<string, readonly string[]>>,
  edges: readonly Edge[],
  options: Partial<GraphFlowOptions> & { readonly start?: string } = {},
): GraphFlow {
  const builder = new DiGraphBuilder();
  for (const [name, words] of Object.entries(says)) {
    builder.addNode(new SayingAgent(name, (_heard, _turn, count) => words[count - 1] ?? words.at(-1) ?? name));
  }
  for (const [source, target, given] of edges) builder.addEdge(source, target, given);
  const { start, ...rest } = options;
  if (start !== undefined) builder.setEntryPoint(start);
  return new GraphFlow({
    participants: builder.getParticipants(),
    graph: builder.build(),
    runtime: tested?.runtime,
    ...rest,
  });
}

const graphOfNodes = (builder: DiGraphBuilder): GraphFlow =>
  new GraphFlow({ participants: builder.getParticipants(), graph: builder.build(), runtime: tested?.runtime });

const silent = (...names: readonly string[]): Record<string, readonly string[]> =>
  Object.fromEntries(names.map((name) => [name, [name]]));
const order = ({ messages }: TaskResult): string => messages.map(({ source }) => source).join(" ");
const when = (condition: string, others: EdgeOptions = {}): EdgeOptions => ({ condition, ...others });
const COMPLETE = "Digraph execution is complete";

describe.each(TEAM_RUNTIMES)("with %s", (_name, make) => {
  beforeEach(() => {
    tested = make();
  });
  afterEach(() => tested?.close());

  describe("the order in which the nodes of a graph speak", () => {
    test.each<
      readonly [what: string, says: Readonly<Record<string, readonly string[]>>, edges: readonly Edge[], order: string]
    >([
      [
        "a line",
        silent("A", "B", "C"),
        [
          ["A", "B"],
          ["B", "C"],
        ],
        "user A B C",
      ],
      [
        "a fan-out",
        silent("A", "B", "C"),
        [
          ["A", "B"],
          ["A", "C"],
        ],
        "user A B C",
      ],
      [
        "a join, last",
        silent("A", "B", "C"),
        [
          ["A", "C"],
          ["B", "C"],
        ],
        "user A B C",
      ],
      [
        "pairs without a connection",
        silent("A", "B", "C", "D"),
        [
          ["A", "B"],
          ["C", "D"],
        ],
        "user A C B D",
      ],
      [
        "a diamond, its join once",
        silent("A", "B", "C", "D"),
        [
          ["A", "B"],
          ["A", "C"],
          ["B", "D"],
          ["C", "D"],
        ],
        "user A B C D",
      ],
      [
        "a branch by a text",
        { A: ["yes"], ...silent("B", "C") },
        [
          ["A", "B", when("yes")],
          ["A", "C", when("no")],
        ],
        "user A B",
      ],
      [
        "the other branch",
        { A: ["no"], ...silent("B", "C") },
        [
          ["A", "B", when("yes")],
          ["A", "C", when("no")],
        ],
        "user A C",
      ],
      [
        "one of three branches",
        { A: ["two"], ...silent("B", "C", "D") },
        [
          ["A", "B", when("one")],
          ["A", "C", when("two")],
          ["A", "D", when("three")],
        ],
        "user A C",
      ],
      [
        "a join of which any is enough, once",
        silent("A", "B", "C", "D"),
        [
          ["A", "B"],
          ["A", "C"],
          ["B", "D", { activationCondition: "any" }],
          ["C", "D", { activationCondition: "any" }],
        ],
        "user A B C D",
      ],
    ])("%s", async (_what, says, edges, expected) => {
      const result = await flow(says, edges).run("task");
      expect(order(result)).toBe(expected);
      expect(result.stopReason).toBe(COMPLETE);
      expect(result.messages.some(({ type }) => type === "StopMessage")).toBe(false);
    });

    test("a loop until its exit", async () => {
      const says = { A: ["A"], B: ["loop", "loop", "exit"], C: ["C"] };
      const loop: readonly Edge[] = [
        ["A", "B"],
        ["B", "A", when("loop")],
        ["B", "C", when("exit")],
      ];
      const team = flow(says, loop, { maxTurns: 20, start: "A" });
      expect(order(await team.run("task"))).toBe("user A B A B A B C");
    });

    test("a node that leads to itself, in a group of its own", async () => {
      const says = { A: ["A"], B: ["loop", "loop", "exit"], C: ["C"] };
      const edges: readonly Edge[] = [
        ["A", "B"],
        ["B", "B", when("loop", { activationGroup: "B_loop" })],
        ["B", "C", when("exit")],
      ];
      expect(order(await flow(says, edges, { maxTurns: 20 }).run("task"))).toBe("user A B B B C");
    });

    test("two cycles around one node, each in its group", async () => {
      const says = { ...silent("A", "B", "C"), O: ["x", "y", "e"], ...silent("X", "Y", "E") };
      const edges: readonly Edge[] = [
        ["A", "B"],
        ["A", "C"],
        ["B", "O"],
        ["C", "O"],
        ["O", "X", when("x")],
        ["O", "Y", when("y")],
        ["O", "E", when("e")],
        ["X", "O", { activationGroup: "x_o_loop" }],
        ["Y", "O", { activationGroup: "y_o_loop" }],
      ];
      expect(order(await flow(says, edges, { maxTurns: 20 }).run("task"))).toBe("user A B C O X O Y O E");
    });

    test("an edge takes over what its target node says of activation", async () => {
      const builder = new DiGraphBuilder();
      for (const name of ["A", "B", "C"]) builder.addNode(new SayingAgent(name, name === "A" ? "left" : name));
      builder.addNode(new SayingAgent("D"), { activation: "any" });
      builder.addEdge("A", "B", { condition: "left" }).addEdge("A", "C", { condition: "right" });
      builder.addEdge("B", "D").addEdge("C", "D");
      const result = await graphOfNodes(builder).run("task");
      expect(order(result)).toBe("user A B D");
    });

    test("a function decides about an edge, through the seam", async () => {
      const asked: string[] = [];
      const longer: EdgeOptions = {
        condition: async (message) => {
          asked.push(message.source);
          return message.source === "A";
        },
      };
      const make = (): GraphFlow => flow(silent("A", "B"), [["A", "B", longer]]);
      const store = new MemoryJournalStore();
      const recorded = await make().run("task", { journal: recordTo(store, { runId: "r" }) });
      expect(order(recorded)).toBe("user A B");
      asked.length = 0;
      const replayed = await make().run(undefined, { journal: replayFrom(store, "r") });
      expect(replayed.messages).toEqual(recorded.messages);
      expect(asked).toEqual([]);
    });

    test("a node that two groups lead to at once runs once", async () => {
      const edges: readonly Edge[] = [
        ["A", "C", { activationGroup: "one" }],
        ["B", "C", { activationGroup: "two" }],
      ];
      expect(order(await flow(silent("A", "B", "C"), edges).run("task"))).toBe("user A B C");
    });

    test("an agent in a filter of another name leads on all the same; a task in the name of a node does not", async () => {
      const inner = new SayingAgent("inner", "hello");
      const a = new MessageFilterAgent({ name: "A", wrappedAgent: inner, filter: { perSource: [{ source: "user" }] } });
      const b = new SayingAgent("B", "done");
      const builder = new DiGraphBuilder().addNode(a).addNode(b).addEdge(a, b);
      const team = graphOfNodes(builder);
      const result = await team.run(TextMessage({ content: "task", source: "A" }));
      expect(order(result)).toBe("A inner B");
    });
  });

  describe("a run of a graph", () => {
    test("goes on where a condition ended it, in another team too", async () => {
      const make = (): GraphFlow =>
        flow(silent("A", "B"), [["A", "B"]], { terminationCondition: new SourceMatchTermination(["A"]) });
      const team = make();
      expect((await team.run("task")).stopReason).toBe("'A' answered");
      const state = await team.saveState();
      expect(state).toMatchObject({
        agent_states: { GraphManager: { ready: ["B"], remaining: { B: { B: 0 } }, enqueued_any: { B: { B: false } } } },
      });
      const other = make();
      await other.loadState(structuredClone(state));
      expect(await other.saveState()).toEqual(state);
      const result = await other.run();
      expect(order(result)).toBe("B");
      expect(result.stopReason).toBe(COMPLETE);
    });

    test("counts a round of its nodes as one turn", async () => {
      const team = flow(
        silent("A", "B", "C", "D"),
        [
          ["A", "B"],
          ["A", "C"],
          ["B", "D"],
          ["C", "D"],
        ],
        { maxTurns: 2 },
      );
      const first = await team.run("task");
      expect(order(first)).toBe("user A B C");
      expect(first.stopReason).toBe("Maximum number of turns 2 reached.");
      expect(order(await team.run())).toBe("D");
    });

    test("ended by the number of messages goes on with the next node, each agent having run once", async () => {
      const condition = new MaxMessageTermination(3);
      const team = flow(
        silent("A", "B", "C"),
        [
          ["A", "B"],
          ["B", "C"],
        ],
        { terminationCondition: condition },
      );
      await team.run("task");
      expect(order(await team.run())).toBe("C");
      const turns = team.participants.map((agent) => (agent instanceof SayingAgent ? agent.heard.length : 0));
      expect(turns).toEqual([1, 1, 1]);
    });

    test("after it is complete the next one begins at the start, without a reset", async () => {
      const condition = new MaxMessageTermination(50);
      const team = flow(silent("A", "B"), [["A", "B"]], { terminationCondition: condition });
      for (const task of ["one", "two"]) expect(order(await team.run(task))).toBe("user A B");
      await team.reset();
      expect(order(await team.run("three"))).toBe("user A B");
    });

    test("saved and loaded after each round gives the order of an unbroken one", async () => {
      const edges: readonly Edge[] = [
        ["A", "B"],
        ["B", "A", when("loop")],
        ["B", "C", when("exit")],
      ];
      const says = { A: ["A"], B: ["loop", "loop", "exit"], C: ["C"] };
      let state: Awaited<ReturnType<GraphFlow["saveState"]>> | undefined;
      const sources: string[] = [];
      for (let round = 0; round < 7; round += 1) {
        const team = flow(says, edges, { maxTurns: 1, start: "A" });
        if (state !== undefined) await team.loadState(state);
        const { messages } = await team.run(round === 0 ? "task" : undefined);
        sources.push(...messages.map(({ source }) => source));
        state = structuredClone(await team.saveState());
      }
      expect(sources.join(" ")).toBe("user A B A B A B C");
    });

    test("a node that failed is asked again by the next run", async () => {
      let fails = true;
      const b = new SayingAgent("B", () => {
        if (fails) throw new Error("broken");
        return "B";
      });
      const builder = new DiGraphBuilder()
        .addNode(new SayingAgent("A", "A"))
        .addNode(b)
        .addNode(new SayingAgent("C", "C"));
      builder.addEdge("A", "B").addEdge("A", "C");
      const team = graphOfNodes(builder);
      expect(String(await rejection(team.run("task")))).toContain("broken");
      fails = false;
      expect(order(await team.run()).split(" ")).toContain("B");
    });

    test("that is complete warns of nodes that some, but not all edges led to", async () => {
      const edges: readonly Edge[] = [
        ["A", "B", when("left")],
        ["A", "C", when("right")],
        ["B", "D"],
        ["C", "D"],
      ];
      const team = flow({ A: ["left"], ...silent("B", "C", "D") }, edges);
      const warnings = await warningsOf(async () => void (await team.run("task")));
      expect(warnings.map(String).join()).toMatch(/D never ran/);
    });
  });

  test("what Python saved in the middle of a loop is repaired: no group is forgotten", async () => {
    const edges: readonly Edge[] = [
      ["A", "B"],
      ["B", "A", when("loop", { activationGroup: "again" })],
      ["B", "C", when("exit")],
    ];
    const says = { A: ["A"], B: ["loop", "exit"], C: ["C"] };
    const make = (): GraphFlow => flow(says, edges, { maxTurns: 1, start: "A" });
    const team = make();
    await team.run("task");
    const state = structuredClone(await team.saveState()) as {
      agent_states: { GraphManager: Record<string, unknown> };
    };
    // AutoGen writes no such key.
    delete state.agent_states.GraphManager["triggered_activation_groups"];
    const other = flow(says, edges, { maxTurns: 20, start: "A" });
    await other.loadState(JSON.parse(JSON.stringify(state)));
    expect(linesOf((await other.run()).messages)).toEqual(["B: loop", "A: A", "B: exit", "C: C"]);
  });
});

describe("a file", () => {
  test("keeps the graph", async () => {
    const builder = new DiGraphBuilder();
    for (const name of ["A", "B"]) builder.addNode(new UserProxyAgent({ name }));
    builder.addEdge("A", "B", { condition: "go", activationGroup: "g", activationCondition: "any" }).setEntryPoint("A");
    const team = graphOfNodes(builder);
    const dump = dumpComponent(team);
    expect(dump.config["graph"]).toEqual({
      nodes: {
        A: {
          name: "A",
          edges: [{ target: "B", condition: "go", activation_group: "g", activation_condition: "any" }],
          activation: "all",
        },
        B: { name: "B", edges: [], activation: "all" },
      },
      default_start_node: "A",
    });
    const loaded = await new ComponentRegistry().register(...agentchatComponents()).load(dump);
    expect(dumpComponent(loaded)).toEqual(dump);
  });

  test("cannot hold a function, and says so rather than to lose it", () => {
    const builder = new DiGraphBuilder();
    for (const name of ["A", "B"]) builder.addNode(new UserProxyAgent({ name }));
    builder.addEdge("A", "B", { condition: () => true });
    const team = graphOfNodes(builder);
    expect(() => dumpComponent(team)).toThrow(/'A' to 'B' has a function as its condition/);
  });
});
