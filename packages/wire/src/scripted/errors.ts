import type { ProviderErrorKind } from "../errors/provider-error.ts";
import type { JsonObject } from "../json.ts";
import { encodeSse } from "../sse/encode-sse.ts";

/** An error that a scripted server or a gateway is to answer with. */
export interface ScriptedError {
  readonly kind: ProviderErrorKind;
  readonly message: string;
  /** The code of the OpenAI dialect. Default: what OpenAI itself says, else `null`. */
  readonly code?: string;
  /** Default: what the provider uses for the kind. */
  readonly status?: number;
  readonly requestId?: string;
}

/** The dialects in which errors are written. */
export type ErrorDialect = "openai-chat" | "openai-responses" | "anthropic";

/** An error as a body with its status, and as an event inside a stream. */
export interface EncodedError {
  readonly status: number;
  readonly body: JsonObject;
  /** The text of the server-sent event. */
  readonly event: string;
}

/** Writes an error in a provider's dialect. */
export function encodeError(dialect: ErrorDialect, error: ScriptedError): EncodedError {
  const row = ROWS[error.kind];
  if (dialect === "anthropic") {
    const inner = { type: "error", error: { type: row.anthropic, message: error.message } };
    const body = error.requestId === undefined ? inner : { ...inner, request_id: error.requestId };
    const status = error.status ?? (error.kind === "overloaded" ? 529 : row.status);
    return { status, body, event: encodeSse({ event: "error", data: JSON.stringify(inner) }) };
  }
  const code = error.code ?? row.code ?? null;
  const body = { error: { message: error.message, type: row.openai, param: null, code } };
  const event =
    dialect === "openai-chat"
      ? encodeSse({ data: JSON.stringify(body) })
      : encodeSse({
          event: "error",
          data: JSON.stringify({ type: "error", code: code ?? row.openai, message: error.message, param: null }),
        });
  return { status: error.status ?? row.status, body, event };
}

interface Row {
  readonly status: number;
  readonly openai: string;
  readonly anthropic: string;
  readonly code?: string;
}

const row = (status: number, openai: string, anthropic: string, code?: string): Row => ({
  status,
  openai,
  anthropic,
  ...(code === undefined ? {} : { code }),
});

const ROWS: Readonly<Record<ProviderErrorKind, Row>> = {
  authentication: row(401, "authentication_error", "authentication_error", "invalid_api_key"),
  permission: row(403, "permission_error", "permission_error"),
  not_found: row(404, "invalid_request_error", "not_found_error", "model_not_found"),
  invalid_request: row(400, "invalid_request_error", "invalid_request_error"),
  context_length: row(400, "invalid_request_error", "invalid_request_error", "context_length_exceeded"),
  too_large: row(413, "invalid_request_error", "request_too_large"),
  content_filter: row(400, "invalid_request_error", "invalid_request_error", "content_filter"),
  rate_limit: row(429, "rate_limit_error", "rate_limit_error", "rate_limit_exceeded"),
  quota: row(429, "insufficient_quota", "billing_error", "insufficient_quota"),
  overloaded: row(503, "api_error", "overloaded_error"),
  conflict: row(409, "api_error", "api_error"),
  server: row(500, "api_error", "api_error"),
  timeout: row(504, "api_error", "timeout_error"),
  connection: row(502, "api_error", "api_error"),
  aborted: row(499, "api_error", "api_error"),
  cut_stream: row(502, "api_error", "api_error"),
  malformed: row(502, "api_error", "api_error"),
  unknown: row(500, "api_error", "api_error"),
};
