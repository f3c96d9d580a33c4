import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RECORDINGS, recordedExchanges, SKIPPED } from "../../test/recordings.ts";
import { errorOfResponse, errorOfStreamEvent } from "./classify.ts";

const openai = (code: string | null, message = "No.", type = "invalid_request_error"): object => ({
  error: { message, type, param: null, code },
});
const anthropic = (type: string, message = "No."): object => ({
  type: "error",
  error: { type, message },
  request_id: "req_1",
});

describe("an HTTP answer", () => {
  test.each([
    [400, openai(null), "invalid_request", false],
    [400, openai("context_length_exceeded"), "context_length", false],
    [
      400,
      anthropic("invalid_request_error", "prompt is too long: 210000 tokens > 200000 maximum"),
      "context_length",
      false,
    ],
    [
      400,
      { error: { code: 400, status: "INVALID_ARGUMENT", message: "The input token count (9) exceeds the maximum" } },
      "context_length",
      false,
    ],
    [
      400,
      openai("content_filter", "The response was filtered due to Azure's content management policy"),
      "content_filter",
      false,
    ],
    [
      400,
      [{ error: { code: 400, status: "INVALID_ARGUMENT", message: "API key not valid. Please pass one." } }],
      "authentication",
      false,
    ],
    [401, openai("invalid_api_key"), "authentication", false],
    [401, "", "authentication", false],
    [402, { error: { code: 402, message: "Insufficient credits" } }, "quota", false],
    [403, anthropic("permission_error"), "permission", false],
    [404, openai("model_not_found"), "not_found", false],
    [408, undefined, "timeout", true],
    [409, undefined, "conflict", true],
    [413, anthropic("request_too_large"), "too_large", false],
    [422, { detail: [{ loc: ["body"], msg: "field required" }] }, "invalid_request", false],
    [429, openai("rate_limit_exceeded"), "rate_limit", true],
    [429, openai("insufficient_quota", "You exceeded your current quota", "insufficient_quota"), "quota", false],
    [
      429,
      {
        type: "error",
        error: { type: "rate_limit_error", message: "", details: { error_code: "enforced_spend_limit_reached" } },
      },
      "quota",
      false,
    ],
    [
      429,
      {
        error: {
          code: 429,
          status: "RESOURCE_EXHAUSTED",
          message: "",
          details: [{ violations: [{ quotaId: "GenerateRequestsPerDayPerProject" }] }],
        },
      },
      "quota",
      false,
    ],
    [500, openai(null, "The server had an error", "server_error"), "server", true],
    [502, "<html>Bad gateway</html>", "server", true],
    [503, openai(null), "overloaded", true],
    [504, undefined, "timeout", true],
    [529, anthropic("overloaded_error", "Overloaded"), "overloaded", true],
    [418, undefined, "invalid_request", false],
  ] as const)("%i %j is %s", (status, body, kind, retryable) => {
    expect(errorOfResponse({ status, body })).toMatchObject({ kind, retryable, status });
    expect(errorOfResponse({ status, body: JSON.stringify(body) })).toMatchObject({ kind, retryable });
  });

  test("tells message, code and request id", () => {
    expect(
      errorOfResponse({
        status: 404,
        body: openai("model_not_found", "No such model."),
        headers: { "x-request-id": "r" },
      }),
    ).toEqual({
      kind: "not_found",
      retryable: false,
      status: 404,
      code: "model_not_found",
      message: "No such model.",
      requestId: "r",
    });
    expect(errorOfResponse({ status: 529, body: anthropic("overloaded_error") })).toMatchObject({ requestId: "req_1" });
    const wrapped = { error: { code: 502, message: "Provider returned error", metadata: { raw: "out of memory" } } };
    expect(errorOfResponse({ status: 502, body: wrapped }).message).toBe("Provider returned error: out of memory");
  });

  test("without any explanation still says what happened", () => {
    for (const body of [undefined, null, "", "{}", [], 7]) {
      expect(errorOfResponse({ status: 500, body }).message).toContain("500");
    }
  });

  test("x-should-retry decides, but nothing helps where the money is spent", () => {
    const yes = { "x-should-retry": "true" };
    const no = { "x-should-retry": "false" };
    expect(errorOfResponse({ status: 400, headers: yes }).retryable).toBe(true);
    expect(errorOfResponse({ status: 500, headers: no }).retryable).toBe(false);
    expect(errorOfResponse({ status: 429, headers: yes, body: openai("insufficient_quota") }).retryable).toBe(false);
  });

  test("a wait is told only where a retry helps", () => {
    const headers = { "retry-after": "7" };
    expect(errorOfResponse({ status: 429, headers }).retryAfterMs).toBe(7000);
    expect(errorOfResponse({ status: 400, headers })).not.toHaveProperty("retryAfterMs");
    const body = { error: { code: 429, message: "", details: [{ retryDelay: "34s" }] } };
    expect(errorOfResponse({ status: 429, body }).retryAfterMs).toBe(34_000);
  });
});

describe("an error event", () => {
  test.each([
    [{ type: "error", error: { type: "overloaded_error", message: "Overloaded" } }, "overloaded", true],
    [{ type: "error", error: { type: "api_error", message: "Internal" } }, "server", true],
    [{ error: { message: "boom", type: "server_error" } }, "server", true],
    [{ type: "error", code: "rate_limit_exceeded", message: "slow", sequence_number: 3 }, "rate_limit", true],
    [{ type: "response.failed", response: { error: { code: "server_error", message: "x" } } }, "server", true],
    [{ error: { code: 401, message: "key" } }, "authentication", false],
    [{ error: { type: "invalid_request_error", message: "bad" } }, "invalid_request", false],
    [{ error: "model runner stopped" }, "server", true],
    [{}, "server", true],
  ])("%j is %s", (event, kind, retryable) => {
    expect(errorOfStreamEvent(event)).toMatchObject({ kind, retryable });
    expect(errorOfStreamEvent(event).message).not.toBe("");
  });
});

test("whatever the body is, there is an error with a message, as plain JSON", () => {
  const inner = fc.record(
    {
      message: fc.jsonValue(),
      code: fc.jsonValue(),
      type: fc.jsonValue(),
      details: fc.jsonValue(),
      metadata: fc.jsonValue(),
    },
    { requiredKeys: [] },
  );
  const body = fc.oneof(
    fc.jsonValue(),
    fc.string(),
    fc.record({ error: fc.oneof(inner, fc.jsonValue()), response: fc.record({ error: inner }) }, { requiredKeys: [] }),
  );
  fc.assert(
    fc.property(fc.integer({ min: 400, max: 599 }), body, (status, given) => {
      for (const error of [errorOfResponse({ status, body: given }), errorOfStreamEvent(given)]) {
        expect(error.message).not.toBe("");
        expect(JSON.parse(JSON.stringify(error))).toEqual(error);
      }
    }),
  );
});

describe.skipIf(RECORDINGS === undefined)(`recorded errors ${SKIPPED}`, () => {
  test.each(recordedExchanges((path) => !path.includes("bedrock")).filter(({ status }) => status >= 400))(
    "$name",
    ({ status, headers, body }) => {
      const given = (body as { error: { message: string } }).error;
      const error = errorOfResponse({ status, headers, body });
      expect(error).toMatchObject({ status, retryable: false, message: given.message });
      expect(error.kind).toBe(status === 404 ? "not_found" : "invalid_request");
    },
  );
});
