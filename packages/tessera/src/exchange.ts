/**
 * One request on its way through the gateway, as every part of it sees it. Made once, when the request was read and
 * admitted; the parts add nothing to it.
 */
import type { IncomingHttpHeaders } from "node:http";
import type { Protocol } from "@tesserae/wire";
import type { KeyRecord } from "./keys/key-record.ts";
import type { Workload } from "./workloads/workload.ts";

/** Whose error bodies and headers the caller reads. */
export type Dialect = "openai" | "anthropic";

/** The endpoints that the gateway knows. */
export type Endpoint = "chat.completions" | "responses" | "messages" | "messages.count_tokens" | "embeddings" | "other";

/** Where requests are sent. */
export interface Upstream {
  readonly id: string;
  readonly kind: "openai" | "anthropic" | "openai-compatible";
  /** Without a slash at the end. */
  readonly baseURL: string;
  /** The environment variable that holds the provider's key, where the gateway has one. */
  readonly credentialEnv?: string;
  /** Allows addresses of private networks and plain HTTP. */
  readonly allowPrivate?: boolean;
  /** Whose prices hold, as the catalogue names it: `openai`, `anthropic`, `openrouter`. */
  readonly pricesOf?: string;
}

/** Where in a run of the framework a request belongs; from the headers `x-tesserae-*`. */
export interface RunPlace {
  readonly run?: string;
  readonly agent?: string;
  /** The address of the effect in the run's journal. */
  readonly effect?: string;
}

/** A request that was read and admitted. */
export interface Exchange {
  /** `tsr_` and a ULID. */
  readonly id: string;
  /** The caller's `x-tessera-request-id`. */
  readonly callerId?: string;
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
  readonly dialect: Dialect;
  readonly endpoint: Endpoint;
  readonly protocol: Protocol;
  readonly upstream: Upstream;
  /** The path below the upstream's base URL, with the query. */
  readonly path: string;
  readonly method: string;
  /** The caller's headers by lower-case name, but for its credentials and what is of the connection. */
  readonly headers: IncomingHttpHeaders;
  /** The body as it came, without what was meant for the gateway alone. */
  readonly body: Buffer;
  readonly model: string;
  readonly stream: boolean;
  readonly key: KeyRecord;
  readonly workload: Workload;
  /** First 16 hex digits of an HMAC of the provider's key; `-` without one. */
  readonly credentialFingerprint: string;
  readonly featureTag?: string;
  readonly customerTag?: string;
  readonly place: RunPlace;
  /** Aborted when the caller has gone. */
  readonly signal: AbortSignal;
}
