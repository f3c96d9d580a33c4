import { choose, type JsonObject } from "@tesserae/core";
import type { MessageRegistry } from "../../messages/registry.ts";
import type { ChatMessage, StreamItem } from "../../messages/types.ts";
import type { SelectionContext, SpeakerSelection } from "../group-chat/speaker-selection.ts";
import { EarlyNodes } from "./early-nodes.ts";
import type { DiGraph, DiGraphEdge } from "./di-graph.ts";
import { GraphExecution } from "./graph-execution.ts";

/** Whoever the edges of the graph have led to speaks, several at once. */
export class GraphSelection implements SpeakerSelection {
  /** AutoGen's has none. */
  readonly stateType = undefined;
  readonly #graph: DiGraph;
  readonly #execution: GraphExecution;
  readonly #early: EarlyNodes | undefined;
  readonly #messages: () => MessageRegistry;

  constructor(graph: DiGraph, eager: boolean, messages: () => MessageRegistry) {
    this.#graph = graph;
    this.#early = eager ? new EarlyNodes() : undefined;
    this.#execution = new GraphExecution(graph);
    this.#messages = messages;
  }

  /** Only what a participant answers leads on, whatever its message calls its source. */
  async answered(name: string, message: ChatMessage, context: SelectionContext): Promise<void> {
    for (const edge of this.#graph.nodes[name]?.edges ?? []) {
      if (this.#early?.comesAfter(name, edge) === true) continue;
      if (await this.#isTaken(edge, message, context)) this.#execution.fire(edge);
    }
  }

  early(speaking: readonly string[]): readonly string[] {
    const nodes = this.#early;
    if (nodes === undefined) return [];
    const names = this.#execution.takeEarly((name) => nodes.mayBegin(name));
    nodes.begin(names, speaking);
    return names;
  }

  completion(): string | undefined {
    this.#early?.newRound([]);
    if (this.#execution.isReady) return undefined;
    const starved = this.#execution.starved();
    if (starved.length > 0) {
      process.emitWarning(
        `The graph is complete, but ${starved.join(", ")} never ran: only some of the edges that must all fire did. ` +
          'Give edges behind a branch the activationCondition "any", or groups of their own.',
        { code: "TESSERAE_GRAPH_STARVED" },
      );
    }
    this.#execution.restart();
    return "Digraph execution is complete";
  }

  select(_thread: readonly StreamItem[]): readonly string[] {
    // An answer that came after the end of its run may have been the last one.
    if (!this.#execution.isReady) this.#execution.restart();
    const names = this.#execution.takeReady();
    this.#early?.newRound(names);
    return names;
  }

  reset(): void {
    this.#early?.newRound([]);
    this.#execution.restart();
  }

  saveState(): JsonObject {
    return { ...this.#execution.save(), ...this.#early?.save() };
  }

  loadState(state: JsonObject): void {
    this.#execution.load(state);
    this.#early?.load(state);
  }

  async #isTaken({ condition }: DiGraphEdge, message: ChatMessage, { run }: SelectionContext): Promise<boolean> {
    if (condition === undefined) return true;
    if (typeof condition === "string") return this.#messages().toModelText(message).includes(condition);
    return choose(run, "edge", [message], async () => await condition(message));
  }
}
