import { expect, test } from "vitest";
import { SayingAgent } from "../../testing/team-agents.ts";
import { DiGraphBuilder } from "./di-graph-builder.ts";
import { GraphFlow } from "./graph-flow.ts";

const agents = (...names: readonly string[]): readonly SayingAgent[] =>
  names.map((name) => new SayingAgent(name, name));

test("a builder keeps the order of its nodes, takes a node once, and each step gives the builder", () => {
  const [a, b, c] = agents("A", "B", "C");
  const builder = new DiGraphBuilder();
  if (a === undefined || b === undefined || c === undefined) return;
  expect(builder.addNode(b).addNode(a).addNode(c).addNode(b, { activation: "any" })).toBe(builder);
  expect(builder.getParticipants()).toEqual([b, a, c]);
  expect(builder.addEdge(a, "B").addEdge("A", c).setEntryPoint("A")).toBe(builder);
  const graph = builder.build();
  expect(Object.keys(graph.nodes)).toEqual(["B", "A", "C"]);
  expect(graph.defaultStartNode).toBe("A");
  // The second B was passed over, its activation too.
  expect(graph.nodes["B"]?.activation).toBe("all");
  expect(graph.nodes["A"]?.edges.map(({ target }) => target)).toEqual(["B", "C"]);
});

test("a graph that was built does not change with its builder", () => {
  const builder = new DiGraphBuilder();
  for (const agent of agents("A", "B")) builder.addNode(agent);
  const graph = builder.addEdge("A", "B").build();
  builder.addNode(new SayingAgent("C")).addEdge("A", "C");
  expect(Object.keys(graph.nodes)).toEqual(["A", "B"]);
  expect(graph.nodes["A"]?.edges).toHaveLength(1);
});

test.each([
  ["yes, indeed", "user judge accept"],
  ["no way", "user judge refuse"],
])("conditional edges are taken by the text that the answer contains: %s", async (answer, order) => {
  const builder = new DiGraphBuilder().addNode(new SayingAgent("judge", answer));
  const [accept, refuse] = agents("accept", "refuse");
  if (accept === undefined || refuse === undefined) return;
  builder.addNode(accept).addNode(refuse).addConditionalEdges("judge", { yes: accept, no: "refuse" });
  const team = new GraphFlow({ participants: builder.getParticipants(), graph: builder.build() });
  const { messages } = await team.run("Well?");
  expect(messages.map(({ source }) => source).join(" ")).toBe(order);
});

test("what was not added is named, with what it was to be", () => {
  const builder = new DiGraphBuilder().addNode(new SayingAgent("A"));
  expect(() => builder.addEdge("X", "A")).toThrow("Source node 'X' must be added before adding an edge");
  expect(() => builder.addConditionalEdges("A", { yes: "X" })).toThrow("Target node 'X' must be added before");
  expect(() => builder.setEntryPoint("X")).toThrow("Start node 'X' must be added before setting as entry point");
});
