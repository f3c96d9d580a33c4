import type { Journal } from "../journal/journal.ts";
import type { RunMode, RunSignal } from "../journal/run-session.ts";
import type { Json, JsonObject } from "../json.ts";
import type { RequestUsage } from "../models/messages.ts";
import type { RunLimits } from "./limits.ts";
import type { RunContext } from "./run-context.ts";
import type { RunHooks } from "./run-hooks.ts";

/** What opens a run. */
export interface OpenRunOptions extends RunHooks {
  /** Where effects are recorded or answered from. Default: nowhere. */
  readonly journal?: Journal | undefined;
  /** The name of the team or agent. */
  readonly name: string;
  /** Its kind, such as `SelectorGroupChat`. */
  readonly kind?: string | undefined;
  /** The names of those who take part. */
  readonly participants?: readonly string[] | undefined;
  /** The task as JSON. A replay or resume takes the recorded one when this is `null`. */
  readonly task: Json;
  /** The definition as component JSON, secrets masked; `null` when it cannot be written. */
  readonly definition?: Json | undefined;
  /** What runs: a journal writes it as the definition where none is given; one that holds a function cannot be written. */
  readonly runner?: object | undefined;
  /** Default: the hash of the definition without its secrets. */
  readonly definitionHash?: string | undefined;
  /** The state before this run; `null` for a fresh one. */
  readonly state?: Json | undefined;
  /** The run's options as JSON: kept for people and for a replay. */
  readonly options?: JsonObject | undefined;
  readonly labels?: JsonObject | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly limits?: RunLimits | undefined;
  /** Versions of what matters for the run, such as `{ "@tesserae/core": "0.1.0" }`. */
  readonly versions?: { readonly [name: string]: string } | undefined;
  /** True when agents of the run live in other processes: its journal cannot be resumed. */
  readonly remote?: boolean | undefined;
}

/** How a run ended, as its team or agent tells it. */
export interface RunOutcome {
  /** `waiting`: a person's answer is missing; the journal is left open for a resume. */
  readonly status: "finished" | "failed" | "aborted" | "waiting";
  readonly stopReason?: string | undefined;
  /** The result's messages in the JSON of their codecs. */
  readonly messages?: readonly Json[] | undefined;
  /** What made it fail. */
  readonly error?: unknown;
}

/** How a recorded run ended. */
export interface RecordedOutcome {
  readonly status: "finished" | "failed" | "aborted";
  readonly stopReason: string | undefined;
  readonly messages: readonly Json[];
}

/** What a run left at a turn boundary. */
export interface Checkpoint {
  readonly turn: number;
  readonly state: Json;
}

/** An open run. */
export interface Run {
  readonly context: RunContext;
  readonly mode: RunMode;
  /** The task: the recorded one in a replay, resume or fork. */
  readonly task: Json;
  /** The state before this run: the recorded one in a replay, resume or fork. `null` for a fresh one. */
  readonly state: Json;
  /** Set when a finished run is resumed: its result, for which nothing needs to run. */
  readonly recorded: RecordedOutcome | undefined;
  /** True while a resumed run emits what it emitted before: do not stream it again. */
  readonly silent: boolean;
  /** In a resumed run, the last state that a mark holds: load it and go on after its turn, instead of from the start. */
  takeCheckpoint(): Checkpoint | undefined;
  /** True when {@link Run.mark} should be given the state of this turn. */
  wantsState(turn: number): boolean;
  /** A turn is over; counted from 1. */
  mark(turn: number, state?: Json): void;
  /**
   * An item of the result is about to be shown. They are counted: a replay of an aborted run ends behind the same one.
   * Gives a promise where the run was aborted before this item: it must not be shown, and the promise rejects with the
   * abort.
   */
  showing(): Promise<never> | undefined;
  /** Takes what reaches the run from outside, at its place in the order. Returns what ends it. */
  onSignal(handler: (signal: RunSignal) => void): () => void;
  /** Brings something from outside into the run; resolves when it has its place and the handlers were called. */
  signal(kind: "pause" | "resume" | "message", to: string, value: Json): Promise<void>;
  /** Answers an open input of this run. */
  answer(requestId: string, value: Json): Promise<void>;
  /**
   * Ends the run. In a replay, compares.
   * @throws TesseraeError `ERR_JOURNAL_DIVERGED` when a replay differs, `ERR_JOURNAL_WRITE` when the end could not be
   * written, `ERR_JOURNAL_ENDED` when a replayed run had not ended.
   */
  end(outcome: RunOutcome): Promise<void>;
  usage(): RequestUsage;
  /** Pico-dollars (1e-12 USD); `undefined` when a price is not known. */
  cost(): number | undefined;
}
