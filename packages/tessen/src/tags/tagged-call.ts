/**
 * What the tags of a model call are computed from, by pure functions, when the event is written and again by
 * `tessen analyze`.
 */
import type { Json, JsonObject, Protocol } from "@tesserae/wire";

/** A format of request and response; `unknown` gets only the tags of the HTTP group. */
export type TaggedProtocol = Protocol | "cohere" | "mistral" | "unknown";

/** How a call failed where no provider said so. A caller's abort is `aborted`. */
export type CallFailure = "connection" | "timeout" | "aborted";

/** A finished model call, as the tags look at it. */
export interface TaggedCall {
  /** The format of request and response. */
  readonly protocol: TaggedProtocol;
  readonly provider: string;
  readonly status: "ok" | "error";
  /** The status of the last attempt; absent when none came. */
  readonly httpStatus?: number;
  /** The type or code of an error: from the body, or from the frame of a stream. */
  readonly errorType?: string;
  /** Set when the call failed before a status, or in mid-stream. */
  readonly failure?: CallFailure;
  /** The request's body; `undefined` where it is not known or not JSON. */
  readonly request?: Json | undefined;
  /** The response's body in the shape that is not streamed. Arguments that are not JSON stay text. */
  readonly response?: Json | undefined;
  readonly streamed: boolean;
  /** The response is not whole: the recorder left out what was in its middle. */
  readonly isCut?: boolean;
}

/** The tags of a call, in the order of the specification, each at most once, and why. */
export interface Tags {
  readonly signals: readonly string[];
  readonly details: Readonly<Record<string, JsonObject>>;
}
