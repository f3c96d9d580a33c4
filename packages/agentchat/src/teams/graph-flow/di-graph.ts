import type { Awaitable } from "@tesserae/core";
import type { ChatMessage } from "../../messages/types.ts";

/** How many of the edges of a group must fire: every one, or any one. */
export type Activation = "all" | "any";

/** Whether an edge is taken: the answer contains the text, or the function says so. */
export type EdgeCondition = string | ((message: ChatMessage) => Awaitable<boolean>);

/** A way from one node to another. */
export interface DiGraphEdge {
  /** The name of the node that it leads to. */
  readonly target: string;
  /** Default: it is always taken. */
  readonly condition?: EdgeCondition | undefined;
  /** Edges to one target that are counted together. Default: the target's name. */
  readonly activationGroup?: string | undefined;
  /** How many edges of the group must fire. The same for all of them. Default `all`. */
  readonly activationCondition?: Activation | undefined;
}

/** A participant in the graph. */
export interface DiGraphNode {
  /** The participant's name. */
  readonly name: string;
  /** Where it leads to, with conditions at all of its edges or at none. */
  readonly edges: readonly DiGraphEdge[];
  /** What edges that the builder adds take over as their `activationCondition`. Default `all`. */
  readonly activation?: Activation | undefined;
}

/** Who follows whom. Plain data: made by {@link DiGraphBuilder}, written by hand, or read from a file. */
export interface DiGraph {
  /** By name. */
  readonly nodes: Readonly<Record<string, DiGraphNode>>;
  /** Default: every node that no edge leads to. */
  readonly defaultStartNode?: string | undefined;
}

/** The group of an edge. */
export function groupOf(edge: DiGraphEdge): string {
  return edge.activationGroup || edge.target;
}

/** How many edges of its group must fire. */
export function activationOf(edge: DiGraphEdge): Activation {
  return edge.activationCondition ?? "all";
}

/** The nodes that a run begins with, in the order in which they were added. */
export function startNodes({ nodes, defaultStartNode }: DiGraph): readonly string[] {
  if (defaultStartNode !== undefined && defaultStartNode !== "") return [defaultStartNode];
  const reached = new Set(Object.values(nodes).flatMap(({ edges }) => edges.map(({ target }) => target)));
  return Object.keys(nodes).filter((name) => !reached.has(name));
}
