import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { afterEach, describe, expect, test } from "vitest";
import { startModelServer, sendJson, type ModelServer, type Respond } from "../../../test/capture/model-server.ts";
import { startRecording, type TestRecording } from "../../../test/capture/recording.ts";
import { answering, refusing, SDKS } from "../../../test/capture/sdk-cases.ts";
import type { InitOptions } from "../init-options.ts";

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

async function serve(respond: Respond): Promise<ModelServer> {
  const server = await startModelServer(respond);
  cleanUps.push(() => server.close());
  return server;
}

function record(options: InitOptions = {}): TestRecording {
  const recording = startRecording({ leafFallback: true, ...options });
  cleanUps.push(() => recording.end());
  return recording;
}

const messages = [{ role: "user" as const, content: "Say hello." }];

describe.each(SDKS)("$name", (sdk) => {
  test("a call is one event of tier 1, seen at the method that the caller called", async () => {
    const server = await serve(answering(sdk));
    const recording = record({ hosts: [server.host] });
    await sdk.call(server.url);
    const [event, ...more] = await recording.events();
    expect(more).toEqual([]);
    expect(event).toMatchObject({
      _tessen_tier: 1,
      leaf: true,
      provider: sdk.provider,
      status: "ok",
      http_status: 200,
      usage: { input_tokens: 1000, output_tokens: 100 },
      sdk: { name: sdk.name },
      response_body: sdk.whole,
      call_site: { file: expect.stringContaining("sdk-cases.ts") as string },
    });
    expect(recording.handle.stats().failures).toEqual({});
  });

  test.each(["iterate", "helper", "raw", "both"] as const)("%s is one event", async (way) => {
    const server = await serve(answering(sdk));
    const recording = record({ hosts: [server.host] });
    await sdk[way](server.url);
    expect(await recording.events()).toMatchObject([
      { leaf: true, status: "ok", streamed: way === "iterate" || way === "helper" },
    ]);
    expect(recording.handle.stats()).toMatchObject({ open: 0, failures: {} });
  });

  test("retries are attempts of the one call", async () => {
    const server = await serve(refusing(sdk, [529, 500]));
    const recording = record({ hosts: [server.host] });
    await sdk.call(server.url);
    expect(server.seen).toHaveLength(3);
    expect(await recording.events()).toMatchObject([
      { leaf: true, status: "ok", attempts: [{ http_status: 529 }, { http_status: 500 }, { http_status: 200 }] },
    ]);
  });

  test("a call that is refused to the end is one event with the caller's error", async () => {
    const server = await serve(refusing(sdk, [429, 429, 429]));
    const recording = record();
    await expect(sdk.call(server.url)).rejects.toThrow("429");
    expect(await recording.events()).toMatchObject([
      { leaf: true, status: "error", http_status: 429, error: { type: "RateLimitError", body: sdk.refusal } },
    ]);
  });

  test("its end leaves the SDK as it was", async () => {
    const methods = [OpenAI.Chat.Completions.prototype, Anthropic.Messages.prototype];
    const before = methods.map((one): unknown => Reflect.get(one, "create"));
    await record().end();
    expect(methods.map((one): unknown => Reflect.get(one, "create"))).toEqual(before);
  });
});

test("a helper that calls a method is that one call, at the caller's line", async () => {
  const server = await serve(answering(SDKS[0] ?? expect.unreachable()));
  const recording = record();
  const client = new OpenAI({ apiKey: "sk-test", baseURL: `${server.url}/v1` });
  await client.chat.completions.parse({ model: "gpt-4o", messages });
  expect(await recording.events()).toMatchObject([
    { leaf: true, call_site: { file: expect.stringContaining("patch-leaves.test.ts") as string } },
  ]);
});

test("a method that asks no model is none of its business", async () => {
  const server = await serve((reply) => sendJson(reply, { id: "asst_1" }));
  const recording = record();
  const client = new OpenAI({ apiKey: "sk-test", baseURL: `${server.url}/v1` });
  await client.vectorStores.create({ name: "books" });
  expect(server.seen).toHaveLength(1);
  expect(await recording.events()).toEqual([]);
});

test("counting tokens is a call of its own", async () => {
  const server = await serve((reply) => sendJson(reply, { input_tokens: 7 }));
  const recording = record();
  const client = new Anthropic({ apiKey: "sk-test", baseURL: server.url });
  await client.messages.countTokens({ model: "claude-haiku-4-5", messages });
  expect(await recording.events()).toMatchObject([{ leaf: true, surface: "messages.count_tokens", cost_usd: 0 }]);
});

describe("a call that fails before it is sent", () => {
  const signal = AbortSignal.abort();
  const openai = new OpenAI({ apiKey: "sk-test", baseURL: "http://127.0.0.1:1/v1" });
  const anthropic = new Anthropic({ apiKey: "sk-test", baseURL: "http://127.0.0.1:1" });
  const ask = { model: "m", messages, max_tokens: 9 };

  test.each<[surface: string, call: () => PromiseLike<unknown>]>([
    ["chat.completions.create", () => openai.chat.completions.create(ask, { signal })],
    ["responses.create", () => openai.responses.create({ model: "m", input: "x" }, { signal })],
    ["completions.create", () => openai.completions.create({ model: "m", prompt: "x" }, { signal })],
    ["embeddings.create", () => openai.embeddings.create({ model: "m", input: "x" }, { signal })],
    ["audio.speech.create", () => openai.audio.speech.create({ model: "m", input: "x", voice: "echo" }, { signal })],
    ["messages.create", () => anthropic.messages.create(ask, { signal })],
    ["messages.create", () => anthropic.beta.messages.create(ask, { signal })],
    ["messages.count_tokens", () => anthropic.messages.countTokens(ask, { signal })],
    ["messages.batches.create", () => anthropic.messages.batches.create({ requests: [] }, { signal })],
  ])("is one of %s", async (surface, call) => {
    const recording = record();
    await expect(call()).rejects.toThrow("abort");
    expect(await recording.events()).toMatchObject([
      { leaf: true, surface, status: "error", quality_signals: [], error: { type: "APIUserAbortError" } },
    ]);
  });

  test("is none where it asks no model", async () => {
    const recording = record();
    await expect(openai.vectorStores.create({ name: "books" }, { signal })).rejects.toThrow("abort");
    expect(await recording.events()).toEqual([]);
  });
});

test("without it calls are recorded at the trunk, and no event says that it is a leaf", async () => {
  const server = await serve(answering(SDKS[0] ?? expect.unreachable()));
  const recording = record({ leafFallback: false });
  await SDKS[0]?.call(server.url);
  const [event] = await recording.events();
  expect(event).toMatchObject({ _tessen_tier: 1 });
  expect(event).not.toHaveProperty("leaf");
});
