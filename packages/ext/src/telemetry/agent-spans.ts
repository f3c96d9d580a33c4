import type { Attributes } from "@opentelemetry/api";
import type { ChannelPlace, RunPayload } from "@tesserae/wire/channels";
import { ATTRIBUTES, SYSTEM } from "./attributes.ts";
import { present } from "./span-writer.ts";

/** What spans of agents are told of an agent. */
export interface AgentFacts {
  readonly name: string;
  readonly id?: string | undefined;
  readonly description?: string | undefined;
}

/** The attributes of a span that is about an agent. */
export function agentAttributes(operation: "create_agent" | "invoke_agent", agent: AgentFacts): Attributes {
  return present({
    [ATTRIBUTES.operation]: operation,
    [ATTRIBUTES.system]: SYSTEM,
    [ATTRIBUTES.agentName]: agent.name,
    [ATTRIBUTES.agentId]: agent.id,
    [ATTRIBUTES.agentDescription]: agent.description,
  });
}

/** The attributes of the span of a run when it begins. */
export function runAttributes(payload: RunPayload): Attributes {
  return {
    ...agentAttributes("invoke_agent", { name: payload.name }),
    ...placeAttributes(payload),
    [ATTRIBUTES.runMode]: payload.mode,
  };
}

/** What the span of a run is told at its end. */
export function runEndAttributes({ stopReason, turns, cost }: RunPayload): Attributes {
  return present({
    [ATTRIBUTES.stopReason]: stopReason,
    [ATTRIBUTES.turns]: turns,
    [ATTRIBUTES.cost]: dollars(cost),
  });
}

/** Where in its run something happened. */
export function placeAttributes({ runId, path, turn }: ChannelPlace): Attributes {
  return present({
    [ATTRIBUTES.runId]: runId,
    [ATTRIBUTES.path]: runId === null ? undefined : path,
    [ATTRIBUTES.turn]: turn,
  });
}

/** US dollars for pico-dollars. */
export function dollars(cost: number | null | undefined): number | undefined {
  return cost === null || cost === undefined ? undefined : cost / 1e12;
}
