import type { Json } from "../json.ts";

/** Writes requests for a journal: large parts become references, and a part that comes again is written and hashed once. */
export interface RequestPacker {
  /** Any JSON: long texts become references. */
  value(json: Json): Json;
  /** A part that stays the same object from call to call (a message, a tool's schema): one reference when it is large. */
  part(key: object, make: () => Json): Json;
  /** A list of parts; a long one is itself written in pieces, so that a growing list costs its new parts only. */
  list(parts: readonly Json[]): Json;
}
