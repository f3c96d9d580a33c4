import { CancelledError, ERROR_CODES, isTesseraeError, ValueError } from "@tesserae/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { json } from "../testing/test-reply.ts";
import { startTestServer, type TestServer } from "../testing/test-server.ts";
import { HttpTransport } from "../transport/http-transport.ts";
import { type TryRecord, withRetries } from "../transport/retry.ts";
import { ModelClientError, modelErrorOfResponse, modelErrorOfThrown } from "./model-client-error.ts";

const CONTEXT = { provider: "OpenAI", keyVariable: "OPENAI_API_KEY" };

let server: TestServer;
let transport: HttpTransport;

beforeEach(async () => {
  server = await startTestServer(() => json({ ok: true }));
  transport = new HttpTransport();
});

afterEach(async () => {
  await transport.close();
  await server.close();
});

/** One call as a client makes it. */
async function call(index = 0, signal?: AbortSignal): Promise<string> {
  try {
    const headers = { "x-stainless-retry-count": String(index) };
    const response = await transport.send({ url: `${server.url}/v1/chat?key=secret`, body: "{}", headers, signal });
    if (response.status >= 300) throw await modelErrorOfResponse(response, CONTEXT);
    return await response.text();
  } catch (error) {
    throw modelErrorOfThrown(error, CONTEXT);
  }
}

async function failure(): Promise<ModelClientError> {
  const error: unknown = await call().catch((thrown: unknown) => thrown);
  if (!(error instanceof ModelClientError)) throw new Error(`no ModelClientError: ${String(error)}`);
  return error;
}

describe("a response that reports an error", () => {
  test.each([
    [401, { error: { message: "Incorrect key", code: "invalid_api_key" } }, "ERR_MODEL_AUTHENTICATION", false],
    [403, { error: { message: "Not yours" } }, "ERR_MODEL_PERMISSION", false],
    [404, { error: { message: "No such model", code: "model_not_found" } }, "ERR_MODEL_NOT_FOUND", false],
    [400, { error: { message: "bad" } }, "ERR_MODEL_INVALID_REQUEST", false],
    [400, { error: { message: "long", code: "context_length_exceeded" } }, "ERR_MODEL_CONTEXT_LENGTH", false],
    [413, { error: { message: "big" } }, "ERR_MODEL_REQUEST_TOO_LARGE", false],
    [400, { error: { message: "no", code: "content_filter" } }, "ERR_MODEL_CONTENT_FILTER", false],
    [429, { error: { message: "slow" } }, "ERR_MODEL_RATE_LIMIT", true],
    [429, { error: { message: "pay", code: "insufficient_quota" } }, "ERR_MODEL_QUOTA", false],
    [529, { type: "error", error: { type: "overloaded_error", message: "busy" } }, "ERR_MODEL_OVERLOADED", true],
    [409, { error: { message: "locked" } }, "ERR_MODEL_CONFLICT", true],
    [500, "<html>oops</html>", "ERR_MODEL_SERVER", true],
    [408, {}, "ERR_MODEL_TIMEOUT", true],
    [301, "", "ERR_MODEL_FAILED", false],
  ])("%d %j is %s, retryable %s", async (status, body, code, retryable) => {
    server.next({ type: "body", status, body, headers: { "x-request-id": "req_7" } });
    const error = await failure();
    expect(error).toMatchObject({ code, status, retryable, provider: "OpenAI", requestId: "req_7" });
    expect(error.message).toContain(`OpenAI (HTTP ${status}): `);
    expect(isTesseraeError(error)).toBe(true);
    expect(ERROR_CODES).toHaveProperty(error.code);
  });

  test.each([401, 403])("%d names the option and the variable in which the key was looked for", async (status) => {
    server.next(json({ error: { message: "No key" } }, { status }));
    const { message } = await failure();
    expect(message).toMatch(/No key\. .*apiKey.*OPENAI_API_KEY/);
  });

  test("others do not speak of keys", async () => {
    server.next(json({ error: { message: "Oh!" } }, { status: 500 }));
    expect((await failure()).message).toBe("OpenAI (HTTP 500): Oh!");
  });

  test("keeps the provider's own code and the wait it asks for", async () => {
    const headers = { "retry-after-ms": "1500" };
    server.next({
      type: "body",
      status: 429,
      headers,
      body: { error: { message: "slow", code: "rate_limit_exceeded" } },
    });
    expect(await failure()).toMatchObject({ providerCode: "rate_limit_exceeded", retryAfterMs: 1500 });
  });

  test("whose explanation breaks off is still told by its status", async () => {
    server.next({ type: "cut", reply: json({ error: "long explanation" }, { status: 503 }), afterBytes: 5 });
    expect(await failure()).toMatchObject({ code: "ERR_MODEL_OVERLOADED", status: 503, retryable: true });
  });
});

describe("what a transport throws", () => {
  test("no connection, without the query of the address", async () => {
    await server.close();
    const error = await failure();
    expect(error).toMatchObject({ code: "ERR_MODEL_CONNECTION", status: undefined, retryable: true });
    expect(error.cause).toMatchObject({ code: "ERR_HTTP_CONNECTION" });
    expect(error.message).not.toContain("secret");
  });

  test("a broken answer, and one that is no HTTP", async () => {
    server.next({ type: "cut", reply: json({ text: "long" }), afterBytes: 5 });
    expect(await failure()).toMatchObject({ code: "ERR_MODEL_STREAM_CUT", retryable: true });
    server.next({ type: "garbage", bytes: "nonsense" });
    expect(await failure()).toMatchObject({ code: "ERR_MODEL_MALFORMED_ANSWER" });
  });

  test("errors of a foreign transport are read too", () => {
    const error = modelErrorOfThrown(Object.assign(new Error("boom"), { code: "ETIMEDOUT" }), CONTEXT);
    expect(error).toMatchObject({ code: "ERR_MODEL_TIMEOUT", retryable: true });
  });

  test("an abort, a bad argument and a finished error stay what they are", async () => {
    const finished = await modelErrorOfResponse(await transport.send({ url: server.url }), CONTEXT);
    for (const error of [new CancelledError(), new ValueError("bad"), finished]) {
      expect(modelErrorOfThrown(error, CONTEXT)).toBe(error);
    }
  });
});

describe("with retries", () => {
  test("is asked again as the provider says, with the count of the tries in the header", async () => {
    const headers = { "retry-after-ms": "1" };
    server.next({ type: "body", status: 429, headers }, { type: "body", status: 500, headers });
    const tries: TryRecord[] = [];
    expect(await withRetries({}, call, { onTry: (record) => tries.push(record) })).toBe('{"ok":true}');
    expect(server.requests.map((request) => request.headers["x-stainless-retry-count"])).toEqual(["0", "1", "2"]);
    expect(tries.map(({ outcome, status, delayMs }) => [outcome, status, delayMs])).toEqual([
      ["failed", 429, 1],
      ["failed", 500, 1],
      ["ok", undefined, undefined],
    ]);
  });

  test("x-should-retry overrides the status, both ways", async () => {
    server.next({ type: "body", status: 500, headers: { "x-should-retry": "false" } });
    await expect(withRetries({}, call)).rejects.toMatchObject({ code: "ERR_MODEL_SERVER", retryable: false });
    expect(server.requests).toHaveLength(1);
    server.next({ type: "body", status: 400, headers: { "x-should-retry": "true", "retry-after-ms": "1" } });
    expect(await withRetries({}, call)).toBe('{"ok":true}');
  });

  test("a connection that breaks is tried again; the last error carries every try", async () => {
    const reset = { type: "reset", when: "before-headers" } as const;
    server.next(reset, reset, reset);
    const clock = { now: () => 0, sleep: () => Promise.resolve() };
    const error: unknown = await withRetries({}, call, { clock }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "ERR_MODEL_CONNECTION", tries: [{ index: 0 }, { index: 1 }, { index: 2 }] });
  });

  test("nothing is asked for again once a stream was handed over", async () => {
    server.next({ type: "cut", reply: { type: "events", events: ["one", "two"] }, afterBytes: 13 });
    const response = await withRetries({}, () => transport.send({ url: server.url, body: "{}" }));
    const read = async (): Promise<void> => {
      for await (const _batch of response.batches());
    };
    const error = await read().catch((thrown: unknown) => modelErrorOfThrown(thrown, CONTEXT));
    expect(error).toMatchObject({ code: "ERR_MODEL_STREAM_CUT" });
    expect(server.requests).toHaveLength(1);
  });
});
