import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  beginStream,
  CHAT,
  chatEvents,
  json,
  MESSAGE,
  messageEvents,
  startMockUpstream,
  type MockUpstream,
} from "../../test/gateway/mock-upstream.ts";
import { KEY, startTestGateway, type TestGateway } from "../../test/gateway/parts.ts";
import { AUTHORIZED, call, sendBytes } from "../../test/gateway/raw-client.ts";
import { signal } from "../../test/gateway/signal.ts";

let upstream: MockUpstream;
let gateway: TestGateway;

beforeAll(async () => {
  upstream = await startMockUpstream(() => {});
  gateway = await startTestGateway(upstream.url);
});
afterAll(async () => {
  await gateway.close();
  await upstream.close();
});
beforeEach(() => {
  upstream.handler = ({ url }, response) => json(response, url.includes("messages") ? MESSAGE : CHAT);
});

const openai = (more: ConstructorParameters<typeof OpenAI>[0] = {}, url = gateway.url): OpenAI =>
  new OpenAI({ baseURL: `${url}/v1/openai`, apiKey: `${KEY}~sk-x`, maxRetries: 0, ...more });
const anthropic = (more: ConstructorParameters<typeof Anthropic>[0] = {}, url = gateway.url): Anthropic =>
  new Anthropic({ baseURL: `${url}/v1/anthropic`, apiKey: `${KEY}~sk-ant-x`, maxRetries: 0, ...more });
const chat = (client: OpenAI, content = "hi"): Promise<unknown> =>
  client.chat.completions.create({ model: "gpt-4o", messages: [{ role: "user", content }] });
const message = (client: Anthropic, content = "hi"): Promise<unknown> =>
  client.messages.create({ model: "claude-sonnet-4-6", max_tokens: 10, messages: [{ role: "user", content }] });
const failure = async (promise: Promise<unknown>): Promise<unknown> => {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("It did not fail.");
};

describe("both SDKs read", () => {
  test("a wrong key, and none, as an error of authentication", async () => {
    const before = upstream.requests.length;
    for (const apiKey of ["sk-x", "tk_wrong", "tk_ABCD1234_wrong~sk-x"]) {
      expect(await failure(chat(openai({ apiKey })))).toBeInstanceOf(OpenAI.AuthenticationError);
      const error = await failure(message(anthropic({ apiKey })));
      expect(error).toBeInstanceOf(Anthropic.AuthenticationError);
      expect(error).toMatchObject({ status: 401, type: "authentication_error" });
    }
    expect(upstream.requests).toHaveLength(before);
  });

  test("a key of the gateway without one of the provider as an error of authentication", async () => {
    expect(await failure(chat(openai({ apiKey: KEY })))).toMatchObject({ status: 401, code: "tessera_key_invalid" });
  });

  test("a body of 33 MB as too large", async () => {
    const content = "x".repeat(33 * 1024 * 1024);
    expect(await failure(chat(openai(), content))).toMatchObject({ status: 413, code: "tessera_body_too_large" });
    expect(await failure(message(anthropic(), content))).toMatchObject({ status: 413, type: "request_too_large" });
  });

  test("a spend cap that is used up, in one attempt", async () => {
    let reserved = 0;
    const resetsAt = Date.parse("2027-01-01T00:00:00Z");
    await using capped = await startTestGateway(upstream.url, {
      refuseCaps: () => {
        reserved += 1;
        const amounts = { limit: 1_000_000_000_000n, spent: 999_000_000_000n };
        return { refused: true, scope: "workload", window: "day", unit: "usd", ...amounts, resetsAt };
      },
    });
    const before = upstream.requests.length;
    const error = await failure(chat(openai({ maxRetries: 3 }, capped.url)));
    expect(error).toMatchObject({ status: 402, code: "tessera_spend_cap_exceeded", type: "insufficient_quota" });
    expect((error as InstanceType<typeof OpenAI.APIError>).error).toMatchObject({
      scope: "workload",
      window: "day",
      limit: "1.00",
      spent: "0.999",
      resets_at: "2027-01-01T00:00:00.000Z",
    });
    expect(reserved).toBe(1);
    expect(await failure(message(anthropic({ maxRetries: 3 }, capped.url)))).toMatchObject({ type: "billing_error" });
    expect(upstream.requests.length).toBe(before);
    expect(capped.rows.map(({ outcome }) => [outcome.status, outcome.httpStatus])).toEqual([
      ["refused", 402],
      ["refused", 402],
    ]);
  });

  test("a rate limit, and succeed after the wait", async () => {
    let now = Date.now();
    await using limited = await startTestGateway(upstream.url, { key: { rpm: 1 }, now: () => now });
    await chat(openai({}, limited.url));
    now += 59_900;
    const before = await failure(chat(openai({}, limited.url)));
    expect(before).toBeInstanceOf(OpenAI.RateLimitError);
    const { headers } = before as InstanceType<typeof OpenAI.RateLimitError>;
    expect(Number(headers?.get("retry-after"))).toBeLessThanOrEqual(60);
    expect(headers?.get("x-ratelimit-limit-requests")).toBe("1");
    const statuses: number[] = [];
    const asking: typeof fetch = async (...args) => {
      const answer = await fetch(...args);
      statuses.push(answer.status);
      now += 1000;
      return answer;
    };
    expect(await chat(openai({ maxRetries: 5, fetch: asking }, limited.url))).toMatchObject({ id: CHAT.id });
    expect(statuses).toEqual([429, 200]);
  });

  test("an upstream that is down, as an error of the connection to it", async () => {
    await using alone = await startTestGateway("http://127.0.0.1:1");
    expect(await failure(chat(openai({}, alone.url)))).toMatchObject({
      status: 502,
      code: "tessera_upstream_unreachable",
    });
    const error = await failure(message(anthropic({}, alone.url)));
    expect(error).toBeInstanceOf(Anthropic.InternalServerError);
    expect(error).toMatchObject({ status: 502, type: "api_error" });
  });

  test("an upstream's stream that is cut, as an error and not as an end", async () => {
    upstream.handler = ({ url }, response, socket) => {
      beginStream(response);
      const events = url.includes("messages") ? messageEvents(9) : chatEvents(9, true);
      response.write(events.slice(0, 5).join(""), () => setImmediate(() => socket.resetAndDestroy()));
    };
    const messages = [{ role: "user" as const, content: "hi" }];
    const parts: unknown[] = [];
    const readChat = async (): Promise<void> => {
      const stream = await openai().chat.completions.create({ model: "gpt-4o", messages, stream: true });
      for await (const part of stream) parts.push(part);
    };
    const error = await failure(readChat());
    expect(error).toBeInstanceOf(OpenAI.APIError);
    expect(error).toMatchObject({ code: "tessera_upstream_unreachable" });
    expect(parts).toHaveLength(5);
    const read = anthropic().messages.stream({
      model: "c",
      max_tokens: 5,
      messages: [{ role: "user", content: "hi" }],
    });
    expect(await failure(read.finalMessage())).toBeInstanceOf(Anthropic.APIError);
  });

  test("an upstream's own errors as those of the provider", async () => {
    const body = {
      error: { message: "Incorrect API key provided: sk-abcdef123456.", type: "x", code: "invalid_api_key" },
    };
    upstream.handler = (_, response) => json(response, body, 401, { "x-request-id": "req_7" });
    const error = await failure(chat(openai()));
    expect(error).toBeInstanceOf(OpenAI.AuthenticationError);
    expect(error).toMatchObject({ requestID: "req_7", code: "invalid_api_key" });
    expect(gateway.logs.join("\n")).not.toContain("sk-");
  });
});

describe("without asking the upstream, the gateway refuses", () => {
  const chatUrl = (): string => `${gateway.url}/v1/chat/completions`;
  const refused = async (answer: ReturnType<typeof call>): Promise<readonly [number, unknown, unknown]> => {
    const before = upstream.requests.length;
    const { status, body, headers } = await answer;
    expect(upstream.requests.length).toBe(before);
    const { error } = JSON.parse(body.toString()) as {
      readonly error: { readonly code: string; readonly message: string };
    };
    expect(error.message).not.toBe("");
    expect(headers["x-tessera-request-id"]).toMatch(/^tsr_/);
    return [status, error.code, headers["x-should-retry"]];
  };

  test.each([
    "",
    "{",
    "not json",
    "[]",
    '{"model":"x"',
    '{"model":"x"} x',
    `{"a":${"[".repeat(201)}${"]".repeat(201)}}`,
  ])("a body that is no JSON object, or too deep: %#", async (body) => {
    expect(await refused(call(chatUrl(), body))).toEqual([400, "tessera_bad_request", "false"]);
  });

  test.each([
    ["POST", "/v1/audio/speech", 404, "tessera_unknown_route"],
    ["POST", "/v2/chat/completions", 404, "tessera_unknown_route"],
    ["GET", "/v1/chat/completions", 405, "tessera_bad_request"],
    ["PATCH", "/v1/responses/r", 405, "tessera_bad_request"],
    ["POST", "/v1/openai%2Fchat/completions", 400, "tessera_bad_request"],
  ])("%s %s", async (method, path, status, code) => {
    const body = method === "GET" ? undefined : "{}";
    expect(await refused(call(gateway.url + path, body, AUTHORIZED, method))).toEqual([status, code, "false"]);
  });

  test.each([
    ["x-tessera-workload", "has space"],
    ["x-tessera-feature-tag", "f".repeat(257)],
    ["x-tessera-provider", "https://evil.example"],
    ["x-tessera-cache", "sometimes"],
    ["x-tessera-cache-ttl", "a day"],
    ["x-tessera-mechanics", "+m5"],
    ["x-tessera-mechanics", "-m2,-m13"],
    ["x-tessera-do-not-optimize", "yes"],
    ["x-tessera-async-tolerant", ""],
    ["x-tessera-provider", "nobody"],
    ["x-tessera-request-id", "i".repeat(129)],
    ["x-tessera-request-id", "order sk-proj-abcdefgh"],
    ["x-tesserae-agent", "%zz"],
  ])("%s: %s", async (name, value) => {
    const expected = [400, "tessera_bad_request", "false"];
    expect(await refused(call(chatUrl(), '{"model":"m"}', { ...AUTHORIZED, [name]: value }))).toEqual(expected);
  });

  test("what the key may not use", async () => {
    const key = { allowedModels: ["gpt-4o*"], allowedUpstreams: ["openai"] };
    await using limited = await startTestGateway(upstream.url, { key });
    const ask = (path: string, model: string, headers = {}) =>
      refused(call(limited.url + path, JSON.stringify({ model }), { ...AUTHORIZED, ...headers }));
    const expected = [403, "tessera_not_allowed", "false"];
    expect(await ask("/v1/chat/completions", "o3")).toEqual(expected);
    expect(await ask("/v1/compatible/chat/completions", "gpt-4o")).toEqual(expected);
    expect(await ask("/v1/chat/completions", "gpt-4o", { "x-tessera-workload": "forbidden" })).toEqual(expected);
    expect((await call(`${limited.url}/v1/chat/completions`, '{"model":"gpt-4o-mini"}')).status).toBe(200);
  });

  const request = (lines: readonly string[], body = '{"model":"m"}'): string =>
    [
      "POST /v1/chat/completions HTTP/1.1",
      "Host: x",
      "Connection: close",
      `X-Tessera-Api-Key: ${KEY}`,
      ...lines,
      "",
      body,
    ].join("\r\n");
  const length = "Content-Length: 13";

  test.each([
    ["two credentials", [length, "Authorization: Bearer a", "Authorization: Bearer b"]],
    ["two keys of the gateway", [length, `X-Tessera-Key: ${KEY}`]],
    ["a length and chunks", [length, "Transfer-Encoding: chunked"]],
    ["chunks that are no chunks", ["Transfer-Encoding: chunked, identity"]],
    ["two lengths", [length, "Content-Length: 14"]],
    ["a folded header", [length, "X-Tessera-Feature-Tag: a\r\n b"]],
    ["a bare line feed in a header", [length, "X-Tessera-Feature-Tag: a\nX-Evil: 1\u0000"]],
    ["a NUL in a header", [length, "X-Tessera-Feature-Tag: a\u0000b"]],
    ["a space before the colon", [length, "X-Tessera-Feature-Tag : a"]],
    ["two hosts", [length, "Host: y"]],
  ])("smuggled headers: %s", async (_, lines) => {
    const before = upstream.requests.length;
    const answer = await sendBytes(gateway.url, request(lines));
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain("tessera_bad_request");
    expect(upstream.requests.length).toBe(before);
  });

  test("a request without a host, unless it is of HTTP/1.0, which knows none", async () => {
    const hostless = request([length]).replace("Host: x\r\n", "");
    const [head = "", body = ""] = (await sendBytes(gateway.url, hostless)).split("\r\n\r\n");
    expect(head).toMatch(/^HTTP\/1\.1 400 [^]*x-should-retry: false/);
    expect(JSON.parse(body)).toMatchObject({
      error: { code: "tessera_bad_request", message: expect.stringContaining("host") as string },
    });
    expect(await sendBytes(gateway.url, hostless.replace("HTTP/1.1", "HTTP/1.0"))).toMatch(/^HTTP\/1\.1 200 /);
  });

  test("a tunnel", async () => {
    const tunnel = "CONNECT api.openai.com:443 HTTP/1.1\r\nHost: api.openai.com:443\r\n\r\n";
    const [head = "", body = ""] = (await sendBytes(gateway.url, tunnel)).split("\r\n\r\n");
    expect(head).toMatch(/^HTTP\/1\.1 405 [^]*x-should-retry: false\r\nallow: [^]*connection: close/);
    expect(JSON.parse(body)).toMatchObject({ type: "error", error: { code: "tessera_bad_request" } });
    // One behind a request that is not answered yet ends the connection, and harms nobody else.
    await sendBytes(gateway.url, request([length]).replace("Connection: close\r\n", "") + tunnel);
    expect((await call(chatUrl(), '{"model":"m"}')).status).toBe(200);
  });

  test.each(["/v1/openai/../secret", "/v1/openai/%2e%2e/secret", "/v1//messages", "/v1/openai\\..\\x"])(
    "a path that others could read in another way: %s",
    async (path) => {
      const bytes = request([length]).replace("/v1/chat/completions", path);
      expect(await sendBytes(gateway.url, bytes)).toMatch(/^HTTP\/1\.1 400 [^]*tessera_bad_request/);
    },
  );

  test("ten megabytes of brackets, at their 201st", async () => {
    expect(await refused(call(chatUrl(), `{"a":${"[".repeat(10_000_000)}`))).toEqual([
      400,
      "tessera_bad_request",
      "false",
    ]);
  });

  test("everything, while it shuts down", async () => {
    const closing = await startTestGateway(upstream.url);
    const asked = signal();
    const finish = signal();
    upstream.handler = (_, response) => {
      asked.resolve();
      void finish.promise.then(() => json(response, CHAT));
    };
    const flying = call(`${closing.url}/v1/chat/completions`, '{"model":"m"}');
    await asked.promise;
    const closed = closing.close();
    finish.resolve();
    expect((await flying).status).toBe(200);
    await closed;
    await expect(call(`${closing.url}/healthz`)).rejects.toThrow(/ECONNREFUSED/);
  });
});

test("it ends as soon as its requests have, though clients keep their connections", async () => {
  const closing = await startTestGateway(upstream.url, { settings: { timeouts: { drain: 3_600_000 } } });
  await chat(openai({}, closing.url));
  await closing.close();
});

test("a defect of the gateway's own ends the request that met it, and no other", async () => {
  const warnings: string[] = [];
  const onWarning = (warning: Error): number => warnings.push(warning.message);
  process.on("warning", onWarning);
  try {
    const log = (): never => {
      throw new Error("The log burst.");
    };
    await using broken = await startTestGateway(upstream.url, { settings: { log } });
    expect(await failure(chat(openai({}, broken.url)))).toMatchObject({ status: 500, code: "tessera_internal" });
    upstream.handler = (_, response) => {
      beginStream(response);
      response.end(chatEvents(2, true).join(""));
    };
    const url = `${broken.url}/v1/chat/completions`;
    const answer = await call(url, '{"model":"m","stream":true,"stream_options":{"include_usage":true}}');
    expect(answer.body.toString()).toBe(chatEvents(2, true).join(""));
    expect(warnings).toEqual(["The log burst.", "The log burst."]);
  } finally {
    process.off("warning", onWarning);
  }
});

test("paths nobody knows are passed on where the settings say so", async () => {
  await using open = await startTestGateway(upstream.url, { settings: { passthroughUnknown: true } });
  upstream.handler = ({ body }, response) => {
    response.writeHead(200, { "content-type": "application/octet-stream" });
    response.end(body);
  };
  const bytes = Buffer.from([0, 255, 10, 13, 0]);
  const answer = await call(`${open.url}/v1/openai/files`, bytes);
  expect(answer.body.equals(bytes)).toBe(true);
  expect(open.rows[0]?.outcome).toMatchObject({ usage: null, status: "complete" });
});

test("whether it lives is told without a key", async () => {
  let isReady = true;
  await using fresh = await startTestGateway(upstream.url, { isReady: () => isReady });
  const ask = async (path: string) => {
    const { status, body } = await call(fresh.url + path, undefined, {});
    return [status, body.toString()] as const;
  };
  expect(await ask("/healthz")).toEqual([200, "ok"]);
  expect(JSON.parse((await ask("/health"))[1])).toMatchObject({ status: "ok", version: "0.1.0" });
  expect((await ask("/readyz"))[0]).toBe(200);
  isReady = false;
  expect((await ask("/readyz"))[0]).toBe(503);
});

describe("what a caller calls its request", () => {
  const body = JSON.stringify({ model: "gpt-4o", messages: [] });
  const called = (name: string, path = "/v1/chat/completions", more = AUTHORIZED): ReturnType<typeof call> =>
    call(`${gateway.url}${path}`, body, { ...more, "x-tessera-request-id": name });

  test("is echoed and in the books, also where the request is refused", async () => {
    const { status, headers } = await called("order 7/u");
    expect([status, headers["x-tessera-caller-request-id"]]).toEqual([200, "order 7/u"]);
    expect(gateway.rows.at(-1)?.exchange.callerId).toBe("order 7/u");
    expect((await called("x".repeat(128))).status).toBe(200);
    for (const [path, more, status] of [
      ["/v1/nothing", AUTHORIZED, 404],
      ["/v1/chat/completions", { "content-type": "application/json" }, 401],
    ] as const) {
      const refused = await called("mine", path, more);
      expect([refused.status, refused.headers["x-tessera-caller-request-id"]]).toEqual([status, "mine"]);
    }
  });

  test.each([["x".repeat(129)], [""], ["\u00fc"], ["a\tb"]])("is refused as %j", async (name) => {
    const before = gateway.rows.length;
    const { status, headers, body: answer } = await called(name);
    expect([status, headers["x-should-retry"], headers["x-tessera-caller-request-id"]]).toEqual([
      400,
      "false",
      undefined,
    ]);
    expect(JSON.parse(String(answer))).toMatchObject({ error: { code: "tessera_bad_request" } });
    expect(gateway.rows.length).toBe(before);
  });
});
