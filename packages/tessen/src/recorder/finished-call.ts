/**
 * What capture hands to the recorder about one model call that is over: facts as they were seen, nothing derived.
 */
import type { Json, Protocol } from "@tesserae/wire";
import type { Usage } from "@tesserae/wire/usage";
import type { CallSite, EventAttempt, EventError, StreamEnd } from "../events/tessen-event.ts";

/** Where in a run of the framework something happened. */
export interface Place {
  readonly runId: string | null;
  /** The names of teams and agents around, outermost first. */
  readonly agentPath: readonly string[];
  readonly turn: number | null;
  /** The span that this is; 16 hex digits. */
  readonly spanId?: string;
  readonly parentId?: string;
  /** The address of the effect in the run's journal. */
  readonly effect?: string;
}

/** Why a call failed, as the tags tell it apart. */
export type FailureKind = "connection" | "timeout" | "aborted";

/** A model call that is over. */
export interface FinishedCall {
  /** 1 for an SDK or the framework's channel, 3 for the HTTP floor. */
  readonly tier: 1 | 3;
  /** Seen at a method of an SDK's resource, above its trunk. */
  readonly leaf?: boolean | undefined;
  readonly provider: string;
  readonly surface: string;
  /** The format of both bodies; absent where it is not known. */
  readonly protocol: Protocol | undefined;
  readonly method?: string;
  readonly url?: string;
  readonly callSite?: CallSite | null;
  readonly place?: Place | undefined;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly durationMs: number;
  readonly streamed: boolean;
  readonly status: "ok" | "error";
  readonly httpStatus?: number | undefined;
  readonly error?: EventError | undefined;
  readonly failure?: FailureKind | undefined;
  /** Every HTTP request, in order. */
  readonly attempts: readonly EventAttempt[];
  /** The model asked for, where it is known without a look at the body. */
  readonly model?: string | undefined;
  /** The request's body as it was sent, if it was text. */
  readonly requestText?: string | undefined;
  /** JSON of the answer: as it came, or put together of a stream. */
  readonly responseText?: string | undefined;
  /** The same, parsed. */
  readonly response?: Json | undefined;
  /** JSON of the object that an SDK made of the answer, where somebody waited for that. */
  readonly sdkObject?: string | undefined;
  /** The answer had a body that nobody could see. */
  readonly bodyUnavailable?: boolean | undefined;
  /** The answer was too long for the memory that it may take: only its beginning and its end are there. */
  readonly omission?: Omission | undefined;
  readonly responseHeaders?: HeaderLookup | undefined;
  readonly requestHeaders?: HeaderLookup | undefined;
  readonly sdk?: { readonly name: string; readonly version: string } | undefined;
  readonly ttftMs?: number | undefined;
  readonly streamEnd?: StreamEnd | undefined;
  /** Frames of the stream's protocol. */
  readonly chunks?: number | undefined;
  /** What the framework's client knows. */
  readonly known?: KnownFacts | undefined;
}

/** Facts that the framework tells of its own calls. */
export interface KnownFacts {
  /** Counts where no body of the provider's tells more. */
  readonly usage?: Usage | undefined;
  /** In pico-dollars; null when the model has no known price; undefined: to be computed. Counts before the price table. */
  readonly cost?: number | null | undefined;
  readonly finishReason?: string | null | undefined;
  /** A cache of the framework gave the answer. */
  readonly cached?: boolean | undefined;
}

/** What of an answer was not kept. */
export interface Omission {
  /** JSON pointer from the event to where it belongs. */
  readonly pointer: string;
  /** Of what is left out, as it came. */
  readonly bytes: number;
  readonly sha256: string;
}

/** Headers by lower-case name, and all of them. */
export interface HeaderLookup {
  get(name: string): string | undefined;
  entries(): Iterable<readonly [name: string, value: string]>;
}
