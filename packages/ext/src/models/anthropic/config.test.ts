import { readFileSync } from "node:fs";
import { ComponentRegistry, dumpComponent, MASKED_SECRET, type JsonObject } from "@tesserae/core";
import { describe, expect, test } from "vitest";
import { AnthropicChatCompletionClient } from "./anthropic-chat-completion-client.ts";
import type { AnthropicOptions } from "./options.ts";

const PROVIDER = "autogen_ext.models.anthropic.AnthropicChatCompletionClient";
const FIXTURES = new URL("../../../../../tests/interop/fixtures/components/", import.meta.url);
const registry = new ComponentRegistry().register(AnthropicChatCompletionClient);

const load = (config: JsonObject): Promise<AnthropicChatCompletionClient> =>
  registry.load<AnthropicChatCompletionClient>({ provider: PROVIDER, component_type: "model", config });
const dump = (options: AnthropicOptions): JsonObject => dumpComponent(new AnthropicChatCompletionClient(options));

describe("component JSON", () => {
  test.each(["client-anthropic.json", "client-anthropic-options.json"])(
    "what Python wrote (%s) loads and is written the same",
    async (file) => {
      const fixture = JSON.parse(readFileSync(new URL(file, FIXTURES), "utf8")) as JsonObject;
      const client = await registry.load<AnthropicChatCompletionClient>(fixture, { expected: "model" });
      const written = dumpComponent(client);
      expect(written["provider"]).toBe(PROVIDER);
      expect(written["config"]).toEqual(fixture["config"]);
    },
  );

  test("every option of it survives a trip", async () => {
    const options: AnthropicOptions = {
      model: "claude-sonnet-4-6",
      baseUrl: "https://gateway.example.com",
      timeout: 2.5,
      maxRetries: 0,
      defaultHeaders: { "x-team": "a" },
      maxTokens: 99,
      temperature: 0,
      topP: 0.5,
      topK: 3,
      stopSequences: ["a", "b"],
      responseFormat: { type: "text" },
      metadata: { user_id: "u" },
      thinking: { type: "enabled", budgetTokens: 1024, display: "summarized" },
      tools: [{ type: "web_search_20250305", name: "web_search", userLocation: { city: "Graz" } }],
      toolChoice: { type: "tool", name: "web_search" },
      modelInfo: {
        vision: true,
        functionCalling: true,
        jsonOutput: true,
        structuredOutput: true,
        family: "x",
        contextWindow: 9,
      },
      reasoningInStream: false,
      maxContinuations: 4,
      extraBody: { service_tier: "auto" },
    };
    const written = dump(options);
    const again = dumpComponent(await registry.load<AnthropicChatCompletionClient>(written));
    expect(again).toEqual(written);
    expect(written["config"]).toMatchObject({
      base_url: "https://gateway.example.com",
      timeout: 2.5,
      thinking: { type: "enabled", budget_tokens: 1024, display: "summarized" },
      // The user's own payload is not renamed.
      tools: [{ userLocation: { city: "Graz" } }],
      temperature: 0,
    });
    const old = { model: "m", modelCapabilities: { vision: true, functionCalling: false, jsonOutput: true } };
    const oldAgain = dumpComponent(await registry.load<AnthropicChatCompletionClient>(dump(old)));
    expect(oldAgain["config"]).toMatchObject({
      model_capabilities: { vision: true, function_calling: false, json_output: true },
    });
  });

  test("AutoGen's temperature of 1, which nobody set, is not sent", async () => {
    expect((await load({ model: "claude-sonnet-4-6", temperature: 1 })).requestDefaults).toEqual({ max_tokens: 4096 });
    expect((await load({ model: "claude-sonnet-4-6", temperature: 0.9 })).requestDefaults).toMatchObject({
      temperature: 0.9,
    });
    const set = new AnthropicChatCompletionClient({ model: "claude-sonnet-4-6", temperature: 1 });
    expect(set.requestDefaults).toMatchObject({ temperature: 1 });
  });

  test("the key is never written, and a masked one is refused", async () => {
    const written = dump({
      model: "claude-sonnet-4-6",
      apiKey: "sk-test",
      defaultHeaders: { Authorization: "Bearer sk-test", "x-team": "a" },
    });
    expect(JSON.stringify(written)).not.toContain("sk-test");
    expect(written["config"]).toMatchObject({
      api_key: MASKED_SECRET,
      default_headers: { Authorization: MASKED_SECRET, "x-team": "a" },
    });
    await expect(registry.load(written)).rejects.toThrow(/api_key.*masked/s);
    const config = { model: "claude-sonnet-4-6", default_headers: { "X-Api-Key": MASKED_SECRET } };
    await expect(load(config)).rejects.toThrow("/config/default_headers/X-Api-Key: the header is masked");
    const masked = { model: "claude-sonnet-4-6", defaultHeaders: { "x-auth": MASKED_SECRET } };
    expect(() => new AnthropicChatCompletionClient(masked)).toThrow(/the header "x-auth" masked/);
    const client = new AnthropicChatCompletionClient({ model: "claude-sonnet-4-6", apiKey: "sk-test" });
    expect(JSON.stringify(dumpComponent(client, { includeSecrets: true }))).toContain("sk-test");
  });

  test("the bare class name and keys from the environment are understood", async () => {
    const client = await registry.load(
      { provider: "AnthropicChatCompletionClient", config: { model: "claude-sonnet-4-6", api_key: "$env:MY_KEY" } },
      { environment: { MY_KEY: "sk-env" } },
    );
    expect(JSON.stringify(dumpComponent(client, { includeSecrets: true }))).toContain("sk-env");
  });

  test.each<[string, JsonObject]>([
    ["/config", {}],
    ["/config/timeout", { model: "m", timeout: "5" }],
    ["/config/thinking", { model: "m", thinking: {} }],
    ["/config/tool_choice", { model: "m", tool_choice: "some" }],
    ["/config/max_tokens", { model: "m", max_tokens: 1.5 }],
    ["/config/model_info", { model: "m", model_info: { vision: true } }],
  ])("a config that does not fit is refused at %s", async (pointer, config) => {
    await expect(load(config)).rejects.toThrow(pointer);
  });

  test("a timeout is in seconds", async () => {
    expect((await load({ model: "claude-sonnet-4-6", timeout: 5 })).requestDefaults).toEqual({ max_tokens: 4096 });
    await expect(load({ model: "claude-sonnet-4-6", timeout: 0 })).rejects.toThrow("/config/timeout");
  });
});
