import type { JsonObject } from "@tesserae/wire";
import { find, type Findings, type Tag } from "./tag.ts";
import type { TaggedCall } from "./tagged-call.ts";

/**
 * Finds how a failed call failed: at most one of the first eleven tags. The status of the last attempt decides; where
 * that is none of an error, the type of the error frame of a stream does, then a failed connection. A caller's abort is
 * no failure of the call, and has none of these tags.
 */
export function findHttpTag(call: TaggedCall, findings: Findings): void {
  if (call.status !== "error") return;
  const status = call.httpStatus;
  if (status !== undefined && status >= 400) {
    const tag = tagOfStatus(status);
    if (tag !== undefined) find(findings, tag, evidenceOf(call));
    return;
  }
  if (call.failure === "aborted") return;
  const framed = tagOfErrorType(call.errorType);
  if (framed !== undefined) find(findings, framed, evidenceOf(call));
  else if (call.failure !== undefined || call.errorType === CUT_STREAM)
    find(findings, "connection_error", evidenceOf(call));
  // An answer came, and it was an error that nobody knows: the fault is the provider's. A redirect is nobody's.
  else if (status !== undefined && status < 300 && call.errorType !== undefined)
    find(findings, "server_error", evidenceOf(call));
}

/** What the recorder calls an answer whose connection was closed before its last frame. */
const CUT_STREAM = "IncompleteStream";

function tagOfStatus(status: number): Tag | undefined {
  const tag = TAG_BY_STATUS.get(status);
  if (tag !== undefined) return tag;
  if (status >= 500 && status < 600) return "server_error";
  return status >= 400 && status < 500 ? "client_error" : undefined;
}

function tagOfErrorType(type: string | undefined): Tag | undefined {
  if (type === undefined) return undefined;
  const status = STATUS_BY_ERROR_TYPE.get(type.toLowerCase()) ?? Number(type);
  return tagOfStatus(status);
}

function evidenceOf(call: TaggedCall): JsonObject {
  return {
    ...(call.httpStatus === undefined ? {} : { http_status: call.httpStatus }),
    ...(call.errorType === undefined ? {} : { error_type: call.errorType }),
    ...(call.failure === undefined ? {} : { failure: call.failure }),
  };
}

const TAG_BY_STATUS: ReadonlyMap<number, Tag> = new Map<number, Tag>([
  [429, "rate_limited"],
  [529, "overloaded"],
  [401, "auth_error"],
  [403, "permission_denied"],
  [404, "not_found"],
  [409, "conflict"],
  [422, "unprocessable"],
  [400, "invalid_request"],
]);

/**
 * The HTTP status that stands for an error inside a stream. Anthropic's types (docs.anthropic.com/en/api/errors),
 * OpenAI's types and codes, Google's canonical statuses (google.rpc.Code), in lower case.
 */
const STATUS_BY_ERROR_TYPE: ReadonlyMap<string, number> = new Map([
  ["rate_limit_error", 429],
  ["overloaded_error", 529],
  ["authentication_error", 401],
  ["permission_error", 403],
  ["not_found_error", 404],
  ["invalid_request_error", 400],
  ["request_too_large", 413],
  ["billing_error", 402],
  ["timeout_error", 504],
  ["api_error", 500],
  ["rate_limit_exceeded", 429],
  ["tokens", 429],
  ["requests", 429],
  ["insufficient_quota", 429],
  ["invalid_api_key", 401],
  ["model_not_found", 404],
  ["invalid_prompt", 400],
  ["context_length_exceeded", 400],
  ["server_error", 500],
  ["resource_exhausted", 429],
  ["unauthenticated", 401],
  ["permission_denied", 403],
  ["not_found", 404],
  ["already_exists", 409],
  ["aborted", 409],
  ["invalid_argument", 400],
  ["failed_precondition", 400],
  ["out_of_range", 400],
  ["internal", 500],
  ["unknown", 500],
  ["data_loss", 500],
  ["unimplemented", 501],
  ["unavailable", 503],
  ["deadline_exceeded", 504],
]);
