import { describe, expect, test } from "vitest";
import { SayingAgent } from "../../testing/team-agents.ts";
import { DiGraphBuilder, type EdgeOptions } from "./di-graph-builder.ts";
import type { DiGraph } from "./di-graph.ts";
import { GraphFlow } from "./graph-flow.ts";

type Edge = readonly [source: string, target: string, options?: EdgeOptions];

const when = (condition: string, others: EdgeOptions = {}): EdgeOptions => ({ condition, ...others });

describe("a graph is refused", () => {
  const graphOf = (edges: readonly Edge[], ...names: readonly string[]): DiGraph => ({
    nodes: Object.fromEntries(
      names.map((name) => [
        name,
        {
          name,
          edges: edges.filter(([source]) => source === name).map(([, target, options]) => ({ target, ...options })),
        },
      ]),
    ),
  });
  const team = (graph: DiGraph, ...names: readonly string[]): GraphFlow =>
    new GraphFlow({ participants: names.map((name) => new SayingAgent(name)), graph });

  test.each<readonly [edges: readonly Edge[], names: readonly string[], message: string]>([
    [[], [], "Graph has no nodes"],
    [
      [
        ["A", "B"],
        ["B", "A"],
      ],
      ["A", "B"],
      "must have at least one start node",
    ],
    [
      [
        ["S", "A"],
        ["A", "B"],
        ["B", "A"],
      ],
      ["S", "A", "B"],
      "must have at least one leaf node",
    ],
    [
      [
        ["A", "B", when("x")],
        ["A", "C"],
      ],
      ["A", "B", "C"],
      "has a mix of conditional and unconditional edges",
    ],
    [
      [
        ["A", "B"],
        ["A", "C"],
        ["B", "D"],
        ["C", "D", { activationCondition: "any" }],
      ],
      ["A", "B", "C", "D"],
      "Conflicting activation conditions for target 'D' group 'D': 'all' (from node 'B') and 'any' (from node 'C')",
    ],
    [
      [
        ["S", "A"],
        ["A", "B"],
        ["B", "C"],
        ["C", "A"],
        ["S", "L"],
      ],
      ["S", "A", "B", "C", "L"],
      "Cycle detected without exit condition: A -> B -> C -> A",
    ],
    [[["A", "X"]], ["A"], "leads to 'X', which is no node"],
  ])("%j", (edges, names, message) => {
    expect(() => team(graphOf(edges, ...names), ...(names.length === 0 ? ["A"] : names))).toThrow(message);
  });

  test("with a cycle and nothing that ends it", () => {
    const edges: readonly Edge[] = [
      ["A", "B"],
      ["B", "A", when("loop", { activationGroup: "again" })],
      ["B", "C", when("exit")],
    ];
    expect(() => team({ ...graphOf(edges, "A", "B", "C"), defaultStartNode: "A" }, "A", "B", "C")).toThrow(
      "termination condition is required for cyclic graphs",
    );
  });

  test("with a node that is no participant, and a default start that is no node", () => {
    expect(() => team(graphOf([["A", "B"]], "A", "B"), "A")).toThrow("'B' is no participant");
    expect(() => team({ ...graphOf([], "A"), defaultStartNode: "Z" }, "A")).toThrow("'Z' is no node");
  });

  test("that is none, and nodes that are no agents", () => {
    const participants = [new SayingAgent("A")];
    expect(() => new GraphFlow({ participants } as never)).toThrow(/GraphFlow needs the option graph/);
    for (const graph of [5, {}]) {
      expect(() => new GraphFlow({ participants, graph: graph as never })).toThrow(/an object with its nodes/);
    }
    const builder = new DiGraphBuilder();
    expect(() => builder.addNode("A" as never)).toThrow(/must be an agent or a team/);
    expect(() => builder.addNode(participants[0] as never).addEdge(undefined as never, "A")).toThrow(
      "Source node 'undefined' must be added before",
    );
  });

  test("by the builder, for nodes that were not added", () => {
    const builder = new DiGraphBuilder().addNode(new SayingAgent("A"));
    expect(() => builder.addEdge("X", "A")).toThrow("must be added before adding an edge");
    expect(() => builder.addEdge("A", "X")).toThrow("must be added before adding an edge");
    expect(() => builder.setEntryPoint("X")).toThrow("must be added before setting as entry point");
  });
});
