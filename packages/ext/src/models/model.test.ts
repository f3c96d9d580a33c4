import { AssistantAgent } from "@tesserae/agentchat";
import { dumpComponent } from "@tesserae/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { chunk, collect, completion, forgetWarnings, HELLO, OpenAIFixture, stream } from "../testing/openai-fixture.ts";
import { AnthropicChatCompletionClient } from "./anthropic/index.ts";
import { model, type ModelOptions } from "./model.ts";
import { OpenAIChatCompletionClient } from "./openai/index.ts";
import { parseModelName } from "./parse-model-name.ts";
import { MODEL_PRESETS } from "./presets/table.ts";

const KEYS = Object.fromEntries(
  MODEL_PRESETS.flatMap(({ keyVariables: [name] }) => (name === undefined ? [] : [[name, `key of ${name}`]])),
);

let fixture: OpenAIFixture;
beforeEach(async () => void (fixture = await OpenAIFixture.start()));
afterEach(() => fixture.close());

/** Where the first call of a model goes, and what it sends. */
async function reached(
  name: string,
  options: ModelOptions = {},
): Promise<{ url: string; headers: Headers; body: object }> {
  let found: { url: string; headers: Headers; body: object } | undefined;
  const fetch = async (url: string, init: RequestInit): Promise<Response> => {
    const body = (await new Response(init.body ?? null).json()) as object;
    found = { url, headers: new Headers(init.headers), body };
    return new Response(`data: ${chunk({ content: "Hi" }, "stop")}\n\ndata: [DONE]\n\n`);
  };
  const client = model(name, { environment: KEYS, fetch, ...options });
  await collect(client.createStream(HELLO));
  if (found === undefined) throw new Error("Nothing was sent.");
  return found;
}

describe("parseModelName", () => {
  test.each([
    ["openai/gpt-5", "openai", "gpt-5"],
    ["OpenAI/gpt-5", "openai", "gpt-5"],
    ["google/gemini-2.5-flash", "gemini", "gemini-2.5-flash"],
    ["openrouter/meta-llama/llama-3.3-70b-instruct", "openrouter", "meta-llama/llama-3.3-70b-instruct"],
    ["ollama/qwen3:8b", "ollama", "qwen3:8b"],
    ["lm-studio/x", "lmstudio", "x"],
    ["gpt-5", "openai", "gpt-5"],
    ["o3", "openai", "o3"],
    ["claude-sonnet-4-6", "anthropic", "claude-sonnet-4-6"],
    ["gemini-2.5-flash", "gemini", "gemini-2.5-flash"],
    ["mistral-large-latest", "mistral", "mistral-large-latest"],
    ["deepseek-chat", "deepseek", "deepseek-chat"],
  ])("%s is a model of %s named %s", (name, id, bare) => {
    const parsed = parseModelName(name);
    expect([parsed.preset.id, parsed.model]).toEqual([id, bare]);
  });

  test.each(["llama-3.3-70b", "gpt-oss-120b", "qwen3", "mistral", "deepseek-r1"])(
    "%s alone may be several's",
    (name) => {
      expect(() => parseModelName(name)).toThrow(/provider\/.*openai, anthropic, gemini/);
    },
  );

  test.each([
    ["opnai/gpt-5", "openai/gpt-5"],
    ["antropic/claude-x", "anthropic/claude-x"],
    ["olama/a/b", "ollama/a/b"],
  ])("%s is near %s", (name, near) => {
    expect(() => parseModelName(name)).toThrow(`Did you mean "${near}"?`);
  });

  test("a provider that is near none lists them all", () => {
    expect(() => parseModelName("meta-llama/llama-4")).toThrow(
      /"meta-llama".*not known\. The providers are openai, .*vllm/,
    );
    expect(() => parseModelName("meta-llama/llama-4")).not.toThrow(/Did you mean/);
  });

  test.each(["", " ", "openai/", null, 7])("%j is no name", (name) => {
    expect(() => parseModelName(name as string)).toThrow(expect.objectContaining({ name: "ValueError" }) as Error);
  });
});

describe("model", () => {
  test.each([
    ["openai/gpt-4o", "https://api.openai.com/v1", "OPENAI_API_KEY"],
    ["gemini/gemini-2.5-flash", "https://generativelanguage.googleapis.com/v1beta/openai", "GEMINI_API_KEY"],
    ["mistral/mistral-large-latest", "https://api.mistral.ai/v1", "MISTRAL_API_KEY"],
    ["groq/llama-3.3-70b-versatile", "https://api.groq.com/openai/v1", "GROQ_API_KEY"],
    ["deepseek/deepseek-chat", "https://api.deepseek.com", "DEEPSEEK_API_KEY"],
    ["openrouter/openai/gpt-4o", "https://openrouter.ai/api/v1", "OPENROUTER_API_KEY"],
    ["ollama/llama3.2", "http://localhost:11434/v1", undefined],
    ["lmstudio/anything", "http://localhost:1234/v1", undefined],
    ["vllm/anything", "http://localhost:8000/v1", "VLLM_API_KEY"],
  ])("%s goes to %s", async (name, baseUrl, variable) => {
    const { url, headers, body } = await reached(name);
    expect(url).toBe(`${baseUrl}/chat/completions`);
    expect(headers.get("authorization")).toBe(variable === undefined ? null : `Bearer key of ${variable}`);
    expect(body).toMatchObject({ model: name.slice(name.indexOf("/") + 1) });
  });

  test("Anthropic's models have Anthropic's client", () => {
    const client = model("anthropic/claude-sonnet-4-6", { environment: KEYS });
    expect(client).toBeInstanceOf(AnthropicChatCompletionClient);
    expect(client.model).toBe("claude-sonnet-4-6");
  });

  test("providers that refuse names get none; the usage of streams is asked for where it is known to be understood", async () => {
    expect((await reached("groq/x")).body).toMatchObject({
      messages: [{ role: "user", content: "Hello" }],
      stream_options: { include_usage: true },
    });
    expect(JSON.stringify((await reached("groq/x")).body)).not.toContain('"name"');
    expect((await reached("mistral/mistral-large-latest")).body).not.toHaveProperty("stream_options");
    expect((await reached("openai/gpt-4o")).body).toHaveProperty("stream_options");
  });

  test.each(
    MODEL_PRESETS.filter(({ keyOptional }) => keyOptional !== true).map(({ id, keyVariables, baseUrl }) => [
      id,
      keyVariables[0] ?? "",
      baseUrl,
    ]),
  )("%s without a key names %s and %s", (id, variable, baseUrl) => {
    const attempt = (): unknown => model(`${id}/gpt-4o`, { environment: {} });
    expect(attempt).toThrow(expect.objectContaining({ code: "ERR_MODEL_AUTHENTICATION" }) as Error);
    expect(attempt).toThrow(variable);
    expect(attempt).toThrow(new URL(baseUrl).host);
  });

  test("options go before the environment", async () => {
    const { url, headers, body } = await reached("groq/x", {
      apiKey: "mine",
      baseUrl: "https://proxy.example/v1",
      temperature: 0.5,
      maxTokens: 7,
    });
    expect(url).toBe("https://proxy.example/v1/chat/completions");
    expect(headers.get("authorization")).toBe("Bearer mine");
    expect(body).toMatchObject({ temperature: 0.5, max_tokens: 7 });
    expect((await reached("openai/gpt-5", { maxTokens: 7 })).body).toMatchObject({ max_completion_tokens: 7 });
    expect(
      (await reached("openai/gpt-4o", { defaultHeaders: { authorization: "Basic x" }, environment: {} })).headers.get(
        "authorization",
      ),
    ).toBe("Basic x");
  });

  test("an effort is an option whichever the provider", async () => {
    const reasoningEffort = "low";
    expect((await reached("openai/gpt-5", { reasoningEffort })).body).toMatchObject({ reasoning_effort: "low" });
    const claude = model("claude-sonnet-4-6", { environment: KEYS, reasoningEffort });
    expect(claude.requestDefaults).toMatchObject({ reasoning_effort: "low" });
  });

  test.each([
    ["OLLAMA_HOST", "ollama/x", "10.0.0.5:9000", "http://10.0.0.5:9000/v1"],
    ["OLLAMA_HOST", "ollama/x", "0.0.0.0", "http://localhost:11434/v1"],
    ["OLLAMA_HOST", "ollama/x", "https://ollama.example", "https://ollama.example/v1"],
    ["OPENAI_BASE_URL", "openai/gpt-4o", "https://gateway.example/v1", "https://gateway.example/v1"],
  ])("%s moves %s", async (variable, name, value, expected) => {
    expect((await reached(name, { environment: { ...KEYS, [variable]: value } })).url).toBe(
      `${expected}/chat/completions`,
    );
  });

  test.each([
    [{ ANTHROPIC_BASE_URL: "https://gateway.example/" }, undefined, "https://gateway.example/v1/messages"],
    [{ ANTHROPIC_BASE_URL: "https://gateway.example" }, "https://mine.example/v1", "https://mine.example/v1/messages"],
    [{}, undefined, "https://api.anthropic.com/v1/messages"],
  ])("ANTHROPIC_BASE_URL moves Anthropic's models: %j with the option %j", async (environment, baseUrl, expected) => {
    let reachedUrl = "";
    const fetch = (url: string): Promise<Response> => {
      reachedUrl = url;
      return Promise.resolve(new Response("{}", { status: 400 }));
    };
    const client = model("anthropic/claude-sonnet-4-6", { environment: { ...KEYS, ...environment }, baseUrl, fetch });
    await expect(client.create(HELLO)).rejects.toMatchObject({ status: 400 });
    expect(reachedUrl).toBe(expected);
  });

  test("a server at another address may need no key", async () => {
    for (const environment of [
      { OPENAI_BASE_URL: "http://localhost:4000/v1" },
      { OPENAI_BASE_URL: fixture.server.url },
    ]) {
      const { headers } = await reached("openai/gpt-4o", { environment });
      expect(headers.get("authorization")).toBeNull();
    }
  });

  test("an OLLAMA_HOST that is no address is refused by name", () => {
    expect(() => model("ollama/x", { environment: { OLLAMA_HOST: "http://" } })).toThrow(/no address of a server/);
  });

  test("a model that no table knows is taken as the provider's usual one, with a warning; one of OpenAI's is refused", () => {
    const client = model("ollama/unheard-of", { environment: {} });
    expect(client.modelInfo).toMatchObject({ functionCalling: true, vision: false, family: "unknown" });
    expect(fixture.codes).toEqual(["TESSERAE_MODEL_INFERRED"]);
    expect(() => model("openai/unheard-of", { environment: KEYS })).toThrow(/modelInfo/);
  });

  test("knows the price of its provider, and of Ollama that there is none", () => {
    const usage = { promptTokens: 1_000_000, completionTokens: 0 };
    expect(model("openai/gpt-4o", { environment: KEYS }).cost(usage)).toBe(2.5e12);
    expect(model("ollama/llama3.2").cost(usage)).toBe(0);
    expect(model("vllm/llama3.2").cost(usage)).toBeUndefined();
    expect(model("gemini-2.5-flash", { environment: KEYS }).cost(usage)).toBe(3e11);
  });

  test("gives a client that is written as JSON and finds its provider's key again", () => {
    const { config } = dumpComponent(model("groq/llama-3.3-70b-versatile", { environment: KEYS }));
    expect(config).toMatchObject({
      base_url: "https://api.groq.com/openai/v1",
      api_key: "**********",
      include_name_in_message: false,
      provider: "groq",
    });
  });

  test("a name is enough for an agent", async () => {
    forgetWarnings();
    fixture.server.next(completion({ content: "Hi" }), stream(chunk({ content: "Hi" }, "stop")));
    const client = model("gpt-4o", { apiKey: "k", baseUrl: fixture.server.url });
    expect(client).toBeInstanceOf(OpenAIChatCompletionClient);
    const { messages } = await new AssistantAgent({ name: "bot", modelClient: client }).run("Hello");
    expect(messages.at(-1)).toMatchObject({ content: "Hi", source: "bot" });
    expect(fixture.body).toMatchObject({ model: "gpt-4o" });
  });
});
