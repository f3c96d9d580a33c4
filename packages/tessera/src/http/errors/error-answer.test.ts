import { describe, expect, test } from "vitest";
import { errorBody, errorEvent, errorHeaders, undecidedErrorBody } from "./error-answer.ts";
import { badRequest, RelayError } from "./relay-error.ts";

const pairs = (flat: readonly string[]): Record<string, string> =>
  Object.fromEntries(flat.flatMap((name, index) => (index % 2 === 0 ? [[name, flat[index + 1] ?? ""]] : [])));

describe("headers", () => {
  test("say that a retry does not help, and give no wait", () => {
    expect(pairs(errorHeaders(badRequest("No.")))).toEqual({
      "content-type": "application/json",
      "x-should-retry": "false",
    });
  });

  test("give the wait twice, of at most a minute", () => {
    const error = new RelayError(429, "tessera_rate_limited", "Slow.", { retryAfterMs: 1200 });
    expect(pairs(errorHeaders(error))).toMatchObject({
      "x-should-retry": "true",
      "retry-after-ms": "1200",
      "retry-after": "2",
    });
    const long = new RelayError(503, "tessera_breaker_open", "Down.", { retryAfterMs: 300_000 });
    expect(pairs(errorHeaders(long))).toMatchObject({ "retry-after-ms": "60000", "retry-after": "60" });
  });
});

test.each([
  [400, "tessera_bad_request", "invalid_request_error", "invalid_request_error"],
  [401, "tessera_key_invalid", "authentication_error", "authentication_error"],
  [402, "tessera_spend_cap_exceeded", "insufficient_quota", "billing_error"],
  [429, "tessera_spend_cap_exceeded", "insufficient_quota", "billing_error"],
  [403, "tessera_not_allowed", "permission_error", "permission_error"],
  [404, "tessera_unknown_route", "invalid_request_error", "not_found_error"],
  [413, "tessera_body_too_large", "invalid_request_error", "request_too_large"],
  [429, "tessera_rate_limited", "rate_limit_error", "rate_limit_error"],
  [502, "tessera_upstream_unreachable", "api_error", "api_error"],
  [503, "tessera_breaker_open", "api_error", "overloaded_error"],
  [503, "tessera_draining", "api_error", "overloaded_error"],
  [504, "tessera_upstream_timeout", "api_error", "api_error"],
] as const)("%i %s is %s to OpenAI's clients and %s to Anthropic's", (status, code, openai, anthropic) => {
  const error = new RelayError(status, code, "What happened.", { details: { limit: "1" } });
  expect(JSON.parse(errorBody(error, "openai", "tsr_1"))).toEqual({
    error: { message: "What happened.", type: openai, param: null, code, limit: "1" },
  });
  expect(JSON.parse(errorBody(error, "anthropic", "tsr_1"))).toEqual({
    type: "error",
    error: { type: anthropic, message: "What happened.", code, limit: "1" },
    request_id: "tsr_1",
  });
});

test("in a stream each endpoint has its own event", () => {
  const error = new RelayError(502, "tessera_upstream_unreachable", "Cut.");
  const code = "tessera_upstream_unreachable";
  expect(errorEvent(error, "chat.completions", "openai", 0)).toBe(
    `data: {"error":{"message":"Cut.","type":"api_error","param":null,"code":"${code}"}}\n\n`,
  );
  expect(errorEvent(error, "responses", "openai", 7)).toBe(
    `event: error\ndata: {"type":"error","code":"${code}","message":"Cut.","param":null,"sequence_number":7}\n\n`,
  );
  expect(errorEvent(error, "messages", "anthropic", 0)).toBe(
    'event: error\ndata: {"type":"error","error":{"type":"api_error","message":"Cut."}}\n\n',
  );
});

test("an error found before the dialect is known has the members that both look for", () => {
  expect(JSON.parse(undecidedErrorBody(badRequest("No.")))).toEqual({
    type: "error",
    error: { type: "invalid_request_error", message: "No.", param: null, code: "tessera_bad_request" },
  });
});
