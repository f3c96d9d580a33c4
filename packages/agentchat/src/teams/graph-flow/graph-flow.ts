import { ValueError, type ComponentDefinition, type JsonObject } from "@tesserae/core";
import type { ChatAgent } from "../../base/chat-agent.ts";
import { checkedOptions } from "../../base/checked-options.ts";
import { BaseGroupChat } from "../group-chat/base-group-chat.ts";
import { agentsOnly, participantNames } from "../group-chat/names.ts";
import { loadTeamOptions, teamSchema, teamToConfig, type TeamConfig } from "../group-chat/team-config.ts";
import type { TeamOptions } from "../group-chat/team-options.ts";
import type { DiGraph } from "./di-graph.ts";
import { GRAPH_SCHEMA, graphFromJson, graphToJson, type GraphJson } from "./graph-json.ts";
import { GraphSelection } from "./graph-selection.ts";
import { validateGraph } from "./validate-graph.ts";

const NAME = "GraphFlow";
const DESCRIPTION = "A team of agents";

/** What makes a {@link GraphFlow}. */
export interface GraphFlowOptions extends Omit<TeamOptions<ChatAgent>, "emitTeamEvents"> {
  /** Who follows whom; its nodes are the participants. */
  readonly graph: DiGraph;
  /**
   * Let a node for which any edge is enough begin at once, while others still speak. It speaks early once a round, and
   * those that were still speaking do not lead to it again. Default false: all wait for the end of the round.
   */
  readonly eager?: boolean | undefined;
}

/**
 * A team whose participants speak along the edges of a graph: one after another, several at once, in branches and loops.
 * All that are ready speak at once; the next ones when all of these have answered. A run ends when nobody is ready, and
 * the next one begins at the start; a run that a condition ended goes on where it stood.
 */
export class GraphFlow extends BaseGroupChat {
  static readonly component: ComponentDefinition<GraphFlow> = {
    provider: "autogen_agentchat.teams.GraphFlow",
    componentType: "team",
    label: NAME,
    description: "A team whose participants speak along the edges of a graph.",
    schema: teamSchema({ graph: GRAPH_SCHEMA, eager: { type: "boolean" } }, ["graph"]),
    toConfig: (team, dump): JsonObject => {
      const { emit_team_events: _, ...config } = teamToConfig(team, dump);
      return { ...config, graph: graphToJson(team.graph), ...(team.eager ? { eager: true } : {}) };
    },
    fromConfig: async (config: TeamConfig & { readonly graph: GraphJson; readonly eager?: boolean }, load) => {
      const { emitTeamEvents: _, ...options } = await loadTeamOptions(config, load);
      const participants = agentsOnly(options.participants, NAME);
      return new GraphFlow({ ...options, participants, graph: graphFromJson(config.graph), eager: config.eager });
    },
  };

  readonly graph: DiGraph;
  readonly eager: boolean;

  /** @throws ValueError for a graph that cannot be run, and for nodes that are no participants. */
  constructor(options: GraphFlowOptions) {
    const { graph, participants, eager = false } = checkedOptions(options, NAME, "participants, graph");
    const names = participantNames(participants);
    agentsOnly(participants, NAME);
    const hasCycles = validateGraph(graph);
    const stranger = Object.keys(graph.nodes).find((name) => !names.includes(name));
    if (stranger !== undefined) throw new ValueError(`The graph's node '${stranger}' is no participant of the team.`);
    if (hasCycles && options.terminationCondition === undefined && options.maxTurns === undefined) {
      throw new ValueError("A termination condition is required for cyclic graphs without a maximum turn limit.");
    }
    super(options, {
      name: NAME,
      managerName: "GraphManager",
      description: DESCRIPTION,
      selection: new GraphSelection(graph, eager, () => this.messages),
      endsByItself: true,
      speaksAtOnce: true,
    });
    this.graph = graph;
    this.eager = eager;
  }
}
