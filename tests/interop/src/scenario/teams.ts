import {
  GraphFlow,
  MagenticOneGroupChat,
  RoundRobinGroupChat,
  SelectorGroupChat,
  Swarm,
  type BaseGroupChat,
  type DiGraph,
  type TeamOptions,
} from "@tesserae/agentchat";
import type { JsonObject } from "@tesserae/core";
import { listOf, objectOf, textOf } from "../golden.ts";
import { definitionOf } from "../messages.ts";
import type { Conditions } from "./conditions.ts";
import { makeContext } from "./contexts.ts";
import { agentOf, memberOf, type Members } from "./members.ts";
import { CANDIDATES, SELECTORS, named } from "./functions.ts";
import { numberIn, optionalList, textIn, truthIn } from "./options.ts";
import type { World } from "./world.ts";

/** The classes of teams. */
export const TEAMS: readonly string[] = [
  "RoundRobinGroupChat",
  "SelectorGroupChat",
  "Swarm",
  "MagenticOneGroupChat",
  "GraphFlow",
];
/** Makes the team of `{"type": class name, "participants": names, …options}`. */
export function makeTeam(spec: JsonObject, members: Members, conditions: Conditions, world: World): BaseGroupChat {
  const condition = spec["termination_condition"];
  const options: TeamOptions = {
    participants: listOf(spec["participants"]).map((name) => memberOf(members, textOf(name))),
    name: textIn(spec, "name"),
    description: textIn(spec, "description"),
    terminationCondition: condition === undefined ? undefined : conditions.make(objectOf(condition)),
    maxTurns: numberIn(spec, "max_turns"),
    emitTeamEvents: truthIn(spec, "emit_team_events"),
    customMessageTypes: optionalList(spec["custom_message_types"])?.map((tag) => definitionOf(textOf(tag))),
  };
  if (spec["type"] === "RoundRobinGroupChat") return new RoundRobinGroupChat(options);
  if (spec["type"] === "GraphFlow") {
    return new GraphFlow({
      ...options,
      participants: options.participants.map(agentOf),
      graph: graphOf(objectOf(spec["graph"])),
    });
  }
  if (spec["type"] === "MagenticOneGroupChat") {
    return new MagenticOneGroupChat({
      ...options,
      participants: options.participants.map(agentOf),
      modelClient: world.model(spec["model"]),
      maxStalls: numberIn(spec, "max_stalls"),
      finalAnswerPrompt: textIn(spec, "final_answer_prompt"),
    });
  }
  if (spec["type"] === "Swarm") return new Swarm({ ...options, participants: options.participants.map(agentOf) });
  return new SelectorGroupChat({
    ...options,
    modelClient: world.model(spec["model"]),
    selectorPrompt: textIn(spec, "selector_prompt"),
    allowRepeatedSpeaker: truthIn(spec, "allow_repeated_speaker"),
    maxSelectorAttempts: numberIn(spec, "max_selector_attempts"),
    modelClientStreaming: truthIn(spec, "model_client_streaming"),
    modelContext: spec["model_context"] === undefined ? undefined : makeContext(objectOf(spec["model_context"]), world),
    selectorFunc: spec["selector_func"] === undefined ? undefined : named(SELECTORS, spec["selector_func"]),
    candidateFunc: spec["candidate_func"] === undefined ? undefined : named(CANDIDATES, spec["candidate_func"]),
  });
}

function graphOf({ nodes, default_start_node: start }: JsonObject): DiGraph {
  const read = Object.entries(objectOf(nodes)).map(([name, node]) => {
    const edges = listOf(objectOf(node)["edges"] ?? []).map((edge) => {
      const given = objectOf(edge);
      return {
        target: textOf(given["target"]),
        condition: textIn(given, "condition"),
        activationGroup: textIn(given, "activation_group"),
        activationCondition: given["activation_condition"] === "any" ? ("any" as const) : undefined,
      };
    });
    return [name, { name, edges }] as const;
  });
  return { nodes: Object.fromEntries(read), defaultStartNode: start === undefined ? undefined : textOf(start) };
}
