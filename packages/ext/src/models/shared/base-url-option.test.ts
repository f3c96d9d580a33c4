import { dumpComponent, UserMessage } from "@tesserae/core";
import { tesseraAnthropicConfig, tesseraOpenAIConfig } from "@tesserae/tessera/client";
import { encodeAnthropicBody, encodeOpenAIChatBody } from "@tesserae/wire/scripted";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { json, startTestServer, type TestServer } from "../../testing/index.ts";
import { AnthropicChatCompletionClient } from "../anthropic/index.ts";
import { OpenAIChatCompletionClient } from "../openai/index.ts";

let gateway: TestServer;
beforeEach(async () => {
  gateway = await startTestServer(({ path }) => {
    const script = { model: "m", text: "Yes." };
    const body = path.includes("messages") ? encodeAnthropicBody(script) : encodeOpenAIChatBody(script);
    return json(JSON.parse(JSON.stringify(body)));
  });
});
afterEach(() => gateway.close());

const question = [UserMessage({ content: "Is it so?", source: "user" })];

describe("what the gateway's config functions give may be spread into the options of", () => {
  test("the client for OpenAI: requests, and the gateway's key, go to the gateway", async () => {
    const config = tesseraOpenAIConfig({ apiKey: "tk_1", baseURL: `${gateway.url}/v1/openai` });
    const client = new OpenAIChatCompletionClient({ model: "gpt-4o", apiKey: "sk-1", timeout: 5, ...config });
    await client.create(question);
    expect(gateway.requests[0]).toMatchObject({
      path: "/v1/openai/chat/completions",
      headers: { "x-tessera-api-key": "tk_1", authorization: "Bearer sk-1" },
    });
    expect(dumpComponent(client).config["base_url"]).toBe(`${gateway.url}/v1/openai`);
  });

  test("the client for Anthropic", async () => {
    const config = tesseraAnthropicConfig({ apiKey: "tk_1", baseURL: `${gateway.url}/v1/anthropic` });
    const client = new AnthropicChatCompletionClient({ model: "claude-sonnet-4-5", apiKey: "sk-1", ...config });
    await client.create(question);
    expect(gateway.requests[0]).toMatchObject({
      path: "/v1/anthropic/v1/messages",
      headers: { "x-tessera-api-key": "tk_1" },
    });
  });
});

test("two spellings that differ are refused", () => {
  const options = { model: "gpt-4o", apiKey: "sk-1", baseUrl: "http://a/v1", baseURL: "http://b/v1" };
  expect(() => new OpenAIChatCompletionClient(options)).toThrow(/two spellings of one option/);
  expect(() => new AnthropicChatCompletionClient({ ...options, model: "claude-haiku-4-5" })).toThrow(/two spellings/);
});
