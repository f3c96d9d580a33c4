import { isObject, RuntimeError, throwIfAborted, ValueError, type JsonObject } from "@tesserae/core";

/** Where tokens come from: a credential of `@azure/identity`, or anything with this method. */
export interface SessionPoolCredential {
  /** `expiresOnTimestamp` is in milliseconds since 1970; without it a token is asked for anew after five minutes. */
  getToken(scope: string): Promise<{ readonly token: string; readonly expiresOnTimestamp?: number } | null>;
}

/** https://learn.microsoft.com/azure/container-apps/sessions-usage#authentication */
const SCOPE = "https://dynamicsessions.io/.default";
const API_VERSION = "2024-02-02-preview";
/** How long before its end a token is not used any more, and how long one lasts that does not say. */
const MARGIN_MS = 120_000;
const UNSAID_LIFE_MS = 300_000;
const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;
const LONGEST_EXCERPT = 500;

/** A request to the pool took longer than it may. */
export class PoolTimeoutError extends RuntimeError {
  constructor(seconds: number) {
    super(`The session pool did not answer within ${seconds} s.`);
    this.name = "PoolTimeoutError";
  }
}

/** What a request may have. */
export interface PoolRequest {
  readonly json?: JsonObject;
  readonly form?: FormData;
  readonly signal?: AbortSignal | undefined;
}

function readEndpoint(endpoint: unknown): URL {
  if (typeof endpoint === "string" && URL.canParse(endpoint)) {
    const url = new URL(endpoint.endsWith("/") ? endpoint : `${endpoint}/`);
    if (url.protocol === "https:" || (url.protocol === "http:" && LOOPBACK.test(url.hostname))) return url;
  }
  throw new ValueError(
    `The option poolManagementEndpoint is ${JSON.stringify(endpoint)}; it must be the https address of a session pool.`,
  );
}

/** A pool of sessions of Azure Container Apps, over its HTTP API. */
export class SessionPool {
  readonly #endpoint: URL;
  readonly #credential: SessionPoolCredential;
  readonly #timeout: number;
  #token: { readonly text: string; readonly until: number } | undefined;

  /**
   * @param timeout of a request, in seconds.
   * @throws {ValueError} for an endpoint that is no https address: a token must not travel in clear.
   */
  constructor(endpoint: string, credential: SessionPoolCredential, timeout: number) {
    this.#endpoint = readEndpoint(endpoint);
    this.#credential = credential;
    this.#timeout = timeout;
  }

  /**
   * A request for a session; a refused token is asked for anew, once.
   *
   * @throws {PoolTimeoutError} when there is no answer in time.
   * @throws {RuntimeError} for a refusal, an answer that breaks off, and where there is no token.
   * @throws {CancelledError} when the signal is aborted.
   */
  async request(method: string, path: string, session: string, request: PoolRequest = {}): Promise<Response> {
    const response = await this.#send(method, path, session, request);
    if (response.status !== 401) return this.#checked(response);
    await response.body?.cancel();
    this.#token = undefined;
    return this.#checked(await this.#send(method, path, session, request));
  }

  /** As `request`, with the answer's JSON object. */
  async json(
    method: string,
    path: string,
    session: string,
    request: PoolRequest = {},
  ): Promise<Record<string, unknown>> {
    const response = await this.request(method, path, session, request);
    try {
      const body: unknown = await response.json();
      if (isObject(body)) return body;
    } catch (error) {
      throw this.#explain(error, request.signal);
    }
    throw new RuntimeError("The session pool's answer is no JSON object.");
  }

  async #accessToken(): Promise<string> {
    if (this.#token !== undefined && Date.now() < this.#token.until) return this.#token.text;
    const token = await this.#credential.getToken(SCOPE);
    if (token === null || typeof token.token !== "string") {
      throw new RuntimeError("The credential gave no token for the session pool: log in, or check its settings.");
    }
    const { expiresOnTimestamp: end } = token;
    this.#token = { text: token.token, until: end === undefined ? Date.now() + UNSAID_LIFE_MS : end - MARGIN_MS };
    return token.token;
  }

  async #send(method: string, path: string, session: string, { json, form, signal }: PoolRequest): Promise<Response> {
    throwIfAborted(signal);
    const url = new URL(path, this.#endpoint);
    url.searchParams.set("api-version", API_VERSION);
    url.searchParams.set("identifier", session);
    const headers: Record<string, string> = { authorization: `Bearer ${await this.#accessToken()}` };
    if (json !== undefined) headers["content-type"] = "application/json";
    const body = json === undefined ? form : JSON.stringify(json);
    const limit = AbortSignal.timeout(this.#timeout * 1000);
    try {
      return await fetch(url, {
        method,
        headers,
        // A token is for this host alone.
        redirect: "error",
        signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
        ...(body === undefined ? {} : { body }),
      });
    } catch (error) {
      throw this.#explain(error, signal);
    }
  }

  async #checked(response: Response): Promise<Response> {
    if (response.ok) return response;
    const text = await response.text().catch(() => "");
    throw new RuntimeError(`The session pool answered ${response.status}: ${text.slice(0, LONGEST_EXCERPT)}`.trimEnd());
  }

  #explain(error: unknown, signal: AbortSignal | undefined): unknown {
    throwIfAborted(signal);
    if (error instanceof Error && error.name === "TimeoutError") return new PoolTimeoutError(this.#timeout);
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const reason = cause instanceof Error ? cause.message : String(cause);
    return new RuntimeError(`The session pool cannot be reached: ${reason}`, { cause: error });
  }
}
