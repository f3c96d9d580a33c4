import type { JsonObject } from "@tesserae/wire";

/**
 * The tags that are computed from one model call, in the order in which an event lists them: how the call failed, what
 * is odd about the answer's content, what is odd about the prompt cache. The names are those of Python's tessen.
 */
export const TAGS = [
  "rate_limited",
  "overloaded",
  "auth_error",
  "permission_denied",
  "not_found",
  "conflict",
  "unprocessable",
  "invalid_request",
  "connection_error",
  "server_error",
  "client_error",
  "empty_content_on_end_turn",
  "empty_content_on_stop",
  "truncated_response",
  "thinking_only_no_output",
  "refusal",
  "invalid_tool_use_json",
  "invalid_tool_call_json",
  "cache_control_set_but_no_cache_activity",
] as const;

/** One of `TAGS`. */
export type Tag = (typeof TAGS)[number];

/** Tags with their evidence, in no order. */
export type Findings = Map<Tag, JsonObject>;

/** Notes a tag. Of several finds of one tag in a call the first is kept. */
export function find(findings: Findings, tag: Tag, evidence: JsonObject = {}): void {
  if (!findings.has(tag)) findings.set(tag, evidence);
}
