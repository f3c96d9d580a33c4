import { ValueError, type JsonObject } from "@tesserae/core";
import { nullable } from "../../components/config.ts";
import { activationOf, groupOf, type Activation, type DiGraph, type DiGraphEdge } from "./di-graph.ts";

/** A graph in a component file. */
export type GraphJson = {
  readonly nodes: { readonly [name: string]: NodeJson };
  readonly default_start_node?: string | null;
};
type NodeJson = { readonly name: string; readonly edges?: readonly EdgeJson[]; readonly activation?: Activation };
type EdgeJson = {
  readonly target: string;
  readonly condition?: string | null;
  readonly activation_group?: string;
  readonly activation_condition?: Activation;
};

const ACTIVATION: JsonObject = { enum: ["all", "any"] };

/** The schema of {@link GraphJson}. */
export const GRAPH_SCHEMA: JsonObject = {
  type: "object",
  properties: {
    nodes: {
      type: "object",
      additionalProperties: {
        type: "object",
        properties: {
          name: { type: "string" },
          edges: {
            type: "array",
            items: {
              type: "object",
              properties: {
                target: { type: "string" },
                condition: nullable({ type: "string" }),
                activation_group: { type: "string" },
                activation_condition: ACTIVATION,
              },
              required: ["target"],
            },
          },
          activation: ACTIVATION,
        },
        required: ["name"],
      },
    },
    default_start_node: nullable({ type: "string" }),
  },
  required: ["nodes"],
};

/** @throws ValueError ERR_COMPONENT_NOT_SERIALIZABLE for a condition that is a function: without it the edge would always be taken. */
export function graphToJson({ nodes, defaultStartNode }: DiGraph): JsonObject {
  const written = Object.values(nodes).map(({ name, edges, activation }) => [
    name,
    { name, edges: edges.map((edge) => edgeToJson(name, edge)), activation: activation ?? "all" },
  ]);
  return {
    nodes: Object.fromEntries(written),
    ...(defaultStartNode === undefined ? {} : { default_start_node: defaultStartNode }),
  };
}

/** Reads a graph. */
export function graphFromJson({ nodes, default_start_node: start }: GraphJson): DiGraph {
  const read = Object.entries(nodes).map(([key, { name, edges = [], activation }]) => [
    key,
    {
      name,
      activation,
      edges: edges.map((edge) => ({
        target: edge.target,
        condition: edge.condition ?? undefined,
        activationGroup: edge.activation_group,
        activationCondition: edge.activation_condition,
      })),
    },
  ]);
  return {
    nodes: Object.fromEntries(read),
    ...(start === undefined || start === null ? {} : { defaultStartNode: start }),
  };
}

function edgeToJson(source: string, edge: DiGraphEdge): JsonObject {
  const { target, condition } = edge;
  if (typeof condition === "function") {
    throw new ValueError(
      `The edge from '${source}' to '${target}' has a function as its condition, which cannot be written to JSON. Use a text that the answer contains.`,
      { code: "ERR_COMPONENT_NOT_SERIALIZABLE" },
    );
  }
  return {
    target,
    ...(condition === undefined ? {} : { condition }),
    activation_group: groupOf(edge),
    activation_condition: activationOf(edge),
  };
}
