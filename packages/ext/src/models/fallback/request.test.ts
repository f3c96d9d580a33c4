import { tracingChannel } from "node:diagnostics_channel";
import {
  imageFromBytes,
  UserMessage,
  ValueError,
  type ChatCompletionClient,
  callModel,
  MemoryJournalStore,
  openRun,
  recordTo,
  replayFrom,
  type Journal,
} from "@tesserae/core";
import type { ModelPayload } from "@tesserae/wire/channels";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { completion, HELLO, type OpenAIFixture } from "../../testing/openai-fixture.ts";
import { ReplayChatCompletionClient } from "../replay/index.ts";
import { FallbackChatCompletionClient } from "./fallback-chat-completion-client.ts";
import type { FallbackOptions } from "./options.ts";
import { CAN, down, thrown, TwoServers, type Pair } from "./testing/two-servers.ts";

let servers: TwoServers;
let first: OpenAIFixture;
let second: OpenAIFixture;
beforeEach(async () => {
  servers = await TwoServers.start();
  ({ first, second } = servers);
});
afterEach(async () => {
  await servers.close();
});

const pair = (options?: Partial<FallbackOptions>): Pair => servers.pair(options);

describe("a request that a model cannot serve", () => {
  const image = imageFromBytes(new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1]));
  const picture = [UserMessage({ content: ["What is this?", image], source: "user" })];
  const textOnly = (): ChatCompletionClient => first.client({ modelInfo: { ...CAN, vision: false } });

  test("passes over it: an image goes to the model that sees", async () => {
    const client = new FallbackChatCompletionClient({ clients: [textOnly(), second.client({ modelInfo: CAN })] });
    second.server.next(completion({ content: "a tile" }));
    expect((await client.create(picture)).content).toBe("a tile");
    expect(first.server.requests).toEqual([]);
  });

  test.each([
    ["tools", { functionCalling: false }, { tools: [{ name: "search" }] }],
    ["JSON", { jsonOutput: false }, { jsonOutput: true }],
    ["a schema", { structuredOutput: false }, { jsonOutput: { name: "Answer", schema: { type: "object" } } }],
  ])("%s too", async (_, flags, options) => {
    const unable = first.client({ modelInfo: { ...CAN, ...flags } });
    const client = new FallbackChatCompletionClient({ clients: [unable, second.client({ modelInfo: CAN })] });
    second.server.next(completion({ content: "{}" }));
    await client.create(HELLO, options);
    expect([first.server.requests.length, second.server.requests.length]).toEqual([0, 1]);
  });

  test("is refused before anything is sent when none can, with the reason of each", async () => {
    const client = new FallbackChatCompletionClient({ clients: [textOnly(), textOnly()] });
    const error = await thrown(client.create(picture));
    expect(error).toBeInstanceOf(ValueError);
    expect(String(error)).toMatch(/No client of the fallback can serve this request\. .*images.*images/);
    expect(first.server.requests).toEqual([]);
  });
});

test("what one provider's client cannot send goes to another's, and that is no failure of it", async () => {
  const refusal = new ValueError("This recording cannot be sent.", { code: "ERR_UNSUPPORTED_INPUT" });
  const { client, one } = pair();
  const create = vi.spyOn(one, "create").mockRejectedValue(refusal);
  second.server.next(completion({ content: "heard" }));
  expect((await client.create(HELLO)).content).toBe("heard");
  create.mockRestore();
  first.server.next(completion({ content: "one" }));
  expect((await client.create(HELLO)).content).toBe("one");
  const alone = new FallbackChatCompletionClient({ clients: [one] });
  vi.spyOn(one, "create").mockRejectedValue(refusal);
  expect(await thrown(alone.create(HELLO))).toBe(refusal);
});

test("its parameters are those of the clients", () => {
  const [one, two, three] = [{ temperature: 0 }, { temperature: 0 }, { temperature: 1 }].map((options) =>
    first.client(options),
  );
  const of = (...clients: (ChatCompletionClient | undefined)[]): unknown =>
    new FallbackChatCompletionClient({ clients: clients.filter((client) => client !== undefined) }).requestDefaults;
  expect(of(one, two)).toEqual({ temperature: 0 });
  expect(of(one, three)).toEqual({ clients: [{ temperature: 0 }, { temperature: 1 }] });
});

test("what it says of itself holds for every client", async () => {
  const one = first.client({
    provider: "openai",
    modelInfo: { ...CAN, contextWindow: 1000, multipleSystemMessages: true, family: "a" },
  });
  const two = second.client({
    model: "gpt-4o-mini",
    provider: "openai",
    modelInfo: { ...CAN, vision: false, contextWindow: 500, family: "b" },
  });
  const client = new FallbackChatCompletionClient({ clients: [one, two] });
  expect(client.modelInfo).toEqual({ ...CAN, vision: false, family: "unknown", contextWindow: 500 });
  const flags = (...all: (boolean | undefined)[]): unknown =>
    new FallbackChatCompletionClient({
      clients: all.map((audio) => first.client({ modelInfo: { ...CAN, audio } })),
    }).modelInfo.audio;
  expect([flags(true, true), flags(true, undefined), flags(undefined, false)]).toEqual([true, undefined, false]);
  expect(client.model).toBe("gpt-4o | gpt-4o-mini");
  expect(client.remainingTokens(HELLO)).toBe(two.remainingTokens(HELLO));
  expect(client.countTokens(HELLO)).toBe(Math.max(one.countTokens(HELLO), two.countTokens(HELLO)));
  expect(client.maxCost(HELLO)).toBeGreaterThan(0);
  expect(client.maxCost(HELLO)).toBe(Math.max(one.maxCost(HELLO) ?? 0, two.maxCost(HELLO) ?? 0));
  expect(client.cost({ promptTokens: 1, completionTokens: 1 })).toBeUndefined();
  const unpriced = new ReplayChatCompletionClient({ chatCompletions: [] });
  vi.spyOn(unpriced, "maxCost").mockImplementation(() => undefined as never);
  expect(new FallbackChatCompletionClient({ clients: [one, unpriced] }).maxCost(HELLO)).toBeUndefined();
});

test("closing closes all clients, though one of them fails", async () => {
  const { client, one, two } = pair();
  const closing = vi.spyOn(two, "close");
  vi.spyOn(one, "close").mockRejectedValueOnce(new Error("broken"));
  await expect(client.close()).rejects.toThrow("broken");
  expect(closing).toHaveBeenCalledOnce();
});

test("a run counts what the client cost that answered, and a replay asks nobody", async () => {
  const store = new MemoryJournalStore();
  const { client, two } = pair();
  const usage = { prompt_tokens: 10, completion_tokens: 4, total_tokens: 14 };
  first.server.next(down());
  second.server.next(completion({ content: "two" }, { usage }));
  const body = async (journal: Journal): Promise<unknown> => {
    const run = await openRun({ name: "x", task: "t", journal });
    const { content } = await callModel(run.context, client, HELLO, { purpose: "reply" });
    const cost = run.cost();
    await run.end({ status: "finished" });
    return { content, cost };
  };
  const recorded = await body(recordTo(store, { runId: "r" }));
  expect(recorded).toEqual({ content: "two", cost: two.cost({ promptTokens: 10, completionTokens: 4 }) });
  expect(await body(replayFrom(store, "r"))).toEqual(recorded);
  expect([first.server.requests.length, second.server.requests.length]).toEqual([1, 1]);
});

test("the record of a call tells of the requests of every client", async () => {
  const payloads: ModelPayload[] = [];
  const channel = tracingChannel<string, ModelPayload>("tesserae:model");
  const ignore = (): void => {};
  const asyncEnd = (payload: ModelPayload): void => void payloads.push(payload);
  const handlers = { start: ignore, end: ignore, asyncStart: ignore, error: ignore, asyncEnd };
  channel.subscribe(handlers);
  onTestFinished(() => {
    channel.unsubscribe(handlers);
  });
  const one = first.client({ maxRetries: 1 });
  const client = new FallbackChatCompletionClient({ clients: [one, second.client()] });
  first.server.next(down(503), down(500));
  second.server.next(completion({ content: "two" }));
  await client.create(HELLO);
  expect(payloads).toMatchObject([
    {
      model: "gpt-4o | gpt-4o",
      attempts: [{ attempt: 1, status: 503 }, { attempt: 2, status: 500 }, { attempt: 3 }],
    },
  ]);
  expect(payloads[0]?.attempts?.[2]).not.toHaveProperty("error");
});
