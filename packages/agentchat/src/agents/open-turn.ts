import {
  isObject,
  isTesseraeError,
  llmMessageFromJson,
  type ChatCompletionContext,
  type HeldCalls,
  type HeldInput,
  type Json,
  type JsonObject,
  type ToolDecision,
} from "@tesserae/core";
import { MessageRegistry } from "../messages/registry.ts";
import type { ChatMessage, StreamItem } from "../messages/types.ts";

/** An {@link OpenTurn} in the state of its agent: what a turn that waits for a person has done so far. */
export type HeldTurn = {
  readonly agent: string;
  /** The ids of the messages that the agent was given: only with no others does the turn go on. */
  readonly heard: readonly string[];
  /** What the turn has added to the model context, in front of which the state of the context ends. */
  readonly context: readonly Json[];
  /** What models and the like have answered, in the order of asking. */
  readonly answers: readonly Json[];
  /** The results of the tool calls that the model has asked for last, by ordinal, as far as they are there. */
  readonly results: readonly (readonly [number, Json])[];
  /** The ordinals of the calls that were under way. */
  readonly begun: readonly number[];
  /** What was decided about calls in which others wait, by ordinal. */
  readonly decisions?: readonly (readonly [number, Pick<ToolDecision, keyof ToolDecision>])[];
  /** What was shown. */
  readonly shown: readonly JsonObject[];
  /** The questions that wait, each with the ordinal of its call. */
  readonly pending_inputs?: readonly (readonly [number, HeldInput])[];
};

/** A turn of an agent that is not over: it can be written into the state while it waits for a person, and goes on from there. */
export class OpenTurn implements HeldCalls {
  /** True while the turn is brought to where it stood: then nothing is shown, remembered or called. */
  isCatchingUp: boolean;
  readonly shown: StreamItem[];
  readonly decisions: Map<number, ToolDecision>;
  readonly #agent: string;
  readonly #heard: readonly ChatMessage[];
  readonly #messages: MessageRegistry;
  readonly #held: HeldTurn | undefined;
  readonly #answers: unknown[];
  // Made when they are asked for: most turns have no tools, and nearly all no questions.
  #results: Map<number, unknown> | undefined;
  readonly #begun: Set<number> = new Set();
  #inputs: Map<number, HeldInput> | undefined;
  #at = 0;

  constructor(
    agent: string,
    heard: readonly ChatMessage[],
    messages: MessageRegistry = new MessageRegistry(),
    held?: HeldTurn,
  ) {
    this.#agent = agent;
    this.#heard = heard;
    this.#messages = messages;
    this.#held = held;
    this.isCatchingUp = held !== undefined;
    this.shown = held?.shown.map((item) => messages.create(item)) ?? [];
    this.#answers = held?.answers.slice() ?? [];
    this.decisions = new Map(held?.decisions);
    if (held === undefined) return;
    this.#results = new Map(held.results);
    this.#inputs = new Map(held.pending_inputs);
  }

  get inputs(): Map<number, HeldInput> {
    return (this.#inputs ??= new Map());
  }

  get doubtful(): ReadonlySet<number> {
    return new Set(this.#held?.begun);
  }

  /** The next answer: the one that is kept, or one that is got now. */
  async answer<T>(get: () => Promise<T>): Promise<T> {
    const at = this.#at++;
    if (at === this.#answers.length) {
      this.isCatchingUp = false;
      this.#answers.push(await get());
      this.#results?.clear();
    }
    // Who asks in the same order as before gets what that one was given.
    return this.#answers[at] as T;
  }

  /** The result of a tool call: the one that is kept, or one that is got now. */
  async result<T>(index: number, get: () => Promise<T>): Promise<T> {
    const results = (this.#results ??= new Map());
    if (!results.has(index)) {
      this.#begun.add(index);
      try {
        results.set(index, await get());
        this.#inputs?.delete(index);
      } finally {
        this.#begun.delete(index);
      }
    }
    return results.get(index) as T;
  }

  /** The turn as JSON. `context` is what it has added to the model context. */
  hold(context: Json): JsonObject {
    const { shown, inputs, decisions } = this;
    const held = {
      agent: this.#agent,
      heard: this.#held?.heard ?? this.#heard.map(({ id }) => id),
      context,
      answers: this.#answers,
      results: [...(this.#results ?? [])],
      begun: [...this.#begun].filter((index) => !inputs.has(index)),
      decisions: [...decisions],
      shown: shown.map((item) => this.#messages.toJson(item)),
      ...(inputs.size === 0 ? {} : { pending_inputs: [...inputs] }),
    };
    return JSON.parse(JSON.stringify(held)) as JsonObject;
  }
}

/** The open turn in an agent's state, where it has one. */
export function heldTurnOf(state: JsonObject): HeldTurn | undefined {
  // What is there was written by `OpenTurn.hold`.
  return isObject(state["open_turn"]) ? (state["open_turn"] as unknown as HeldTurn) : undefined;
}

/** Puts back into the model context what the turn had added to it. @returns false where the turn begins anew instead. */
export async function goesOn(
  held: HeldTurn | undefined,
  messages: readonly ChatMessage[],
  modelContext: ChatCompletionContext,
): Promise<boolean> {
  if (held === undefined || !messages.every(({ id }) => held.heard.includes(id))) return false;
  for (const message of held.context) await modelContext.addMessage(llmMessageFromJson(message));
  return true;
}

/** The state of a model context before a turn, with the turn itself where it waits for a person. */
export async function holdTurn(
  turn: OpenTurn,
  modelContext: ChatCompletionContext,
  began: number,
): Promise<{ readonly llm_context: JsonObject; readonly open_turn: JsonObject }> {
  const state = await modelContext.saveState();
  const messages = Array.isArray(state["messages"]) ? state["messages"] : [];
  return {
    llm_context: { ...state, messages: messages.slice(0, began) },
    open_turn: turn.hold(messages.slice(began)),
  };
}

/** True for a state in which somebody waits for a person. */
export function waits(state: unknown): boolean {
  if (typeof state !== "object" || state === null) return false;
  return "pending_inputs" in state || Object.values(state).some(waits);
}

/** True for the error of a turn that waits for a person who is not there. */
export function isWaiting(error: unknown): boolean {
  return isTesseraeError(error, "ERR_INPUT_WAITING");
}
