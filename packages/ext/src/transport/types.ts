import type * as Tls from "node:tls";

/** One request. Plain data: it can be sent again as it is. */
export interface HttpRequest {
  /** Default `"POST"` with a body, else `"GET"`. */
  readonly method?: string | undefined;
  /** An absolute `http:` or `https:` URL. */
  readonly url: string;
  /** Header names in any case. Content length, host and connection are added by the transport. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | Uint8Array | undefined;
  /** Aborting destroys the connection at once; what is pending rejects with `CancelledError`. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds from `send` to the last byte of the body, streams included. Default: no limit. */
  readonly timeoutMs?: number | undefined;
  /** Milliseconds from `send` to the response's headers. Default: no limit. */
  readonly firstByteTimeoutMs?: number | undefined;
  /** The longest silence of the server, in milliseconds, while somebody waits for the body. Default: no limit. */
  readonly idleTimeoutMs?: number | undefined;
  /** What the request is for. No provider is told; a transport that sends it through a gateway tells the gateway. */
  readonly effect?: RequestEffect | undefined;
}

/** The effect of a run that a request is for. */
export interface RequestEffect {
  readonly runId: string;
  /** The names of the teams and agents around, outermost first. */
  readonly agentPath: readonly string[];
  /** The agent that acts; `null` outside of an agent. */
  readonly agent: string | null;
  /** The address of the effect in the run. */
  readonly address: string;
  /** The same for every repetition of the effect, `undefined` in a run without a journal. */
  readonly idempotencyKey: string | undefined;
}

/** Headers with lower-case names; repeated ones are joined by `", "`. */
export type HttpHeaders = Readonly<Record<string, string>>;

/**
 * What came back, whatever its status.
 *
 * Its body must be read to the end (`text()`, `chunks` or `batches()`, one of them, once) or dropped by `cancel()`:
 * until then the connection is taken. Reading a stream to its very end, beyond a protocol's own end mark,
 * lets the connection be used again.
 */
export interface HttpResponse {
  readonly status: number;
  readonly headers: HttpHeaders;
  /** The provider's id of the request, from whichever header it uses. */
  readonly requestId: string | undefined;
  /** The whole body as UTF-8. `TransportError` when it is cut, silent for too long, or larger than `maxBodyBytes`. */
  text(): Promise<string>;
  /** The body as it arrives, with back-pressure. Leaving the loop early drops the connection. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** As `chunks`, but all that has arrived is handed over at once: one promise for many chunks. */
  batches(): AsyncIterableIterator<readonly Uint8Array[], undefined>;
  /** Drops the body; the connection is destroyed unless all of it had arrived. Never fails, may be called twice. */
  cancel(): void;
}

/** Sends requests: what a model client needs from the world. */
export interface Transport {
  send(request: HttpRequest): Promise<HttpResponse>;
  close(): Promise<void>;
}

/** The part of the platform's `fetch` that is used when one is injected. */
export type FetchFunction = (url: string, init: RequestInit) => Promise<Response>;

/** How the connections of an {@link HttpTransport} are made and kept. */
export interface HttpTransportOptions {
  /** Sends every request by this function instead of sockets of our own: for workers, other runtimes, tests, instruments. */
  readonly fetch?: FetchFunction | undefined;
  /** Milliseconds for name look-up, TCP, proxy and TLS together. Default 10,000. Not with `fetch`. */
  readonly connectTimeoutMs?: number | undefined;
  /** An unused connection is closed after this many milliseconds. Default 60,000. Not with `fetch`. */
  readonly freeSocketTimeoutMs?: number | undefined;
  /** The largest body that `text()` takes, in bytes after decoding. Default 64 MiB. */
  readonly maxBodyBytes?: number | undefined;
  /** The header `accept-encoding`; `false` sends none. Default `"gzip, deflate, br"`. Not with `fetch`. */
  readonly acceptEncoding?: string | false | undefined;
  /**
   * `"env"` (default): `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, lower case first, read once at construction;
   * a URL: that proxy for all; `false`: none. Not with `fetch`.
   */
  readonly proxy?: "env" | false | string | undefined;
  /** Certificates and checks for `https:`. Not with `fetch`. */
  readonly tls?: TlsOptions | undefined;
}

/** What may be set about TLS: `ca`, `cert`, `key`, `rejectUnauthorized`, `servername`, `minVersion`, … */
export type TlsOptions = Tls.SecureContextOptions &
  Pick<Tls.ConnectionOptions, "rejectUnauthorized" | "servername" | "checkServerIdentity">;
