import { describe, expect, test } from "vitest";
import { requestIdOf, retryAfterOf, shouldRetryOf } from "./retry-hint.ts";

const now = Date.parse("2026-01-01T00:00:00Z");

describe("the wait", () => {
  test.each([
    [{ "retry-after-ms": "1500" }, 1500],
    [{ "retry-after-ms": "1500.6", "retry-after": "9" }, 1501],
    [{ "retry-after": "7" }, 7000],
    [{ "retry-after": "0.5" }, 500],
    [{ "retry-after": "Thu, 01 Jan 2026 00:00:30 GMT" }, 30_000],
    [{ "retry-after": "Wed, 31 Dec 2025 23:00:00 GMT" }, 0],
    [{ "retry-after": "soon" }, undefined],
    [{ "retry-after": "-5" }, undefined],
    [{ "retry-after-ms": "NaN", "retry-after": "2" }, 2000],
    [{ "retry-after": "9".repeat(400) }, undefined],
    [{}, undefined],
  ])("of %j is %s", (headers, expected) => {
    expect(retryAfterOf(headers, now)).toBe(expected);
    expect(retryAfterOf(new Headers(headers as Record<string, string>), now)).toBe(expected);
  });
});

test("x-should-retry says yes, no, or nothing", () => {
  expect(shouldRetryOf({ "x-should-retry": "True " })).toBe(true);
  expect(shouldRetryOf({ "X-Should-Retry": "false" })).toBe(false);
  expect(shouldRetryOf({ "x-should-retry": "maybe" })).toBeUndefined();
  expect(shouldRetryOf(undefined)).toBeUndefined();
});

test("the request id is found under each provider's name, in any case, in lists too", () => {
  expect(requestIdOf({ "request-id": "req_1" })).toBe("req_1");
  expect(requestIdOf({ "X-Request-Id": ["a", "b"] })).toBe("a");
  expect(requestIdOf({ "content-type": "x" })).toBeUndefined();
});
