import type { Repeat } from "../code-executor/code-executor.ts";
import type { Json } from "../json.ts";
import type { ChatCompletionClient, CreateOptions } from "../models/chat-completion-client.ts";
import type { LLMMessage } from "../models/messages.ts";
import type { Charge, Reservation } from "../run/meter.ts";
import type { RunContext } from "../run/run-context.ts";
import type { LeafChannel } from "../diagnostics/leaf-channel.ts";
import type { RequestPacker } from "../journal/request-packer.ts";

/** How a value is written to and read from a journal. */
export interface EffectCodec<T> {
  encode(value: T): Json;
  decode(json: Json): T;
}

/** What an effect is: what is hashed, written, and done again after a crash. */
export interface EffectSpec<T> {
  /** `model`, `tools`, `tool`, `exec`, `memory`, `input`, `choice`, `sleep`, `resource`, or any word of the user's own. */
  readonly kind: string;
  /** What it is for: `reply`, `search`. A part of the address; never the model's name or anything else that may change. */
  readonly name: string;
  /** What is asked, as JSON, without keys, headers, addresses and timeouts. Called only in a run that is journaled or observed. */
  readonly request: () => Json;
  /**
   * What a resumed run does when this effect had begun and its outcome is unknown: perform it again (`safe`), settle it
   * as in doubt (`never`, the default), or ask a person (`ask`).
   */
  readonly repeat?: Repeat | undefined;
  /** The position, when siblings of one name race; from data, never from a counter. */
  readonly index?: number | undefined;
  /** Needed when the value is not JSON itself. */
  readonly codec?: EffectCodec<T> | undefined;
}

/** What the body of an effect gets. */
export interface EffectIo {
  readonly signal: AbortSignal | undefined;
  /** The same on every repetition of this effect: pass it on to services that know such keys. Empty in plain mode. */
  readonly idempotencyKey: string;
}

/** What the body of a leaf of the seam's own gets. */
export interface LeafIo extends EffectIo {
  /** The context inside of the leaf: what asks for an effect with it is covered by this leaf. */
  readonly context: RunContext;
  /** When it had begun before, in milliseconds since 1970; only when it is performed again after a crash. */
  readonly begunAt: number | undefined;
  /** Shows an item of a stream. A returned promise asks the body to wait. */
  emit(item: unknown): void | Promise<void>;
}

/** How the items of a streamed leaf are shown, written and read. */
export interface LeafItems<T> {
  /** Shows an item; `restarted` on the first one when the leaf is performed again after a crash. */
  deliver(item: unknown, info: { readonly restarted?: boolean }): void | Promise<void>;
  /** Writes the items; the value is `undefined` when the leaf was aborted. */
  encode(items: readonly unknown[], value: T | undefined): Json;
  /** Reads them; the value is the one that was recorded. */
  decode(json: Json, value: T | undefined): readonly unknown[];
}

/** A question to a person. */
export interface InputQuestion {
  /** Under which the answer is given; the same when it is asked again. Default: derived from the address. */
  readonly requestId?: string | undefined;
  readonly prompt: string;
  readonly choices?: readonly string[] | undefined;
  /** The agent that asks. */
  readonly agent: string;
}

/** How a leaf counts toward the limits of its run. */
export interface LeafAccount<T> {
  /** @throws LimitError unless forced. */
  reserve(force: boolean): Reservation;
  /** What the value cost. */
  charge?(value: T): Charge;
}

/** The call of a model. */
export interface ModelAsk {
  readonly client: ChatCompletionClient;
  readonly messages: readonly LLMMessage[];
  readonly options: CreateOptions;
}

/** An effect of the seam's own: what {@link EffectSpec} says, and what only the seam can do. */
export interface LeafSpec<T> extends EffectSpec<T> {
  /** Writes the request with the session's cache of messages. Default: `request`. */
  pack?(packer: RequestPacker): Json;
  readonly items?: LeafItems<T> | undefined;
  readonly account?: LeafAccount<T> | undefined;
  /** The channel of its kind, beside `tesserae:effect`. */
  readonly channel?: LeafChannel<T> | undefined;
  /** For an input: what is asked, and under which id it can be answered from outside. */
  readonly input?: InputQuestion | undefined;
  /** For a call of a model, whose value is a `CreateResult`: what is asked, by which a journal writes it. */
  readonly model?: ModelAsk | undefined;
  /** For a memory, whose value is what it did to a model context. */
  readonly updates?: boolean | undefined;
  /** For a call of a tool, whose value is a `ToolResult`: the tool's name. */
  readonly tool?: string | undefined;
  /** For a resource: opens it again from its record, in a resumed run. */
  reopen?(value: T): Promise<T>;
}

/** Stands where a journal has its own way of reading. */
export function readByJournal(): never {
  throw new Error("Only a journal reads what a call came to.");
}
