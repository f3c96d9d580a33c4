import { ValueError, checkGiven, isObject } from "@tesserae/core";
import { activationOf, groupOf, startNodes, type Activation, type DiGraph } from "./di-graph.ts";

/**
 * Checks a graph.
 *
 * @returns whether it has cycles; each of them has an exit then.
 * @throws ValueError for what makes it impossible to run.
 */
export function validateGraph(graph: DiGraph): boolean {
  const given: unknown = graph;
  if (!isObject(given) || !isObject(given["nodes"])) {
    throw new ValueError("The graph must be an object with its nodes: make it with a DiGraphBuilder.");
  }
  const nodes = Object.entries(graph.nodes);
  if (nodes.length === 0) throw new ValueError("Graph has no nodes.");
  for (const [name, node] of nodes) {
    if (node.name !== name) throw new ValueError(`The node under the name '${name}' is called '${node.name}'.`);
    checkActivation(`activation of the node '${name}'`, node.activation);
    for (const { target, condition, activationCondition } of node.edges) {
      const edge = `of the edge from '${name}' to '${target}'`;
      const isRight = !isCondition(condition) || typeof condition === "string" || typeof condition === "function";
      checkGiven(`condition ${edge}`, condition, isRight, "text or a function");
      checkActivation(`activationCondition ${edge}`, activationCondition);
      if (!Object.hasOwn(graph.nodes, target))
        throw new ValueError(`The edge from '${name}' leads to '${target}', which is no node of the graph.`);
    }
  }
  checkStart(graph);
  if (nodes.every(([, { edges }]) => edges.length > 0))
    throw new ValueError("Graph must have at least one leaf node: one without edges.");
  for (const [name, { edges }] of nodes) {
    const conditional = edges.filter(({ condition }) => isCondition(condition)).length;
    if (conditional > 0 && conditional < edges.length)
      throw new ValueError(`Node '${name}' has a mix of conditional and unconditional edges.`);
  }
  checkActivations(graph);
  return checkCycles(graph);
}

/** Only a program without types, or a file, can give another. */
function checkActivation(what: string, activation: unknown): void {
  const isRight = !isCondition(activation) || activation === "all" || activation === "any";
  checkGiven(what, activation, isRight, '"all" or "any"');
}

/** An empty text would be a condition that always holds. */
function isCondition(condition: unknown): boolean {
  return condition !== undefined && condition !== null;
}

function checkStart(graph: DiGraph): void {
  const start = startNodes(graph);
  if (start.length === 0)
    throw new ValueError("Graph must have at least one start node: one that no edge leads to, or a default one.");
  const unknown = start.find((name) => !Object.hasOwn(graph.nodes, name));
  if (unknown !== undefined) throw new ValueError(`The default start node '${unknown}' is no node of the graph.`);
}

/** All edges of one group say the same about how many of them must fire. */
function checkActivations(graph: DiGraph): void {
  const said = new Map<string, { readonly activation: Activation; readonly from: string }>();
  for (const { name, edges } of Object.values(graph.nodes)) {
    for (const edge of edges) {
      const group = groupOf(edge);
      const activation = activationOf(edge);
      const key = JSON.stringify([edge.target, group]);
      const before = said.get(key);
      if (before === undefined) said.set(key, { activation, from: name });
      else if (before.activation !== activation) {
        throw new ValueError(
          `Conflicting activation conditions for target '${edge.target}' group '${group}': ` +
            `'${before.activation}' (from node '${before.from}') and '${activation}' (from node '${name}')`,
        );
      }
    }
  }
}

function checkCycles({ nodes }: DiGraph): boolean {
  const visited = new Set<string>();
  const path: string[] = [];
  let found = false;
  const visit = (name: string): void => {
    visited.add(name);
    path.push(name);
    for (const { target } of nodes[name]?.edges ?? []) {
      if (!visited.has(target)) visit(target);
      else if (path.includes(target)) {
        found = true;
        checkExit(path.slice(path.indexOf(target)));
      }
    }
    path.pop();
  };
  const checkExit = (cycle: readonly string[]): void => {
    const edges = cycle.flatMap((name) => nodes[name]?.edges ?? []);
    if (edges.some(({ condition }) => isCondition(condition))) return;
    throw new ValueError(`Cycle detected without exit condition: ${[...cycle, cycle[0]].join(" -> ")}`);
  };
  for (const name of Object.keys(nodes)) if (!visited.has(name)) visit(name);
  return found;
}
