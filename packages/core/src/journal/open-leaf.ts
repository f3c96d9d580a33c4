import type { ModelAttempt } from "@tesserae/wire/channels";
import type { RequestUsage } from "../models/messages.ts";
import type { RunSession } from "./run-session.ts";

/** A leaf effect whose body is running. What its body reports becomes a part of its record. */
export interface OpenLeaf {
  readonly session: RunSession;
  readonly kind: string;
  readonly address: string;
  /** The requests that the call made, reported by the client. */
  attempts: readonly ModelAttempt[] | undefined;
  /** Milliseconds from the start to the first item of a stream. */
  firstItemMs: number | undefined;
  /** The tokens of the model calls in the body. */
  usage: RequestUsage | undefined;
  /** What they cost in pico-dollars; `undefined` when a price was unknown. */
  cost: number | undefined;
  /** The class of the error of which a tool told the model. */
  errorType: string | undefined;
}
