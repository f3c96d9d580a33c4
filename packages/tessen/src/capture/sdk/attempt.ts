import type { EventAttempt } from "../../events/tessen-event.ts";
import { lookupOfHeaders } from "../../recorder/header-lookups.ts";
import type { HeaderLookup } from "../../recorder/finished-call.ts";
import { requestIdIn } from "../../recorder/headers.ts";
import type { Address } from "../http/addresses.ts";
import { errorCodeOf, GIVEN_UP, NO_ANSWER, typeName } from "../failure.ts";
import type { ResponseLike } from "../body/observe-response.ts";

/** One HTTP request of a call, from its sending to the headers of its answer. */
export class Attempt {
  readonly address: Address;
  readonly method: string;
  readonly requestText: string | undefined;
  readonly requestHeaders: HeaderLookup | undefined;
  readonly startedAt: number = Date.now();
  responseHeaders: HeaderLookup | undefined;
  status: number | undefined;
  /** The body of an answer that reports an error, where its reader read it. */
  errorText: string | undefined;
  readonly #began = performance.now();
  #ended: number | undefined;
  #error: unknown;

  constructor(
    address: Address,
    init: { readonly method?: unknown; readonly body?: unknown; readonly headers?: unknown },
  ) {
    this.address = address;
    this.method = typeof init.method === "string" ? init.method.toUpperCase() : "GET";
    this.requestText = typeof init.body === "string" ? init.body : undefined;
    this.requestHeaders = init.headers instanceof Headers ? lookupOfHeaders(init.headers) : undefined;
  }

  answered(response: ResponseLike): void {
    this.#ended = performance.now();
    this.status = response.status;
    this.responseHeaders = lookupOfHeaders(response.headers);
  }

  failed(error: unknown): void {
    this.#ended = performance.now();
    this.#error = error;
  }

  /** Nobody waits for an answer any longer. */
  unanswered(): void {
    if (this.#ended === undefined) this.failed(Object.assign(new Error(NO_ANSWER.msg), { code: GIVEN_UP }));
  }

  /** True for a request that got no answer, or one that says no. */
  get isFailed(): boolean {
    return this.#error !== undefined || (this.status ?? 0) >= 400;
  }

  /** As an event has it; `next` is the attempt that followed. */
  toEvent(n: number, next: Attempt | undefined): EventAttempt {
    const ended = this.#ended ?? performance.now();
    const headers = this.responseHeaders;
    const code = this.#error === undefined ? undefined : (errorCodeOf(this.#error) ?? typeName(this.#error));
    const type = errorTypeOf(this.errorText);
    const requestId = requestIdIn(headers);
    const retryAfter = retryAfterMs(headers);
    return {
      n,
      ts: this.startedAt / 1000,
      duration_ms: Math.round((ended - this.#began) * 1000) / 1000,
      ...(this.status === undefined ? {} : { http_status: this.status }),
      ...(code === undefined ? {} : { error_code: code }),
      ...(type === undefined ? {} : { error_type: type }),
      ...(requestId === undefined ? {} : { request_id: requestId }),
      ...(retryAfter === undefined ? {} : { retry_after_ms: retryAfter }),
      ...(next === undefined ? {} : { waited_ms: Math.round((next.#began - ended) * 1000) / 1000 }),
    };
  }
}

function retryAfterMs(headers: HeaderLookup | undefined): number | undefined {
  const milliseconds = Number.parseFloat(headers?.get("retry-after-ms") ?? "");
  if (Number.isFinite(milliseconds)) return milliseconds;
  const text = headers?.get("retry-after");
  if (text === undefined) return undefined;
  const seconds = Number.parseFloat(text);
  if (Number.isFinite(seconds)) return seconds * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}

function errorTypeOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  return /"type"\s*:\s*"(?!error")([^"\\]{1,100})"/.exec(text)?.[1];
}
