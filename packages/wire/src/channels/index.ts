/**
 * The payloads of the diagnostics channels (`node:diagnostics_channel`, one tracing channel each).
 * Types only: publishers and subscribers share nothing but these shapes.
 *
 * Each payload is the context object of its tracing channel. It is published on `start`; its optional members are
 * set before `asyncEnd` (or `error`) is published. All of it is JSON. Subscribers read it and never change it. Only the
 * text of a delivered message is no member that can be listed: most subscribers never read it.
 */
import type { Json } from "../json.ts";
import type { Usage } from "../usage/usage.ts";
import type { DeliveryPayload } from "./delivery.ts";
import type { ModelPayload } from "./model.ts";
import type { ChannelMessage, ChannelOutcome, ChannelPlace, EffectSource } from "./payload.ts";

export type { DeliveryAgent, DeliveryPayload, DeliveryPhase } from "./delivery.ts";
export type { HttpObserver, HttpRequestPayload } from "./http.ts";
export type { ModelAttempt, ModelCallRequest, ModelCallResponse, ModelPayload } from "./model.ts";
export type { ChannelError, ChannelMessage, ChannelOutcome, ChannelPlace, EffectSource } from "./payload.ts";

/** The channels and what they carry. */
export interface ChannelPayloads {
  readonly "tesserae:run": RunPayload;
  readonly "tesserae:agent": AgentPayload;
  readonly "tesserae:message": MessagePayload;
  readonly "tesserae:model": ModelPayload;
  readonly "tesserae:tool": ToolPayload;
  readonly "tesserae:effect": EffectPayload;
  readonly "tesserae:delivery": DeliveryPayload;
  readonly "tesserae:creation": CreationPayload;
}

/** The name of a channel. */
export type ChannelName = keyof ChannelPayloads;

/** `tesserae:run`: one run of a team or of an agent on its own. */
export interface RunPayload extends ChannelPlace, ChannelOutcome {
  /** The name of the team or agent. */
  readonly name: string;
  /** Its kind, such as `SelectorGroupChat`. */
  readonly kind: string;
  readonly task: Json;
  /** The names of those who take part. */
  readonly participants: readonly string[];
  /** Whether the run is new, answered from a journal, or goes on from one. */
  readonly mode: "plain" | "record" | "replay" | "resume" | "fork";
  readonly stopReason?: string | null;
  /** Turns taken, when it is over. */
  readonly turns?: number;
  /** Everything the run's model calls used. */
  readonly usage?: Usage;
  /** What they cost in pico-dollars; `null` when a price was unknown. */
  readonly cost?: number | null;
}

/** `tesserae:agent`: one turn of an agent. */
export interface AgentPayload extends ChannelPlace, ChannelOutcome {
  readonly name: string;
  /** Its kind, such as `AssistantAgent`. */
  readonly kind: string;
  /** What it can do, in its own words; absent when it says nothing. */
  readonly description?: string;
  /** Its id in the actor runtime, `type/key`; absent outside of one. */
  readonly agentId?: string;
  /** The messages that are new to the agent. */
  readonly messages: readonly ChannelMessage[];
  /** The agent's answer. */
  readonly response?: ChannelMessage;
}

/** `tesserae:creation`: one agent that was made, or could not be. */
export interface CreationPayload extends ChannelPlace, ChannelOutcome {
  readonly name: string;
  /** Its kind, such as `AssistantAgent`. */
  readonly kind: string;
  readonly description: string;
  /** Its id in the actor runtime, `type/key`; absent when no factory of a runtime makes it. */
  readonly agentId?: string;
}

/** `tesserae:message`: one message that goes from one participant to others. */
export interface MessagePayload extends ChannelPlace, ChannelOutcome {
  readonly from: string;
  /** A participant, or the topic when the message is for all. */
  readonly to: string;
  /** The id of the envelope in the actor runtime. */
  readonly messageId: string;
  readonly message: ChannelMessage;
}

/** `tesserae:tool`: one call of a tool. */
export interface ToolPayload extends ChannelPlace, ChannelOutcome {
  readonly address: string | null;
  readonly name: string;
  /** The model's id of the call; `null` when it was not a model that asked. */
  readonly callId: string | null;
  /** The parsed arguments, or their text where they do not parse. */
  readonly arguments: Json;
  readonly source: EffectSource;
  /** What the model gets to see. */
  readonly result?: string;
  readonly isError?: boolean;
  /** The class of the error of which the model was told, where it is known. */
  readonly errorType?: string;
}

/** `tesserae:effect`: one leaf effect of any kind; calls of models and tools are published here too. */
export interface EffectPayload extends ChannelPlace, ChannelOutcome {
  readonly address: string;
  /** `model`, `tool`, `exec`, `memory`, `input`, `choice`, `sleep`, `resource`, `tools`, or the user's own. */
  readonly kind: string;
  readonly name: string;
  readonly source: EffectSource;
  readonly request: Json;
  readonly result?: Json;
}
