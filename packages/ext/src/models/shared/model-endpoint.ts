import { type CreateOptions, RuntimeError } from "@tesserae/core";
import { HttpTransport } from "../../transport/http-transport.ts";
import type { RetryPolicy } from "../../transport/retry.ts";
import type { FetchFunction, HttpResponse, Transport } from "../../transport/types.ts";
import { type ModelErrorContext, modelErrorOfResponse, modelErrorOfThrown } from "../model-client-error.ts";
import { KnownSecrets } from "./known-secrets.ts";
import { requestEffectOf } from "./request-effect.ts";
import { retryAndReport } from "./retry-and-report.ts";

/** The time that the vendors' SDKs wait for an answer. */
const DEFAULT_TIMEOUT_MS = 600_000;

/** How the requests of a model client reach its provider. */
export interface EndpointOptions {
  /** The provider's name for people, such as `OpenAI`. */
  readonly label: string;
  /** Where the key was looked for; named when the provider refuses it. */
  readonly keyVariable: string | undefined;
  /** Milliseconds until an answer begins, and the longest silence within it; null: no limit. Default ten minutes. */
  readonly timeoutMs?: number | null | undefined;
  readonly retry?: RetryPolicy | undefined;
  /** Sends the requests by this function in place of our own client. */
  readonly fetch?: FetchFunction | undefined;
  /** Sends the requests; it belongs to the caller and is not closed. */
  readonly transport?: Transport | undefined;
}

/** One request to a provider. */
export interface EndpointRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Default: `POST` with a body, else `GET`. */
  readonly method?: string | undefined;
  /** JSON text, or bytes of the kind that the headers name. */
  readonly body?: string | Uint8Array | undefined;
  /** As in {@link EndpointOptions}, for this request. */
  readonly timeoutMs?: number | null | undefined;
}

/** Sends a client's requests: with retries, timeouts and abort; every failure is a `ModelClientError`. */
export class ModelEndpoint {
  readonly #options: EndpointOptions;
  readonly #transport: Transport;
  readonly #owned: boolean;
  readonly #secrets = new KnownSecrets();
  #closed = false;

  constructor(options: EndpointOptions) {
    this.#options = options;
    this.#owned = options.transport === undefined;
    this.#transport =
      options.transport ?? new HttpTransport(options.fetch === undefined ? {} : { fetch: options.fetch });
  }

  /** For errors: who failed, where its key was looked for, and what of its requests is secret. */
  get context(): ModelErrorContext {
    const { label, keyVariable } = this.#options;
    return { provider: label, keyVariable, secrets: this.#secrets };
  }

  /** True after {@link close}. */
  get closed(): boolean {
    return this.#closed;
  }

  /**
   * Sends a request. `read` takes what is needed from an accepted response: where it fails, the request is sent again
   * as where the request fails; what it gave is never asked for again.
   */
  post<T>(
    request: EndpointRequest,
    options: CreateOptions,
    read: (response: HttpResponse) => T | Promise<T>,
  ): Promise<T> {
    if (this.#closed) return Promise.reject(new RuntimeError("The model client is closed: make a new one."));
    const { signal } = options;
    const timeoutMs = request.timeoutMs ?? (request.timeoutMs === null ? null : this.#options.timeoutMs);
    const limit = timeoutMs === null ? undefined : (timeoutMs ?? DEFAULT_TIMEOUT_MS);
    const { url, headers, body, method } = request;
    this.#secrets.learn(headers, url);
    const effect = requestEffectOf(options);
    const message = { method, url, headers, body, signal, firstByteTimeoutMs: limit, idleTimeoutMs: limit, effect };
    const attempt = async (): Promise<T> => {
      try {
        const response = await this.#transport.send(message);
        if (response.status >= 200 && response.status < 300) return await read(response);
        throw await modelErrorOfResponse(response, this.context);
      } catch (error) {
        throw this.errorOf(error);
      }
    };
    return retryAndReport(this.#options.retry ?? {}, options, attempt);
  }

  /** The error that a caller gets for what was thrown while an answer was read. */
  errorOf(thrown: unknown): Error {
    return modelErrorOfThrown(thrown, this.context);
  }

  /** Closes the connections, unless the transport is the caller's own. Calls in flight reject with `CancelledError`. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#owned) await this.#transport.close();
  }
}
