import type { Dialect, Endpoint } from "../../exchange.ts";
import type { RelayError } from "./relay-error.ts";

/** The headers of an error's answer, names and values in turn: whether to retry, when, and what the error adds. */
export function errorHeaders(error: RelayError): string[] {
  const headers = ["content-type", "application/json", "x-should-retry", String(error.retryAfterMs !== undefined)];
  if (error.retryAfterMs !== undefined) {
    const wait = Math.max(0, Math.round(error.retryAfterMs));
    headers.push("retry-after-ms", String(wait), "retry-after", String(Math.ceil(wait / 1000)));
  }
  headers.push(...error.headers);
  return headers;
}

/** The body of an error as the SDKs of a dialect read it. */
export function errorBody(error: RelayError, dialect: Dialect, requestId: string): string {
  if (dialect === "anthropic") {
    const inner = { type: anthropicType(error), message: error.message, code: error.code, ...error.details };
    return JSON.stringify({ type: "error", error: inner, request_id: requestId });
  }
  const inner = { message: error.message, type: openaiType(error), param: null, code: error.code, ...error.details };
  return JSON.stringify({ error: inner });
}

/**
 * The event that tells of an error in the middle of a stream. `sequence` is the number that the event of a
 * Responses stream bears.
 */
export function errorEvent(error: RelayError, endpoint: Endpoint, dialect: Dialect, sequence: number): string {
  if (dialect === "anthropic") {
    const event = { type: "error", error: { type: anthropicType(error), message: error.message } };
    return `event: error\ndata: ${JSON.stringify(event)}\n\n`;
  }
  if (endpoint === "responses") {
    const event = { type: "error", code: error.code, message: error.message, param: null, sequence_number: sequence };
    return `event: error\ndata: ${JSON.stringify(event)}\n\n`;
  }
  const inner = { message: error.message, type: openaiType(error), param: null, code: error.code };
  return `data: ${JSON.stringify({ error: inner })}\n\n`;
}

/**
 * The body of an error that was found before the request could be read, and so before its dialect was known.
 * Clients of both dialects understand it.
 */
export function undecidedErrorBody(error: RelayError): string {
  const inner = { type: "invalid_request_error", message: error.message, param: null, code: error.code };
  return JSON.stringify({ type: "error", error: inner });
}

function openaiType(error: RelayError): string {
  if (error.code === "tessera_spend_cap_exceeded") return "insufficient_quota";
  if (error.status === 401) return "authentication_error";
  if (error.status === 403) return "permission_error";
  if (error.status === 429) return "rate_limit_error";
  return error.status >= 500 ? "api_error" : "invalid_request_error";
}

function anthropicType(error: RelayError): string {
  if (error.code === "tessera_spend_cap_exceeded") return "billing_error";
  if (error.code === "tessera_breaker_open" || error.code === "tessera_draining") return "overloaded_error";
  if (error.status === 401) return "authentication_error";
  if (error.status === 403) return "permission_error";
  if (error.status === 404) return "not_found_error";
  if (error.status === 413) return "request_too_large";
  if (error.status === 429) return "rate_limit_error";
  return error.status >= 500 ? "api_error" : "invalid_request_error";
}
