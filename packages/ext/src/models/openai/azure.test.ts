import { type ComponentDefinition, ComponentRegistry, dumpComponent } from "@tesserae/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { completion, HELLO } from "../../testing/openai-fixture.ts";
import { json } from "../../testing/test-reply.ts";
import { startTestServer, type TestServer } from "../../testing/test-server.ts";
import { AzureOpenAIChatCompletionClient } from "./azure-openai-chat-completion-client.ts";
import type { AzureOpenAIOptions } from "./azure-options.ts";

let server: TestServer;
beforeEach(
  async () =>
    void (server = await startTestServer(() => completion({ content: "Hi" }, { model: "gpt-4o-2024-08-06" }))),
);
afterEach(() => server.close());

function client(options: Partial<AzureOpenAIOptions> = {}): AzureOpenAIChatCompletionClient {
  const base = { model: "gpt-4o", azureEndpoint: `${server.url}/`, apiVersion: "2024-06-01", environment: {} };
  return new AzureOpenAIChatCompletionClient({ ...base, ...options });
}

class FixedToken {
  static readonly component: ComponentDefinition<FixedToken> = {
    provider: "test.FixedToken",
    componentType: "token_provider",
    label: "FixedToken",
    description: "A token for tests.",
    schema: { type: "object", properties: { scopes: { type: "array" } } },
    toConfig: () => ({ scopes: ["a"] }),
    fromConfig: () => new FixedToken(),
  };

  getToken(): string {
    return "token-1";
  }
}

describe("Azure OpenAI", () => {
  test("a token that the provider repeats is masked; the query of the endpoint goes after the path, masked in JSON", async () => {
    const message = "refused: token-0123 for 2024-06-01";
    server.next(json({ error: { message } }, { status: 401 }));
    const azure = client({ azureEndpoint: `${server.url}/?code=s3cret-42`, azureAdTokenProvider: () => "token-0123" });
    await expect(azure.create(HELLO)).rejects.toThrow(/refused: \*{10} for 2024-06-01\./);
    expect(server.requests[0]?.path).toBe(
      "/openai/deployments/gpt-4o/chat/completions?api-version=2024-06-01&code=s3cret-42",
    );
    const masked = client({ azureEndpoint: `${server.url}/?code=s3cret-42` });
    expect(dumpComponent(masked).config["azure_endpoint"]).toBe(`${server.url}/?code=**********`);
    expect(() => client({ azureEndpoint: `${server.url}/?code=**********` })).toThrow(/azureEndpoint is masked/);
  });

  test("calls the deployment with the key", async () => {
    const azure = client({ azureDeployment: "my deployment", apiKey: "key" });
    await expect(azure.create(HELLO)).resolves.toMatchObject({ content: "Hi" });
    expect(server.requests[0]?.path).toBe(
      "/openai/deployments/my%20deployment/chat/completions?api-version=2024-06-01",
    );
    expect(server.requests[0]?.headers).toMatchObject({ "api-key": "key" });
    expect(server.requests[0]?.headers["authorization"]).toBeUndefined();
    expect(azure.provider).toBe("azure");
    expect(azure.cost({ promptTokens: 1_000_000, completionTokens: 0 })).toBe(2.5e12);
  });

  test("without a deployment the model's name is one; the key comes from the environment", async () => {
    await client({ environment: { AZURE_OPENAI_API_KEY: "env-key", OPENAI_API_KEY: "other" } }).create(HELLO);
    expect(server.requests[0]?.path).toContain("/deployments/gpt-4o/");
    expect(server.requests[0]?.headers).toMatchObject({ "api-key": "env-key" });
  });

  test("a token goes before a key, and a provider is asked for each request", async () => {
    await client({ azureAdToken: "token", apiKey: "key" }).create(HELLO);
    expect(server.requests[0]?.headers).toMatchObject({ authorization: "Bearer token" });
    let asked = 0;
    const renewing = client({ azureAdTokenProvider: async () => `token-${(asked += 1)}` });
    await renewing.create(HELLO);
    await renewing.create(HELLO);
    expect(server.requests.slice(1).map(({ headers }) => headers["authorization"])).toEqual([
      "Bearer token-1",
      "Bearer token-2",
    ]);
    await expect(client({ azureAdTokenProvider: () => "" }).create(HELLO)).rejects.toThrow(/no token/);
  });

  test("endpoint and version are required; without any secret the call says what is missing", async () => {
    expect(() => client({ azureEndpoint: "" })).toThrow(/azureEndpoint/);
    expect(() => client({ apiVersion: "" })).toThrow(/apiVersion/);
    await expect(client().create(HELLO)).rejects.toMatchObject({
      code: "ERR_MODEL_AUTHENTICATION",
      message: /AZURE_OPENAI_API_KEY/,
    });
  });

  test("the user agent begins with the library's name; the model info survives in JSON", async () => {
    const modelInfo = {
      vision: false,
      functionCalling: false,
      jsonOutput: false,
      structuredOutput: false,
      family: "unknown",
    };
    const azure = client({ apiKey: "k", defaultHeaders: { "User-Agent": "app/1" }, modelInfo });
    await azure.create(HELLO);
    expect(server.requests[0]?.headers["user-agent"]).toMatch(/^tesserae\/\S+ app\/1$/);
    expect(dumpComponent(azure).config).toMatchObject({ model_info: { family: "unknown" }, api_key: "**********" });
  });

  test("a token provider that is a component is written and read; a function is refused", async () => {
    const registry = new ComponentRegistry().register(AzureOpenAIChatCompletionClient, FixedToken);
    const dumped = dumpComponent(client({ azureAdTokenProvider: new FixedToken() }));
    expect(dumped.config["azure_ad_token_provider"]).toMatchObject({
      provider: "test.FixedToken",
      config: { scopes: ["a"] },
    });
    const loaded = await registry.load<AzureOpenAIChatCompletionClient>(dumped);
    await loaded.create(HELLO);
    expect(server.requests[0]?.headers).toMatchObject({ authorization: "Bearer token-1" });
    expect(() => dumpComponent(client({ azureAdTokenProvider: () => "x" }))).toThrow(/plain function/);
  });

  test("gpt-35 is gpt-3.5", async () => {
    server.next(completion({ content: "Hi" }, { model: "gpt-35-turbo-0125" }));
    await expect(client({ model: "gpt-3.5-turbo", apiKey: "k" }).create(HELLO)).resolves.toMatchObject({
      content: "Hi",
    });
  });
});
