import { expect, test } from "vitest";
import { cutStreamError, errorOfTransport, malformedError } from "./transport.ts";

const failed = (code: string): Error => Object.assign(new Error(`connect ${code}`), { code });

test.each([
  [failed("ECONNREFUSED"), "connection", true, "ECONNREFUSED"],
  [failed("ENOTFOUND"), "connection", true, "ENOTFOUND"],
  [failed("CERT_HAS_EXPIRED"), "connection", false, "CERT_HAS_EXPIRED"],
  [new TypeError("fetch failed", { cause: failed("ECONNRESET") }), "connection", true, "ECONNRESET"],
  [
    new TypeError("fetch failed", { cause: failed("UND_ERR_HEADERS_TIMEOUT") }),
    "timeout",
    true,
    "UND_ERR_HEADERS_TIMEOUT",
  ],
  [failed("ETIMEDOUT"), "timeout", true, "ETIMEDOUT"],
  [new DOMException("late", "TimeoutError"), "timeout", true, undefined],
  [new DOMException("gone", "AbortError"), "aborted", false, undefined],
  ["a string", "connection", true, undefined],
  [undefined, "connection", true, undefined],
])("%s is %s", (thrown, kind, retryable, code) => {
  const error = errorOfTransport(thrown);
  expect(error).toMatchObject({ kind, retryable });
  expect(error.code).toBe(code);
});

test("an error that is its own cause comes to an end", () => {
  const error: Error & { cause?: unknown } = new Error("loop");
  error.cause = error;
  expect(errorOfTransport(error).kind).toBe("connection");
});

test("a cut stream and an unreadable answer are never retried", () => {
  expect(cutStreamError("after 3 chunks")).toMatchObject({ kind: "cut_stream", retryable: false });
  expect(malformedError("no JSON", 200)).toMatchObject({ kind: "malformed", retryable: false, status: 200 });
});
