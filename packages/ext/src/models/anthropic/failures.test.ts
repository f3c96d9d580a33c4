import { inspect } from "node:util";
import { CancelledError, dumpComponent, UserMessage, type CreateResult } from "@tesserae/core";
import { afterEach, describe, expect, test } from "vitest";
import { failure, message, reply, setUp } from "../../../test/anthropic-server.ts";
import { json, type TestReply, type TestStream } from "../../testing/test-reply.ts";
import type { Transport } from "../../transport/types.ts";
import { ModelClientError } from "../model-client-error.ts";
import { AnthropicChatCompletionClient } from "./anthropic-chat-completion-client.ts";

const QUESTION = [UserMessage({ content: "Hi", source: "user" })];
const OK = message("Hello");

let set: Awaited<ReturnType<typeof setUp>> | undefined;
afterEach(async () => {
  await set?.client.close();
  await set?.server.close();
  set = undefined;
});

async function started(...replies: readonly TestReply[]): Promise<NonNullable<typeof set>> {
  set = await setUp([OK]);
  set.server.next(...replies);
  return set;
}

async function collect(client: AnthropicChatCompletionClient, signal?: AbortSignal): Promise<CreateResult | undefined> {
  let result: CreateResult | undefined;
  for await (const item of client.createStream(QUESTION, { signal })) if (typeof item !== "string") result = item;
  return result;
}

const ASK = [
  ["create", (client: AnthropicChatCompletionClient, signal?: AbortSignal) => client.create(QUESTION, { signal })],
  ["createStream", collect],
] as const;

describe.each(ASK)("%s", (_, ask) => {
  test("a key that the provider repeats is masked; the path goes before the query of an address", async () => {
    set = await setUp([OK]);
    set.server.next(failure(401, "authentication_error", "invalid x-api-key: sk-ant-0123, or key s3cret-42"));
    const baseUrl = `${set.server.url}/v1/?key=s3cret-42`;
    const client = new AnthropicChatCompletionClient({
      model: "claude-sonnet-4-6",
      apiKey: "sk-ant-0123",
      baseUrl,
    });
    const error: unknown = await ask(client).catch((thrown: unknown) => thrown);
    await client.close();
    expect(String(error)).toContain("invalid x-api-key: **********, or key **********.");
    expect(inspect(error, { depth: 9, showHidden: true })).not.toMatch(/sk-ant-0123|s3cret-42/);
    expect(set.server.requests[0]?.path).toBe("/v1/messages?key=s3cret-42");
    expect(dumpComponent(client).config).toMatchObject({
      base_url: `${set.server.url}/v1/?key=**********`,
    });
    const masked = { model: "claude-sonnet-4-6", baseUrl: "http://u:**********@host" };
    expect(() => new AnthropicChatCompletionClient(masked)).toThrow(/baseUrl is masked/);
  });

  test.each([
    [401, "authentication_error", "ERR_MODEL_AUTHENTICATION"],
    [403, "permission_error", "ERR_MODEL_PERMISSION"],
    [404, "not_found_error", "ERR_MODEL_NOT_FOUND"],
    [400, "invalid_request_error", "ERR_MODEL_INVALID_REQUEST"],
    [413, "request_too_large", "ERR_MODEL_REQUEST_TOO_LARGE"],
  ])("HTTP %i (%s) fails at once with %s", async (status, type, code) => {
    const { client, server } = await started(failure(status, type));
    await expect(ask(client)).rejects.toMatchObject({ name: "ModelClientError", code, status, provider: "Anthropic" });
    expect(server.requests).toHaveLength(1);
  });

  test.each([
    [429, "rate_limit_error", "ERR_MODEL_RATE_LIMIT"],
    [529, "overloaded_error", "ERR_MODEL_OVERLOADED"],
    [500, "api_error", "ERR_MODEL_SERVER"],
  ])("HTTP %i (%s) is tried twice more, then fails with %s", async (status, type, code) => {
    const hint = { "retry-after-ms": "1" };
    const { client, server } = await started(...Array.from({ length: 3 }, () => failure(status, type, "busy", hint)));
    const error = await ask(client).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ModelClientError);
    expect(error).toMatchObject({ code, status, requestId: "req_1", retryable: true });
    expect((error as ModelClientError).tries.map((tried) => tried.delayMs)).toEqual([1, 1, undefined]);
    expect(server.requests).toHaveLength(3);
    expect((await ask(client))?.content).toBe("Hello");
  });

  test("a connection that breaks before the answer is tried again", async () => {
    const { client, server } = await started(
      { type: "reset", when: "before-headers" },
      failure(529, "overloaded_error"),
    );
    expect((await ask(client))?.content).toBe("Hello");
    expect(server.requests).toHaveLength(3);
  });

  test("what is aborted before it begins sends nothing", async () => {
    const { client, server } = await started();
    await expect(ask(client, AbortSignal.abort("enough"))).rejects.toThrow(CancelledError);
    expect(server.requests).toHaveLength(0);
  });

  test("an abort while the provider thinks closes the connection", async () => {
    const { client, server } = await started({ type: "stall" });
    const controller = new AbortController();
    const asked = ask(client, controller.signal);
    await server.until(() => server.requests.length === 1);
    controller.abort();
    await expect(asked).rejects.toThrow(CancelledError);
    await server.until(() => server.openConnections === 0);
  });

  test("a closed client refuses", async () => {
    const { client } = await started();
    await client.close();
    await expect(ask(client)).rejects.toThrow(/closed/);
  });
});

test("a refused key: the message names the variable", async () => {
  const { client } = await started(failure(401, "authentication_error", "invalid x-api-key"));
  await expect(client.create(QUESTION)).rejects.toThrow(/invalid x-api-key.*ANTHROPIC_API_KEY/);
});

test("without a key the provider's own address is not asked; another address may need none", async () => {
  const alone = new AnthropicChatCompletionClient({ model: "claude-sonnet-4-6", environment: {} });
  await expect(alone.create(QUESTION)).rejects.toMatchObject({ code: "ERR_MODEL_AUTHENTICATION" });
  await expect(alone.create(QUESTION)).rejects.toThrow(/ANTHROPIC_API_KEY/);
  const { server } = await started();
  const options = { model: "claude-sonnet-4-6", environment: { ANTHROPIC_BASE_URL: `${server.url}/v1/` } };
  const local = new AnthropicChatCompletionClient(options);
  expect((await local.create(QUESTION)).content).toBe("Hello");
  const keyed = { ...options.environment, ANTHROPIC_API_KEY: "from-env" };
  const other = new AnthropicChatCompletionClient({ ...options, environment: keyed });
  await other.create(QUESTION);
  expect(server.requests.map(({ path, headers }) => [path, headers["x-api-key"]])).toEqual([
    ["/v1/messages", undefined],
    ["/v1/messages", "from-env"],
  ]);
  await local.close();
  await other.close();
});

test("how often to try may be said with the pauses, and by itself", async () => {
  for (const [options, tries] of [
    [{ retry: { maxRetries: 0 } }, 1],
    [{ retry: { maxRetries: 0, initialDelayMs: 1 }, maxRetries: 1 }, 2],
  ] as const) {
    const tried = await setUp(() => failure(500, "api_error"), options);
    await expect(tried.client.create(QUESTION)).rejects.toMatchObject({ code: "ERR_MODEL_SERVER" });
    expect(tried.server.requests).toHaveLength(tries);
    await tried.client.close();
    await tried.server.close();
  }
});

test.each([
  ["text", { type: "body", body: "<html>" }],
  ["nothing", { type: "body" }],
  ["a list", json([1])],
  ["another object", json({ choices: [] })],
] as [string, TestReply][])("%s in place of a message is a malformed answer", async (_, given) => {
  const { client, server } = await started(given);
  await expect(client.create(QUESTION)).rejects.toMatchObject({ code: "ERR_MODEL_MALFORMED_ANSWER" });
  expect(server.requests).toHaveLength(1);
});

test("an error in place of an answer with status 200 is that error, and tried again like it", async () => {
  const error = (type: string): TestReply => json({ type: "error", error: { type, message: "no" } });
  const { client, server } = await started(error("overloaded_error"), error("invalid_request_error"));
  await expect(client.create(QUESTION)).rejects.toMatchObject({ code: "ERR_MODEL_INVALID_REQUEST" });
  expect(server.requests).toHaveLength(2);
});

test("the time limit is in seconds, of the client or of a call", async () => {
  const limits: unknown[] = [];
  const transport: Transport = {
    send: ({ firstByteTimeoutMs, idleTimeoutMs }) => {
      limits.push([firstByteTimeoutMs, idleTimeoutMs]);
      return Promise.reject(new CancelledError());
    },
    close: () => Promise.resolve(),
  };
  const limited = (timeout?: number | null): AnthropicChatCompletionClient =>
    new AnthropicChatCompletionClient({ model: "claude-sonnet-4-6", apiKey: "k", transport, timeout });
  for (const client of [limited(), limited(5), limited(0.25), limited(null)]) {
    await expect(client.create(QUESTION)).rejects.toThrow(CancelledError);
  }
  await expect(limited(5).create(QUESTION, { extraCreateArgs: { timeout: 7 } })).rejects.toThrow(CancelledError);
  const each = [600_000, 5000, 250, undefined, 7000];
  expect(limits).toEqual(each.map((limit) => [limit, limit]));
});

describe("a stream", () => {
  const whole = reply(message("one two three four"), true);

  test("that is cut fails after what came, and is not asked for again", async () => {
    if (whole.type !== "events") throw new Error("no stream");
    const { client, server } = await started({ type: "cut", afterBytes: 700, reply: whole });
    const items: unknown[] = [];
    const reading = (async () => {
      for await (const item of client.createStream(QUESTION)) items.push(item);
    })();
    await expect(reading).rejects.toMatchObject({ code: "ERR_MODEL_STREAM_CUT" });
    expect(items.length).toBeGreaterThan(0);
    expect(items.every((item) => typeof item === "string")).toBe(true);
    expect(server.requests).toHaveLength(1);
    expect(client.totalUsage()).toEqual({ promptTokens: 0, completionTokens: 0 });
  });

  test("that ends politely before its stop reason is cut too", async () => {
    if (whole.type !== "events") throw new Error("no stream");
    const { client } = await started({ ...whole, events: whole.events.slice(0, -2) });
    await expect(collect(client)).rejects.toMatchObject({ code: "ERR_MODEL_STREAM_CUT" });
  });

  test("with an error event fails with that error", async () => {
    if (whole.type !== "events") throw new Error("no stream");
    const error = {
      event: "error",
      data: { type: "error", error: { type: "overloaded_error", message: "Overloaded" } },
    };
    const { client } = await started({ ...whole, events: [...whole.events.slice(0, 4), error] });
    await expect(collect(client)).rejects.toMatchObject({ code: "ERR_MODEL_OVERLOADED" });
  });

  test("that is aborted in the middle gives no result, and its connection is closed", async () => {
    if (whole.type !== "events") throw new Error("no stream");
    const first = whole.events.slice(0, 5);
    const write = async (stream: TestStream): Promise<void> => {
      for (const event of first) await stream.event(event);
      await stream.whenClosed;
    };
    const { client, server } = await started({ type: "stream", write });
    const controller = new AbortController();
    const items: unknown[] = [];
    const reading = (async () => {
      for await (const item of client.createStream(QUESTION, { signal: controller.signal })) {
        items.push(item);
        controller.abort();
      }
    })();
    await expect(reading).rejects.toThrow(CancelledError);
    expect(items).toHaveLength(1);
    await server.until(() => server.openConnections === 0);
  });

  test("that is left early closes its connection", async () => {
    if (whole.type !== "events") throw new Error("no stream");
    const first = whole.events.slice(0, 5);
    const write = async (stream: TestStream): Promise<void> => {
      for (const event of first) await stream.event(event);
      await stream.whenClosed;
    };
    const { client, server } = await started({ type: "stream", write });
    for await (const item of client.createStream(QUESTION)) {
      expect(typeof item).toBe("string");
      break;
    }
    await server.until(() => server.openConnections === 0);
  });
});
