/**
 * What the log is given for one event: the small members as an object, in their order, and the bodies as JSON text that
 * is already there, since a provider's SDK has serialised them. The writer splices; it does not serialise again.
 */
import type { TessenEvent } from "../events/tessen-event.ts";

/** A body as text. */
export interface LogBody {
  readonly name: "response_headers" | "request_body" | "casted_response" | "response_body";
  /** Text that was proven to be JSON. */
  readonly json: string;
}

/** One event on its way to disk. */
export interface LogRecord {
  /** Everything but the bodies, `event_id` first; or the same as JSON text, by whoever makes it as such. */
  readonly head: TessenEvent | string;
  /** Written after the head, in this order. */
  readonly bodies: readonly LogBody[];
}
