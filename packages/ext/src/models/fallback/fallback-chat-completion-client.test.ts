import { CancelledError, ValueError } from "@tesserae/core";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { message, setUp } from "../../../test/anthropic-server.ts";
import { completion, HELLO, type OpenAIFixture } from "../../testing/openai-fixture.ts";
import { json, type TestReply } from "../../testing/test-reply.ts";
import { ModelClientError } from "../model-client-error.ts";
import { ReplayChatCompletionClient } from "../replay/index.ts";
import { FallbackChatCompletionClient } from "./fallback-chat-completion-client.ts";
import type { FallbackOptions } from "./options.ts";
import { down, thrown, TwoServers, type Pair } from "./testing/two-servers.ts";

let servers: TwoServers;
let first: OpenAIFixture;
let second: OpenAIFixture;
beforeEach(async () => {
  servers = await TwoServers.start();
  ({ first, second } = servers);
});
afterEach(async () => {
  vi.useRealTimers();
  await servers.close();
});

const pair = (options?: Partial<FallbackOptions>): Pair => servers.pair(options);

describe("a call", () => {
  test("is the first client's as long as it answers", async () => {
    const { client, switches } = pair();
    first.server.next(completion({ content: "one" }));
    expect((await client.create(HELLO)).content).toBe("one");
    expect(second.server.requests).toEqual([]);
    expect(switches).toEqual([]);
  });

  test("goes to the second when the first is down, and the caller sees one result", async () => {
    const { client, two, switches } = pair();
    first.server.next(down());
    const usage = { prompt_tokens: 10, completion_tokens: 4, total_tokens: 14 };
    second.server.next(completion({ content: "two" }, { usage }));
    const result = await client.create(HELLO);
    expect(result).toMatchObject({ content: "two", usage: { promptTokens: 10, completionTokens: 4 } });
    expect(result.cost).toBe(two.cost(result.usage));
    expect(result.cost).toBeGreaterThan(0);
    expect(switches).toMatchObject([
      { from: "gpt-4o", to: "gpt-4o-mini", reason: expect.stringContaining("out of order"), error: { status: 503 } },
    ]);
    expect(client.totalUsage()).toEqual({ promptTokens: 10, completionTokens: 4 });
    expect(client.actualUsage()).toEqual(client.totalUsage());
  });

  test("crosses from one provider to another", async () => {
    const anthropic = await setUp([message("from Claude")]);
    onTestFinished(async () => {
      await anthropic.client.close();
      await anthropic.server.close();
    });
    const client = new FallbackChatCompletionClient({
      clients: [first.client({ maxRetries: 0 }), anthropic.client],
    });
    first.server.next(down(529));
    expect((await client.create(HELLO)).content).toBe("from Claude");
    expect(client.provider).toBe("fallback");
  });

  test("fails with one error that lists both when all are down", async () => {
    const { client } = pair();
    first.server.next(down(500));
    second.server.next(down(429));
    const error = await thrown(client.create(HELLO));
    expect(error).toBeInstanceOf(ModelClientError);
    expect(error).toMatchObject({
      code: "ERR_MODEL_RATE_LIMIT",
      status: 429,
      kind: "rate_limit",
      message: expect.stringMatching(/gpt-4o: .*HTTP 500.* gpt-4o-mini: .*HTTP 429/),
      cause: [{ status: 500 }, { status: 429 }],
    });
  });

  test.each([400, 401, 403, 404, 422])(
    "is not made again for a %d, whose error is handed on as it is",
    async (status) => {
      const { client, switches } = pair();
      first.server.next(down(status));
      const error = await thrown(client.create(HELLO));
      expect(error).toMatchObject({ status });
      expect(String(error)).not.toContain("none of the models");
      expect(second.server.requests).toEqual([]);
      expect(switches).toEqual([]);
    },
  );

  test.each([408, 429, 500, 502, 503, 529])("is made again for a %d", async (status) => {
    const { client } = pair();
    first.server.next(down(status));
    second.server.next(completion({ content: "two" }));
    expect((await client.create(HELLO)).content).toBe("two");
  });

  test.each<[string, TestReply]>([
    ["a connection that is refused before an answer", { type: "reset", when: "before-headers" }],
    ["an answer that breaks off", { type: "cut", afterBytes: 20, reply: completion({ content: "one" }) }],
  ])("is made again for %s", async (_, reply) => {
    const { client } = pair();
    first.server.next(reply);
    second.server.next(completion({ content: "two" }));
    expect((await client.create(HELLO)).content).toBe("two");
  });

  test("is made again when no answer comes in time", async () => {
    const slow = first.client({ maxRetries: 0, timeout: 0.05 });
    const client = new FallbackChatCompletionClient({ clients: [slow, second.client()] });
    first.server.next({ type: "stall" });
    second.server.next(completion({ content: "two" }));
    expect((await client.create(HELLO)).content).toBe("two");
  });

  test.each<[FallbackOptions["on"], number]>([
    [[401], 401],
    [["authentication"], 401],
    [["4xx"], 404],
    [["context_length", "invalid_request"], 400],
  ])("with on: %j goes on after a %d, and no longer after a 503", async (on, status) => {
    const { client } = pair({ on, cooldownSeconds: 0 });
    first.server.next(down(status));
    second.server.next(completion({ content: "two" }));
    expect((await client.create(HELLO)).content).toBe("two");
    first.server.next(down(503));
    expect(await thrown(client.create(HELLO))).toMatchObject({ status: 503 });
  });

  test("keeps the errors before one that ends it", async () => {
    const { client } = pair();
    first.server.next(down(503));
    second.server.next(down(400));
    expect(await thrown(client.create(HELLO))).toMatchObject({
      code: "ERR_MODEL_INVALID_REQUEST",
      cause: [{ status: 503 }, { status: 400 }],
    });
  });

  test("asks a client as often as it is told", async () => {
    const { client, switches } = pair({ attemptsPerClient: 2 });
    first.server.next(down(), down());
    second.server.next(down(), completion({ content: "at last" }));
    expect((await client.create(HELLO)).content).toBe("at last");
    expect(switches.length).toBe(1);
    expect([first.server.requests.length, second.server.requests.length]).toEqual([2, 2]);
  });

  test("is over at once when it is cancelled: nobody else is asked", async () => {
    const { client, switches } = pair();
    const leaving = new AbortController();
    first.server.next({ type: "stall" });
    const call = client.create(HELLO, { signal: leaving.signal });
    await first.server.until(() => first.server.requests.length === 1);
    leaving.abort();
    expect(await thrown(call)).toBeInstanceOf(CancelledError);
    expect(second.server.requests).toEqual([]);
    expect(switches).toEqual([]);
    expect(await thrown(client.create(HELLO, { signal: leaving.signal }))).toBeInstanceOf(CancelledError);
    expect(first.server.requests.length).toBe(1);
  });

  test("an error of the program's own goes to no other client", async () => {
    const replay = new ReplayChatCompletionClient({ chatCompletions: [] });
    const client = new FallbackChatCompletionClient({ clients: [replay, second.client()] });
    expect(await thrown(client.create(HELLO))).toBeInstanceOf(ValueError);
    expect(second.server.requests).toEqual([]);
  });

  test.each<[string, object, boolean]>([
    ["a status on the error of a vendor's SDK", { status: 503 }, true],
    ["another spelling of it", { statusCode: 429 }, true],
    ["a 400", { status: 400 }, false],
    ["a code of the system", { code: "ECONNREFUSED" }, true],
    ["its cause has it", { cause: Object.assign(new Error("connect"), { code: "UND_ERR_CONNECT_TIMEOUT" }) }, true],
    ["a mistake in the client", {}, false],
    ["a mistake with a code of Node's", { code: "ERR_INVALID_ARG_TYPE" }, false],
    ["an abort", { name: "AbortError" }, false],
  ])("of somebody else's client: %s", async (_, parts, isMadeAgain) => {
    const other = new ReplayChatCompletionClient({ chatCompletions: ["never"] });
    other.create = () => Promise.reject(Object.assign(new Error("failed"), parts));
    const backup = new ReplayChatCompletionClient({ chatCompletions: ["two"] });
    const client = new FallbackChatCompletionClient({ clients: [other, backup] });
    const outcome = await client.create(HELLO).then(({ content }) => content, String);
    expect(outcome === "two").toBe(isMadeAgain);
  });
});

describe("a client that failed", () => {
  test("is asked after the other for 30 seconds, then first again", async () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    const { client } = pair();
    first.server.next(down());
    second.server.next(completion({ content: "two" }), completion({ content: "two" }));
    await client.create(HELLO);
    vi.advanceTimersByTime(29_999);
    expect((await client.create(HELLO)).content).toBe("two");
    expect(first.server.requests.length).toBe(1);
    vi.advanceTimersByTime(1);
    first.server.next(completion({ content: "one" }));
    expect((await client.create(HELLO)).content).toBe("one");
  });

  test("rests as long as its provider asks for", async () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    const { client } = pair({ cooldownSeconds: 1 });
    first.server.next(json({ error: { message: "slow down" } }, { status: 429, headers: { "retry-after": "60" } }));
    second.server.next(completion({ content: "two" }), completion({ content: "two" }));
    await client.create(HELLO);
    vi.advanceTimersByTime(59_000);
    expect((await client.create(HELLO)).content).toBe("two");
  });

  test("is asked all the same when the others fail too, and is first again once it answers", async () => {
    const { client } = pair();
    first.server.next(down());
    second.server.next(completion({ content: "two" }));
    await client.create(HELLO);
    second.server.next(down());
    first.server.next(completion({ content: "one" }), completion({ content: "one" }));
    expect((await client.create(HELLO)).content).toBe("one");
    expect((await client.create(HELLO)).content).toBe("one");
  });

  test("does not rest with a pause of 0", async () => {
    const { client } = pair({ cooldownSeconds: 0 });
    first.server.next(down(), completion({ content: "one" }));
    second.server.next(completion({ content: "two" }));
    await client.create(HELLO);
    expect((await client.create(HELLO)).content).toBe("one");
  });
});
