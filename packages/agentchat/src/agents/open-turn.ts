import {
  isObject,
  isTesseraeError,
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
  readonly heard?: readonly string[];
  /** What the turn has added to the model context, in front of which the state of the context ends. */
  readonly context?: readonly Json[];
  /** What models and the like have answered, in the order of asking. */
  readonly answers?: readonly Json[];
  /** The results of the tool calls that the model has asked for last, by ordinal, as far as they are there. */
  readonly results?: readonly (readonly [number, Json])[];
  /** The ordinals of the calls that were under way. */
  readonly begun?: readonly number[];
  /** What was decided about calls in which others wait, by ordinal. */
  readonly decisions?: readonly (readonly [number, Pick<ToolDecision, keyof ToolDecision>])[];
  /** What was shown. */
  readonly shown?: readonly JsonObject[];
  /** The questions that wait, each with the ordinal of its call. */
  readonly pending_inputs?: readonly (readonly [number, HeldInput])[];
};

/** A turn of an agent that is not over: it can be written into the state while it waits for a person, and goes on from there. */
export class OpenTurn implements HeldCalls {
  /** True while the turn is brought to where it stood: then nothing is shown, remembered or called. */
  isCatchingUp: boolean;
  readonly shown: StreamItem[];
  /** How much the model context held; not known of every kind. */
  readonly began: number | undefined;
  readonly decisions: Map<number, ToolDecision>;
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
    heard: readonly ChatMessage[],
    began: number | undefined,
    messages: MessageRegistry = new MessageRegistry(),
    held?: HeldTurn,
  ) {
    this.#heard = heard;
    this.began = began;
    this.#messages = messages;
    this.#held = held;
    this.isCatchingUp = held !== undefined;
    this.shown = held?.shown?.map((item) => messages.create(item)) ?? [];
    this.#answers = held?.answers?.slice() ?? [];
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

  /** The turn as JSON, but for its agent. `context` is what it has added to the model context. */
  hold(context: readonly Json[]): Omit<HeldTurn, "agent"> {
    const { inputs } = this;
    const held = {
      heard: this.#held?.heard ?? this.#heard.map(({ id }) => id),
      context,
      answers: this.#answers,
      results: [...(this.#results ?? [])],
      begun: [...this.#begun].filter((index) => !inputs.has(index)),
      decisions: [...this.decisions],
      shown: this.shown.map((item) => this.#messages.toJson(item)),
      ...(inputs.size === 0 ? {} : { pending_inputs: [...inputs] }),
    };
    return JSON.parse(JSON.stringify(held)) as Omit<HeldTurn, "agent">;
  }
}

/**
 * True for an open turn in an agent's state, and for none: a state has been outside of the program. All are lists but for
 * the name; those of calls hold their ordinals. Who reads an entry knows what it must be.
 */
export function isHeldTurn(turn: unknown = {}): turn is HeldTurn | undefined {
  return (
    isObject(turn) &&
    Object.entries(turn).every(
      ([key, list]) =>
        key === "agent" ||
        (Array.isArray(list) &&
          list.every((entry) =>
            /results|decisions|inputs/.test(key)
              ? Array.isArray(entry) && typeof entry[0] === "number" && isObject(entry[1])
              : entry !== null,
          )),
    )
  );
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
