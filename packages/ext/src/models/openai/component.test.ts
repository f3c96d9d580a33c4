import { readFileSync } from "node:fs";
import { ComponentRegistry, dumpComponent, type ComponentModel, type JsonObject } from "@tesserae/core";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { AzureOpenAIChatCompletionClient } from "./azure-openai-chat-completion-client.ts";
import { OpenAIChatCompletionClient } from "./openai-chat-completion-client.ts";

const registry = new ComponentRegistry().register(OpenAIChatCompletionClient, AzureOpenAIChatCompletionClient);
const FIXTURES = new URL("../../../../../tests/interop/fixtures/components/", import.meta.url);
const fixture = (name: string): ComponentModel =>
  JSON.parse(readFileSync(new URL(`${name}.json`, FIXTURES), "utf8")) as ComponentModel;

let codes: string[];
beforeEach(() => {
  codes = [];
  vi.spyOn(process, "emitWarning").mockImplementation(
    (_text, options?: unknown) => void codes.push(String(Reflect.get(Object(options), "code"))),
  );
});
afterEach(() => vi.restoreAllMocks());

const load = (model: unknown, environment = {}): Promise<OpenAIChatCompletionClient> =>
  registry.load<OpenAIChatCompletionClient>(model, { expected: "model", environment });
const config = (more: JsonObject): object => ({
  provider: "OpenAIChatCompletionClient",
  config: { model: "gpt-4o", ...more },
});

describe("component", () => {
  test.each(["client-openai", "client-openai-options", "client-openai-reasoning", "client-azure"])(
    "Python's %s loads and is written again with the same config",
    async (name) => {
      const source = fixture(name);
      const dumped = dumpComponent(await load(source));
      expect(dumped.config).toEqual(source.config);
      expect(Object.keys(dumped.config)).toEqual(Object.keys(source.config));
      expect(dumped.provider).toBe(source.provider);
      expect(dumpComponent(await load(dumped))).toEqual(dumped);
      expect(codes).toEqual([]);
    },
  );

  test("Python's masked key is refused", async () => {
    await expect(load(fixture("client-openai-masked-key"))).rejects.toThrow(/\/config\/api_key.*masked/s);
  });

  test.each([
    "autogen_ext.models.openai.OpenAIChatCompletionClient",
    "openai_chat_completion_client",
    "OpenAIChatCompletionClient",
    "azure_openai_chat_completion_client",
    "AzureOpenAIChatCompletionClient",
  ])("%s is one of our names", async (provider) => {
    const azure = { azure_endpoint: "https://x.openai.azure.com", api_version: "1" };
    const client = await load({ provider, config: { model: "gpt-4o", ...(/azure/i.test(provider) ? azure : {}) } });
    expect(client.constructor.name).toMatch(/azure/i.test(provider) ? /^Azure/ : /^OpenAI/);
  });

  test("the key is masked unless it is asked for, and comes from the environment", async () => {
    const client = await load(config({ api_key: "$env:MY_KEY" }), { MY_KEY: "sk-test" });
    expect(JSON.stringify(dumpComponent(client))).not.toContain("sk-test");
    expect(dumpComponent(client).config).toMatchObject({ api_key: "**********" });
    expect(dumpComponent(client, { includeSecrets: true }).config).toMatchObject({ api_key: "sk-test" });
  });

  test("headers that hold keys are masked too, and refused when they are read", async () => {
    const headers = { "X-Team": "a", "X-Api-Key": "sk-test", Authorization: "Bearer sk-test" };
    const client = await load(config({ default_headers: headers, extra_headers: { cookie: "sk-test" } }));
    const dumped = dumpComponent(client);
    expect(JSON.stringify(dumped)).not.toContain("sk-test");
    expect(dumped.config["default_headers"]).toMatchObject({ "X-Team": "a", "X-Api-Key": "**********" });
    await expect(load(dumped)).rejects.toThrow(/X-Api-Key/);
    expect(dumpComponent(client, { includeSecrets: true }).config["default_headers"]).toEqual(headers);
  });

  test("a password and a query in an address are masked, and refused when they are read", async () => {
    const address = "http://me:pw-s3cret@host/v1?api-key=s3cret&x=";
    const client = await load(config({ base_url: address }));
    const dumped = dumpComponent(client);
    expect(dumped.config["base_url"]).toBe("http://me:**********@host/v1?api-key=**********&x=");
    await expect(load(dumped)).rejects.toThrow(/baseUrl is masked/);
    expect(dumpComponent(client, { includeSecrets: true }).config["base_url"]).toBe(address);
  });

  test("an effort that is none, n and a missing model are refused; unknown keys warn", async () => {
    await expect(load(config({ reasoning_effort: "galactic" }))).rejects.toThrow(/reasoning_effort/);
    await expect(load(config({ n: 2 }))).rejects.toThrow(/\/config\/n/);
    await expect(load({ provider: "OpenAIChatCompletionClient", config: {} })).rejects.toThrow(/model/);
    await load(config({ tempreature: 1, n: null, reasoning_effort: null }));
    expect(codes).toEqual(["TESSERAE_UNKNOWN_CONFIG_KEY"]);
  });

  test("every option of ours survives", async () => {
    const options = {
      project: "p",
      provider: "openai",
      reasoning_in_stream: false,
      extra_headers: { "x-a": "1" },
      extra_body: { top_k: 1 },
      max_completion_tokens: 5,
      verbosity: "low",
      prompt_cache_key: "k",
      stream_options: {},
    };
    const dumped = dumpComponent(await load(config(options)));
    expect(dumped.config).toEqual({ model: "gpt-4o", ...options });
  });

  test("capabilities of old files are kept as such", async () => {
    const old = { model_capabilities: { vision: true, function_calling: true, json_output: false } };
    expect(dumpComponent(await load(config(old))).config).toEqual({ model: "gpt-4o", ...old });
    expect(codes).toContain("TESSERAE_DEPRECATED_OPTION");
  });
});
