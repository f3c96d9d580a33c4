import type { CreateOptions, JsonObject } from "@tesserae/core";
import type { AssembledResponse } from "@tesserae/wire/response";
import { decodeAnthropic } from "@tesserae/wire/anthropic";
import { malformedError } from "@tesserae/wire/errors";
import { describeUrl } from "../../transport/transport-error.ts";
import type { HttpResponse } from "../../transport/types.ts";
import { ModelClientError, type ModelErrorContext } from "../model-client-error.ts";
import { ModelEndpoint } from "../shared/model-endpoint.ts";
import { joinUrl } from "../shared/secret-url.ts";
import { readConnection, KEY_VARIABLE, type Connection } from "./connection.ts";
import { continuedBody, isPaused, joinResponses } from "./continuation.ts";
import type { AnthropicOptions } from "./options.ts";
import { checkWhole } from "./result.ts";

/** The parts of a body that the endpoint for counting takes. */
const COUNTED: readonly string[] = [
  "model",
  "messages",
  "system",
  "tools",
  "tool_choice",
  "thinking",
  "output_config",
  "mcp_servers",
  "context_management",
  "cache_control",
];

/** A request for a message: its body without `stream`, and what the call adds to headers and time limit. */
export interface MessagesRequest {
  readonly body: JsonObject;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number | null | undefined;
}

/** Anthropic's messages over HTTP. */
export class MessagesEndpoint {
  /** How often a paused answer is gone on with. */
  readonly maxContinuations: number;
  readonly #connection: Connection;
  readonly #endpoint: ModelEndpoint;

  constructor(options: AnthropicOptions) {
    const { fetch, transport, retry, maxRetries, maxContinuations = 0 } = options;
    this.maxContinuations = maxContinuations;
    this.#connection = readConnection(options);
    this.#endpoint = new ModelEndpoint({
      label: "Anthropic",
      keyVariable: KEY_VARIABLE,
      timeoutMs: this.#connection.timeoutMs,
      retry: maxRetries === undefined ? retry : { ...retry, maxRetries },
      fetch,
      transport,
    });
  }

  /** For errors: who failed, where its key was looked for, and what of its requests is secret. */
  get context(): ModelErrorContext {
    return this.#endpoint.context;
  }

  /** Asks for a whole answer; one that is paused is gone on with, as often as the client may. */
  async ask(request: MessagesRequest, options: CreateOptions): Promise<AssembledResponse> {
    const parts: AssembledResponse[] = [];
    let { body } = request;
    for (;;) {
      const answer = await this.#post("/v1/messages", { ...request, body }, options, (response) =>
        this.#read(response),
      );
      if (!isPaused(answer) || parts.length >= this.maxContinuations) return joinResponses(parts, answer);
      parts.push(answer);
      body = continuedBody(body, answer);
    }
  }

  /** Asks for a streamed answer; resolves when it begins. */
  open(request: MessagesRequest, options: CreateOptions): Promise<HttpResponse> {
    const body = { ...request.body, stream: true };
    return this.#post("/v1/messages", { ...request, body }, options, (response) => response);
  }

  /** Asks how many tokens a request has. */
  async countTokens(encode: () => MessagesRequest, options: CreateOptions): Promise<number> {
    const request = encode();
    const body = Object.fromEntries(Object.entries(request.body).filter(([key]) => COUNTED.includes(key)));
    return this.#post("/v1/messages/count_tokens", { ...request, body }, options, async (response) => {
      const { input_tokens: tokens } = await this.#json(response);
      if (typeof tokens !== "number") throw this.#malformed("it holds no input_tokens", response);
      return tokens;
    });
  }

  /** The error that a caller gets for what was thrown while an answer was read. */
  errorOf(thrown: unknown): Error {
    return this.#endpoint.errorOf(thrown);
  }

  close(): Promise<void> {
    return this.#endpoint.close();
  }

  #post<T>(
    path: string,
    { body, headers, timeoutMs }: MessagesRequest,
    options: CreateOptions,
    read: (response: HttpResponse) => T | Promise<T>,
  ): Promise<T> {
    const { idempotencyKey } = options;
    const { baseUrl, keyMissing } = this.#connection;
    if (keyMissing && headers["x-api-key"] === undefined && headers["authorization"] === undefined) {
      const message = `There is no API key for ${describeUrl(baseUrl)}`;
      const error = { kind: "authentication", retryable: false, message } as const;
      return Promise.reject(new ModelClientError(error, this.context));
    }
    const message = {
      url: joinUrl(baseUrl, path),
      headers: {
        ...this.#connection.headers,
        ...(idempotencyKey === undefined ? {} : { "x-tesserae-effect": idempotencyKey }),
        ...headers,
      },
      body: JSON.stringify(body),
      timeoutMs,
    };
    return this.#endpoint.post(message, options, read);
  }

  async #read(response: HttpResponse): Promise<AssembledResponse> {
    const body = await this.#json(response);
    const answer = decodeAnthropic(body);
    if (!answer.complete && answer.error === undefined) throw this.#malformed("it is no message", response);
    return checkWhole(answer, this.context);
  }

  async #json(response: HttpResponse): Promise<JsonObject> {
    const text = await response.text();
    let body: unknown;
    try {
      body = JSON.parse(text);
    } catch {
      throw this.#malformed(text === "" ? "it is empty" : "it is no JSON", response);
    }
    if (typeof body !== "object" || body === null || Array.isArray(body))
      throw this.#malformed("it is no object", response);
    return body as JsonObject;
  }

  #malformed(detail: string, response: HttpResponse): ModelClientError {
    return new ModelClientError(malformedError(detail, response.status), this.context);
  }
}
