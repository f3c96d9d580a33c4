import { ValueError, checkGiven, isObject } from "@tesserae/core";
import type { ChatAgent } from "../../base/chat-agent.ts";
import { participantNames } from "../group-chat/names.ts";
import type { Activation, DiGraph, DiGraphEdge, DiGraphNode } from "./di-graph.ts";
import { validateGraph } from "./validate-graph.ts";

/** What an edge may be told beside where it leads. */
export type EdgeOptions = Omit<DiGraphEdge, "target">;

/**
 * Makes a graph step by step.
 *
 * @example
 * const builder = new DiGraphBuilder().addNode(writer).addNode(editor).addEdge(writer, editor);
 * const team = new GraphFlow({ participants: builder.getParticipants(), graph: builder.build() });
 */
export class DiGraphBuilder {
  readonly #agents = new Map<string, ChatAgent>();
  readonly #activations = new Map<string, Activation>();
  readonly #edges = new Map<string, DiGraphEdge[]>();
  #start: string | undefined;

  /** Adds a node; one that is there already stays as it is. `activation` is what edges to it take over. */
  addNode(agent: ChatAgent, options: { readonly activation?: Activation | undefined } = {}): this {
    participantNames([agent]);
    checkGiven("second argument of addNode", options, isObject(options), 'an object such as { activation: "any" }');
    if (this.#agents.has(agent.name)) return this;
    this.#agents.set(agent.name, agent);
    this.#activations.set(agent.name, options.activation ?? "all");
    this.#edges.set(agent.name, []);
    return this;
  }

  /** Adds an edge between two nodes, named by their agents or by name. */
  addEdge(source: ChatAgent | string, target: ChatAgent | string, options: EdgeOptions = {}): this {
    checkGiven("third argument of addEdge", options, isObject(options), 'an object such as { condition: "yes" }');
    const from = this.#edges.get(nameOf(source));
    if (from === undefined) throw missing("Source node", nameOf(source), "adding an edge");
    const activation = this.#activations.get(nameOf(target));
    if (activation === undefined) throw missing("Target node", nameOf(target), "adding an edge");
    from.push({
      target: nameOf(target),
      condition: options.condition,
      activationGroup: options.activationGroup,
      activationCondition: options.activationCondition ?? activation,
    });
    return this;
  }

  /** Adds an edge for each text: it is taken when the answer contains the text. */
  addConditionalEdges(source: ChatAgent | string, targets: Readonly<Record<string, ChatAgent | string>>): this {
    for (const [condition, target] of Object.entries(targets)) this.addEdge(source, target, { condition });
    return this;
  }

  /** Says where a run begins. Default: at every node that no edge leads to. */
  setEntryPoint(node: ChatAgent | string): this {
    if (!this.#agents.has(nameOf(node))) throw missing("Start node", nameOf(node), "setting as entry point");
    this.#start = nameOf(node);
    return this;
  }

  /** The graph. @throws ValueError when it cannot be run. */
  build(): DiGraph {
    const nodes: Record<string, DiGraphNode> = {};
    for (const [name, edges] of this.#edges)
      nodes[name] = { name, edges: [...edges], activation: this.#activations.get(name) };
    const graph = this.#start === undefined ? { nodes } : { nodes, defaultStartNode: this.#start };
    validateGraph(graph);
    return graph;
  }

  /** The agents, in the order in which they were added. */
  getParticipants(): readonly ChatAgent[] {
    return [...this.#agents.values()];
  }
}

function nameOf(node: ChatAgent | string): string {
  const given: unknown = node;
  return isObject(given) ? String(given["name"]) : String(given);
}

function missing(what: string, name: string, before: string): ValueError {
  return new ValueError(`${what} '${name}' must be added before ${before}.`);
}
