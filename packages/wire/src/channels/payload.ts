import type { Json } from "../json.ts";

/** Where an event of the framework belongs. Every payload has these members; they are set when the channel's `start` is published. */
export interface ChannelPlace {
  /** The run; `null` for a call outside any run. */
  readonly runId: string | null;
  /** The scope path inside the run, such as `/team[0]/analyst[2]`; `/` at its root. */
  readonly path: string;
  /** The names of the agents and teams around, outermost first: the path without its counters. */
  readonly agentPath: readonly string[];
  /** The agent that acts; `null` outside of an agent. */
  readonly agent: string | null;
  /** The turn of the team, from 0; `null` outside of a team. */
  readonly turn: number | null;
  /** When it began, in milliseconds since 1970. */
  readonly startedAt: number;
}

/** What is added to a payload before its end is published. */
export interface ChannelOutcome {
  /** How long it took, in milliseconds. */
  readonly durationMs?: number;
  /** What went wrong; absent after success. */
  readonly error?: ChannelError;
}

/** An error as data. */
export interface ChannelError {
  readonly name: string;
  /** The stable code; `null` for an error that is not ours. */
  readonly code: string | null;
  readonly message: string;
}

/** Where an answer came from: it was performed, or a journal gave it. */
export type EffectSource = "world" | "journal";

/** A message, in the JSON that its codec writes. */
export interface ChannelMessage {
  readonly type: string;
  readonly source: string;
  readonly content: Json;
}
