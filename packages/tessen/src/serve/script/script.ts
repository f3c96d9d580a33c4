import type { JsonObject } from "@tesserae/wire";
import type { Usage } from "@tesserae/wire/usage";
import type { TrafficRequest } from "../traffic-request.ts";

/** A call of a tool that the scripted model makes. */
export interface ScriptedCall {
  readonly name: string;
  /** An object, or text as it is (which need not be JSON). Default: no arguments. */
  readonly arguments?: JsonObject | string;
  /** Default: one that is made from the request. */
  readonly id?: string;
}

/** What the scripted model says. An empty object is an empty answer. */
export interface ScriptedAnswer {
  readonly text?: string;
  readonly thinking?: string;
  readonly toolCalls?: readonly ScriptedCall[];
  readonly refusal?: string;
  /** Default: `function_calls` with calls, else `stop`. */
  readonly finishReason?: "stop" | "length" | "content_filter";
  /** What it used. Parts that are not given are estimated (input, output, reasoning) or 0. */
  readonly usage?: Partial<Omit<Usage, "additional" | "reportedCost">>;
  /** The model that answers. Default: the one that was asked. */
  readonly model?: string;
  /** Default: one that is made from the request. */
  readonly id?: string;
  /** How long the first byte takes. */
  readonly delayMs?: number;
  /** How long each event of a stream takes. Default: that of the script, then that of the server. */
  readonly paceMs?: number;
  /**
   * What goes wrong: a status from 400 to 599 (`429`, or `429:2.5` for a wait of 2.5 s; `text` is the error's message),
   * `reset`, `cut:BYTES`, `stall`, `stall:BYTES`, `garbage`, `garbage:http`, `slow:MILLISECONDS`.
   */
  readonly fault?: string;
}

/** Answers a request; `undefined` leaves it to the next rule, then to the next source. */
export type AnswerFunction = (
  request: TrafficRequest,
) => ScriptedAnswer | undefined | Promise<ScriptedAnswer | undefined>;

/** What a request must have; all that is given must hold. */
export interface RuleMatch {
  /** The model's name; `*` stands for any characters. */
  readonly model?: string;
  /** Contained in the last message. */
  readonly text?: string;
  /** The name of a tool whose result has just come. */
  readonly tool?: string;
  /** Contained in a result that has just come, of `tool` where that is given. */
  readonly toolResult?: string;
  /** The number of the call: 1 for the first one that the server gets. */
  readonly call?: number;
}

/** Answers to the requests that match; exactly one of `answer` and `answers` is given. */
export interface ScriptRule {
  /** Without it every request matches. */
  readonly match?: RuleMatch;
  /** Given whenever the rule matches. */
  readonly answer?: ScriptedAnswer | AnswerFunction;
  /** Each given once, in order; after the last one the rule matches no more. */
  readonly answers?: readonly (ScriptedAnswer | AnswerFunction)[];
}

/** What a scripted model answers. The first rule that matches decides; after the rules come the answers in order. */
export interface TrafficScript {
  /** Names for `GET /v1/models`, beside those in the rules. */
  readonly models?: readonly string[];
  /** How long each event of a stream takes. */
  readonly paceMs?: number;
  readonly rules?: readonly ScriptRule[];
  /** The same as a last rule that matches everything. */
  readonly answers?: readonly (ScriptedAnswer | AnswerFunction)[];
}
