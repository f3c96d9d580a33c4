import { describe, expect, test } from "vitest";
import { tagsOf } from "./tags-of.ts";
import type { TaggedCall, TaggedProtocol } from "./tagged-call.ts";

const PROTOCOLS: readonly TaggedProtocol[] = [
  "anthropic",
  "openai-chat",
  "mistral",
  "openai-responses",
  "gemini",
  "cohere",
  "ollama",
  "unknown",
];

function failed(protocol: TaggedProtocol, members: Partial<TaggedCall>): readonly string[] {
  return tagsOf({ protocol, provider: "any", status: "error", streamed: false, ...members }).signals;
}

describe.each(PROTOCOLS)("a failed call of %s", (protocol) => {
  test.each([
    [429, "rate_limited"],
    [529, "overloaded"],
    [401, "auth_error"],
    [403, "permission_denied"],
    [404, "not_found"],
    [409, "conflict"],
    [422, "unprocessable"],
    [400, "invalid_request"],
    [500, "server_error"],
    [502, "server_error"],
    [503, "server_error"],
    [599, "server_error"],
    [402, "client_error"],
    [408, "client_error"],
    [413, "client_error"],
    [499, "client_error"],
  ])("with status %i is %s, and only that", (httpStatus, tag) => {
    expect(failed(protocol, { httpStatus })).toEqual([tag]);
    expect(failed(protocol, { httpStatus, status: "ok" })).toEqual([]);
  });

  test("is decided by its status, whatever the error calls itself", () => {
    expect(failed(protocol, { httpStatus: 503, errorType: "overloaded_error" })).toEqual(["server_error"]);
    expect(failed(protocol, { httpStatus: 400, errorType: "rate_limit_error" })).toEqual(["invalid_request"]);
  });

  test.each(["connection", "timeout"] as const)("before a status, by %s, is a connection_error", (failure) => {
    expect(failed(protocol, { failure })).toEqual(["connection_error"]);
  });

  test("that broke off in mid-stream is a connection_error", () => {
    expect(failed(protocol, { failure: "connection", httpStatus: 200, streamed: true })).toEqual(["connection_error"]);
  });

  test("whose stream ended before its last frame is a connection_error", () => {
    expect(failed(protocol, { errorType: "IncompleteStream", httpStatus: 200 })).toEqual(["connection_error"]);
  });

  test("that its caller aborted has no tag, but one whose last attempt was refused has", () => {
    expect(failed(protocol, { failure: "aborted" })).toEqual([]);
    expect(failed(protocol, { failure: "aborted", httpStatus: 200, errorType: "api_error" })).toEqual([]);
    expect(failed(protocol, { failure: "aborted", httpStatus: 429 })).toEqual(["rate_limited"]);
  });

  test("that never left the client has no tag", () => {
    expect(failed(protocol, { errorType: "TypeError" })).toEqual([]);
  });
});

describe("an error frame in a stream", () => {
  test.each([
    ["anthropic", "rate_limit_error", "rate_limited"],
    ["anthropic", "overloaded_error", "overloaded"],
    ["anthropic", "authentication_error", "auth_error"],
    ["anthropic", "permission_error", "permission_denied"],
    ["anthropic", "not_found_error", "not_found"],
    ["anthropic", "invalid_request_error", "invalid_request"],
    ["anthropic", "api_error", "server_error"],
    ["anthropic", "timeout_error", "server_error"],
    ["anthropic", "request_too_large", "client_error"],
    ["anthropic", "billing_error", "client_error"],
    ["openai-chat", "rate_limit_exceeded", "rate_limited"],
    ["openai-chat", "server_error", "server_error"],
    ["openai-responses", "rate_limit_exceeded", "rate_limited"],
    ["openai-responses", "invalid_prompt", "invalid_request"],
    ["openai-responses", "a_type_of_tomorrow", "server_error"],
    ["mistral", "429", "rate_limited"],
    ["gemini", "RESOURCE_EXHAUSTED", "rate_limited"],
    ["gemini", "UNAVAILABLE", "server_error"],
    ["gemini", "INVALID_ARGUMENT", "invalid_request"],
    ["gemini", "ALREADY_EXISTS", "conflict"],
    ["gemini", "503", "server_error"],
  ] as const)("of %s with type %s is %s", (protocol, errorType, tag) => {
    expect(failed(protocol, { errorType, httpStatus: 200, streamed: true })).toEqual([tag]);
  });
});

test("the evidence names status and type", () => {
  const { details } = tagsOf({
    protocol: "anthropic",
    provider: "anthropic",
    status: "error",
    httpStatus: 529,
    errorType: "overloaded_error",
    streamed: false,
  });
  expect(details).toEqual({ overloaded: { http_status: 529, error_type: "overloaded_error" } });
});
