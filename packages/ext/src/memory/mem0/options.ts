import type { JsonObject } from "@tesserae/core";
import type { Transport } from "../../transport/types.ts";
import type { Mem0Client } from "./mem0-client.ts";

/** What makes a `Mem0Memory`. */
export interface Mem0MemoryOptions {
  /** Whose memories these are. Default: a new id, so that nobody else has them. */
  readonly userId?: string | undefined;
  /** How many results a query gives at most. Default 10. */
  readonly limit?: number | undefined;
  /** Mem0's cloud, or a Mem0 of your own, given as `client`. Default true. */
  readonly isCloud?: boolean | undefined;
  /** The key of the cloud. Default: the environment variable `MEM0_API_KEY`. */
  readonly apiKey?: string | undefined;
  /** The settings of a Mem0 of your own; needed when it is not the cloud. They are kept and written, and not read here. */
  readonly config?: JsonObject | undefined;
  /** What is asked instead of the cloud. */
  readonly client?: Mem0Client | undefined;
  /** Where the cloud is. Default `https://api.mem0.ai`. */
  readonly baseUrl?: string | undefined;
  /** What sends the requests to the cloud. Default: an `HttpTransport`. It stays open when the memory is closed. */
  readonly transport?: Transport | undefined;
  /** Told of a query that failed, and was answered with nothing. */
  readonly onQueryError?: ((error: unknown) => void) | undefined;
  /** A name for the memory, in events and records. */
  readonly name?: string | undefined;
}
