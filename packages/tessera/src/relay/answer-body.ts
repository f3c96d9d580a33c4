import type { Protocol } from "@tesserae/wire/response";
import type { Usage } from "@tesserae/wire/usage";
import type { Endpoint } from "../exchange.ts";
import type { RelayError } from "../http/errors/relay-error.ts";
import type { JsonScanner } from "../http/json/json-scanner.ts";
import type { OutcomeStatus, Settled } from "../ports.ts";
import type { SlabPool } from "./slab-pool.ts";

/** What is known of an answer when it is over. */
export interface AnswerReport {
  readonly status: OutcomeStatus;
  readonly model: string;
  readonly usage: Usage | null;
  readonly usageSource: "provider" | "estimated";
  readonly finish: string | null;
}

/** A whole answer that a cache may keep. */
export interface KeptAnswer {
  readonly form: "json" | "sse";
  /** To be copied by whoever keeps it. */
  readonly body: Buffer;
  readonly usage: Usage | null;
  readonly finish: string | null;
}

/** Where the parts of an answer go: to the caller, and into the books. */
export interface AnswerOutlet {
  readonly endpoint: Endpoint;
  readonly protocol: Protocol;
  readonly scanner: JsonScanner;
  readonly slabs: SlabPool;
  /** The size of the request's body, for estimates. */
  readonly inputBytes: number;
  /** Whether the caller reads trailers. */
  readonly takesTrailers: boolean;
  /** Sends status and headers. With a length the body is of that size, else it is sent as it comes. */
  sendHead(extra: readonly string[], length?: number): void;
  /** Sends the headers alone now, should no part of the body follow at once. */
  flushHead(): void;
  /** Sends a part of the body; the upstream is stopped while the caller is slow. */
  send(bytes: Buffer): void;
  /** Ends the answer as the upstream ended it. */
  finish(bytes?: Buffer, trailers?: readonly [string, string][]): void;
  /** Answers with an error in place of the upstream's answer, of which nothing was sent. */
  refuse(error: RelayError): void;
  /** Breaks the answer off, so that the caller sees that it is not whole. */
  breakOff(): void;
  /** Ends a stream that broke off by an event that says so; `sequence` is its number, where events have one. */
  endBroken(error: RelayError, isMidEvent: boolean, sequence: number): void;
  /** Goes on in another way with the same answer. */
  passTo(body: AnswerBody): void;
  /** True when nobody looks at what was sent any more: it lies in the system's hands, and in no follower's. */
  readonly hasLetGo: boolean;
  settle(report: AnswerReport): Settled;
  /** Whether a cache may want the whole answer. */
  readonly keeps: boolean;
  keep(answer: KeptAnswer): void;
}

/** How the body of an answer is passed on. */
export interface AnswerBody {
  /** Takes bytes as they were read; they are another's when this returns. */
  push(bytes: Buffer, start: number, end: number): void;
  /** All that came in one read was pushed. */
  flush(): void;
  /** The answer is whole. */
  end(): void;
  /** The upstream broke the answer off. */
  cut(error: RelayError): void;
  /** What is known of an answer whose caller has gone. */
  soFar(): Pick<AnswerReport, "model" | "usage" | "usageSource" | "finish">;
}

/** Endpoints whose answers cost something. */
const BILLED: ReadonlySet<Endpoint> = new Set(["chat.completions", "responses", "messages", "embeddings"]);

/** Whether an answer of this endpoint, with this status, was billed. */
export function isBilled(endpoint: Endpoint, status: number): boolean {
  return status >= 200 && status < 300 && BILLED.has(endpoint);
}
