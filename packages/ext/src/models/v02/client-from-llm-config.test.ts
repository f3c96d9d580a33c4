import { InMemoryStore, ValueError } from "@tesserae/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { message, setUp } from "../../../test/anthropic-server.ts";
import { completion, forgetWarnings, HELLO } from "../../testing/openai-fixture.ts";
import { json } from "../../testing/test-reply.ts";
import { startTestServer, type TestServer } from "../../testing/test-server.ts";
import { AnthropicChatCompletionClient } from "../anthropic/index.ts";
import { ChatCompletionCache } from "../cache/index.ts";
import { FallbackChatCompletionClient } from "../fallback/index.ts";
import { AzureOpenAIChatCompletionClient, OpenAIChatCompletionClient } from "../openai/index.ts";
import { clientFromLlmConfig } from "./client-from-llm-config.ts";

let server: TestServer;
beforeEach(async () => {
  forgetWarnings();
  server = await startTestServer();
});
afterEach(() => server.close());

const NOBODY = { environment: {} };

describe("one model", () => {
  test("of OpenAI, with its parameters and without a list", async () => {
    const config = {
      model: "gpt-4o",
      api_key: "sk-test",
      base_url: server.url,
      temperature: 0,
      top_p: 0.5,
      seed: 7,
      tags: ["a"],
    };
    const client = clientFromLlmConfig(config, NOBODY);
    expect(client).toBeInstanceOf(OpenAIChatCompletionClient);
    server.next(completion({ content: "Hi" }));
    expect((await client.create(HELLO)).content).toBe("Hi");
    const [request] = server.requests;
    expect(request?.headers["authorization"]).toBe("Bearer sk-test");
    expect(request?.body).toMatchObject({ model: "gpt-4o", temperature: 0, top_p: 0.5, seed: 7 });
    expect(request?.body).not.toHaveProperty("tags");
    await client.close();
  });

  test("of Azure, under both names of its address", async () => {
    for (const key of ["azure_endpoint", "base_url"]) {
      const entry = {
        api_type: "azure",
        model: "gpt-4o",
        api_key: "k",
        [key]: server.url,
        api_version: "2024-10-21",
        azure_deployment: "mine",
      };
      const client = clientFromLlmConfig({ config_list: [entry] }, NOBODY);
      expect(client).toBeInstanceOf(AzureOpenAIChatCompletionClient);
      server.next(completion({ content: "Hi" }));
      await client.create(HELLO);
      expect(server.requests.at(-1)?.path).toBe("/openai/deployments/mine/chat/completions?api-version=2024-10-21");
      expect(server.requests.at(-1)?.headers["api-key"]).toBe("k");
      await client.close();
    }
  });

  test("of Anthropic", async () => {
    const anthropic = await setUp([message("Hello")]);
    const entry = {
      api_type: "anthropic",
      model: "claude-sonnet-4-6",
      api_key: "k",
      base_url: anthropic.server.url,
      max_tokens: 50,
      stop: "END",
    };
    const client = clientFromLlmConfig({ config_list: [entry] }, NOBODY);
    expect(client).toBeInstanceOf(AnthropicChatCompletionClient);
    expect((await client.create(HELLO)).content).toBe("Hello");
    expect(anthropic.bodies()).toMatchObject([{ max_tokens: 50, stop_sequences: ["END"] }]);
    await client.close();
    await anthropic.client.close();
    await anthropic.server.close();
  });

  test.each(["", "/", "/v1"])("of Ollama, whose address may end in %j", async (end) => {
    const entry = { api_type: "ollama", model: "my-own-model", client_host: server.url + end, num_predict: 9 };
    const client = clientFromLlmConfig({ config_list: [entry] }, NOBODY);
    expect(client).toMatchObject({ provider: "ollama", modelInfo: { functionCalling: true } });
    server.next(completion({ content: "Hi" }));
    await client.create(HELLO);
    expect(server.requests[0]).toMatchObject({ path: "/v1/chat/completions", body: { max_tokens: 9 } });
    expect(client.cost({ promptTokens: 5, completionTokens: 5 })).toBe(0);
    await client.close();
  });

  test("of a server of one's own has the price that the entry names", () => {
    const entry = { model: "house-model", base_url: server.url, price: [0.001, 0.002] };
    const client = clientFromLlmConfig({ config_list: [entry] }, NOBODY);
    // A dollar and two for a million tokens.
    expect(client.cost({ promptTokens: 1_000_000, completionTokens: 1_000_000 })).toBe(3e12);
  });

  test("gets its key from the environment when the entry has none", async () => {
    const environment = { OPENAI_API_KEY: "sk-env" };
    const client = clientFromLlmConfig({ model: "gpt-4o", base_url: server.url }, { environment });
    server.next(completion({ content: "Hi" }));
    await client.create(HELLO);
    expect(server.requests[0]?.headers["authorization"]).toBe("Bearer sk-env");
    await client.close();
  });
});

describe("a list", () => {
  const list = () => [
    { model: "gpt-4o", api_key: "k", base_url: `${server.url}/one`, max_retries: 0 },
    { api_type: "openai", model: "gpt-4o-mini", api_key: "k", base_url: `${server.url}/two`, temperature: 1 },
  ];

  test("is asked in turn; what stands beside it holds for all, and an entry goes before it", async () => {
    const client = clientFromLlmConfig({ config_list: list(), temperature: 0, timeout: 60 }, NOBODY);
    expect(client).toBeInstanceOf(FallbackChatCompletionClient);
    server.next(json({ error: { message: "out of order" } }, { status: 500 }), completion({ content: "two" }));
    expect((await client.create(HELLO)).content).toBe("two");
    expect(server.requests).toMatchObject([
      { path: "/one/chat/completions", body: { model: "gpt-4o", temperature: 0 } },
      { path: "/two/chat/completions", body: { model: "gpt-4o-mini", temperature: 1 } },
    ]);
    await client.close();
  });

  test("takes the failover's options", () => {
    const client = clientFromLlmConfig(
      { config_list: list() },
      { ...NOBODY, fallback: { on: [401], cooldownSeconds: 0 } },
    );
    expect(client).toMatchObject({ on: [401], cooldownSeconds: 0 });
  });

  test("what only some kinds take may stand beside it", () => {
    const claude = { api_type: "anthropic", model: "claude-sonnet-4-6", api_key: "k" };
    const client = clientFromLlmConfig({ config_list: [...list(), claude], seed: 7, frequency_penalty: 0 }, NOBODY);
    expect(client.model).toBe("gpt-4o | gpt-4o-mini | claude-sonnet-4-6");
  });
});

describe("a cache_seed", () => {
  test("puts a cache around it; another seed is another cache", async () => {
    const store = new InMemoryStore();
    const of = (seed: number) =>
      clientFromLlmConfig(
        { model: "gpt-4o", api_key: "k", base_url: server.url, cache_seed: seed },
        { ...NOBODY, store },
      );
    expect(of(41)).toBeInstanceOf(ChatCompletionCache);
    server.next(completion({ content: "one" }), completion({ content: "two" }));
    expect((await of(41).create(HELLO)).content).toBe("one");
    expect(await of(41).create(HELLO)).toMatchObject({ content: "one", cached: true });
    expect(await of(42).create(HELLO)).toMatchObject({ content: "two", cached: false });
  });

  test("of null is no cache", () => {
    const client = clientFromLlmConfig({ model: "gpt-4o", api_key: "k", cache_seed: null }, NOBODY);
    expect(client).toBeInstanceOf(OpenAIChatCompletionClient);
  });
});

test.each<[string, unknown, RegExp]>([
  ["no dictionary", false, /An llm_config is a dictionary/],
  ["an empty list", { config_list: [] }, /config_list must be a list/],
  ["no list", { config_list: "OAI_CONFIG_LIST" }, /config_list must be a list/],
  ["an entry that is none", { config_list: ["gpt-4o"] }, /llm_config\/config_list\/0 must be a dictionary/],
  [
    "an unknown kind",
    { config_list: [{ model: "gpt-4o" }, { model: "m", api_type: "bedrock" }] },
    /config_list\/1\/api_type is "bedrock": .*openai, azure, anthropic, ollama/,
  ],
  [
    "an unknown key",
    { config_list: [{ model: "gpt-4o", temprature: 0 }] },
    /config_list\/0\/temprature is not known for a client of openai/,
  ],
  ["an unknown key without a list", { model: "gpt-4o", temprature: 0 }, /llm_config\/temprature is not known/],
  [
    "an unknown key beside the list",
    { config_list: [{ model: "gpt-4o" }], temprature: 0 },
    /llm_config\/temprature is not known/,
  ],
  [
    "a key of another kind",
    { config_list: [{ api_type: "anthropic", model: "claude-sonnet-4-6", seed: 1 }] },
    /config_list\/0\/seed is not known for a client of anthropic/,
  ],
  [
    "tools",
    { config_list: [{ model: "gpt-4o" }], functions: [] },
    /llm_config\/functions .*new AssistantAgent\(\{ tools \}\)/,
  ],
  ["a class of the caller's own", { model: "m", model_client_cls: "Mine" }, /model_client_cls .*modelClient/],
  ["no model", { config_list: [{ api_key: "k" }] }, /config_list\/0\/model must be the name/],
  ["a price of words", { model: "gpt-4o", price: ["cheap"] }, /price must be two numbers/],
  [
    "a seed for one entry",
    { config_list: [{ model: "gpt-4o", cache_seed: 1 }] },
    /config_list\/0\/cache_seed holds for all/,
  ],
  ["a seed that is none", { model: "gpt-4o", cache_seed: {} }, /cache_seed must be a number/],
])("%s is refused, and the key is named", (_, config, text) => {
  const make = (): unknown =>
    clientFromLlmConfig(config, { environment: { OPENAI_API_KEY: "k", ANTHROPIC_API_KEY: "k" } });
  expect(make).toThrow(ValueError);
  expect(make).toThrow(text);
});
