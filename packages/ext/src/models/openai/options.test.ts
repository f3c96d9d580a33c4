import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ModelCatalogue } from "@tesserae/wire/catalogue";
import { collect, chunk, completion, HELLO, OpenAIFixture, stream } from "../../testing/openai-fixture.ts";
import { getLogger, type LogEvent, eventSink } from "@tesserae/core";
import { OpenAIChatCompletionClient } from "./openai-chat-completion-client.ts";
import type { OpenAIOptions } from "./options.ts";

let fixture: OpenAIFixture;
beforeEach(async () => void (fixture = await OpenAIFixture.start()));
afterEach(() => fixture.close());

/** Where a client's call goes, with which authorization. */
async function reached(options: OpenAIOptions): Promise<{ url: string; headers: Record<string, string> }> {
  let found: { url: string; headers: Record<string, string> } | undefined;
  const fetch = (url: string, init: RequestInit): Promise<Response> => {
    found = { url, headers: Object.fromEntries(new Headers(init.headers)) };
    return Promise.resolve(Response.json(completion({ content: "Hi" }).body));
  };
  await new OpenAIChatCompletionClient({ environment: {}, fetch, ...options }).create(HELLO);
  if (found === undefined) throw new Error("Nothing was sent.");
  return found;
}

const INFO = { vision: false, functionCalling: false, jsonOutput: false, structuredOutput: false, family: "unknown" };

describe("model", () => {
  test("is required", () => {
    expect(() => new OpenAIChatCompletionClient({} as OpenAIOptions)).toThrow(/needs the option model/);
  });

  test("a name that nobody knows needs a model info", () => {
    expect(() => fixture.client({ model: "qwen-unheard-of" })).toThrow(/modelInfo/);
    expect(fixture.client({ model: "qwen-unheard-of", modelInfo: INFO }).modelInfo).toEqual(INFO);
    expect(fixture.codes).toEqual([]);
  });

  test("a name that only its family's rule knows warns once", () => {
    expect(fixture.client({ model: "gpt-5.9-ultra" }).modelInfo.family).toBe("gpt-5");
    fixture.client({ model: "gpt-5.9-ultra" });
    expect(fixture.codes).toEqual(["TESSERAE_MODEL_INFERRED"]);
  });

  test("a catalogue of the caller's own knows more", () => {
    const catalogue = new ModelCatalogue();
    catalogue.register("house-model", {
      info: { ...INFO, multipleSystemMessages: true },
      contextWindow: 5000,
      price: { input: 1, output: 2 },
    });
    const client = fixture.client({ model: "house-model", catalogue });
    expect(client.remainingTokens([])).toBe(5000 - 3);
    expect(client.cost({ promptTokens: 10, completionTokens: 1 })).toBe(12);
  });

  test("modelCapabilities is deprecated, has no family and excludes modelInfo", () => {
    const modelCapabilities = { vision: true, functionCalling: true, jsonOutput: false };
    const client = fixture.client({ modelCapabilities });
    expect(client.modelInfo).toEqual({ ...modelCapabilities, structuredOutput: false, family: "unknown" });
    expect(fixture.codes).toEqual(["TESSERAE_DEPRECATED_OPTION"]);
    expect(() => fixture.client({ modelCapabilities, modelInfo: INFO })).toThrow(/mutually exclusive/);
  });

  test("a model info with a key missing is refused by name", () => {
    const { family: _, ...rest } = INFO;
    expect(() => fixture.client({ model: "x", modelInfo: rest as never })).toThrow(/family/);
  });

  test("capabilities is an old name of modelInfo", () => {
    const client = fixture.client();
    expect(client.capabilities).toBe(client.modelInfo);
    expect(fixture.codes).toEqual(["TESSERAE_DEPRECATED_OPTION"]);
  });

  test("a misspelt option is told", () => {
    fixture.client({ tempreature: 1 } as never);
    expect(fixture.warnings).toMatchObject([
      { code: "TESSERAE_UNKNOWN_OPTION", text: expect.stringContaining("tempreature") as string },
    ]);
  });
});

describe("address and key", () => {
  const KEYS = {
    OPENAI_API_KEY: "sk-openai",
    GEMINI_API_KEY: "sk-gemini",
    ANTHROPIC_API_KEY: "sk-anthropic",
    LLAMA_API_KEY: "sk-llama",
    GROQ_API_KEY: "sk-groq",
  };

  test.each([
    ["gpt-4o", undefined, "https://api.openai.com/v1", "sk-openai"],
    ["gemini-1.5-flash", undefined, "https://generativelanguage.googleapis.com/v1beta/openai", "sk-gemini"],
    ["claude-3-haiku", undefined, "https://api.anthropic.com/v1", "sk-anthropic"],
    ["Llama-4-Scout-17B-16E-Instruct-FP8", undefined, "https://api.llama.com/compat/v1", "sk-llama"],
    ["gpt-4o", "https://api.groq.com/openai/v1/", "https://api.groq.com/openai/v1", "sk-groq"],
    ["gemini-1.5-flash", "https://proxy.example/v1", "https://proxy.example/v1", "sk-openai"],
  ])("%s at %s goes to %s with its key", async (model, baseUrl, address, key) => {
    const { url, headers } = await reached({ model, baseUrl, environment: KEYS });
    expect(url).toBe(`${address}/chat/completions`);
    expect(headers["authorization"]).toBe(`Bearer ${key}`);
  });

  test("options go before the environment", async () => {
    const environment = {
      ...KEYS,
      OPENAI_BASE_URL: "https://env.example/v1",
      OPENAI_ORG_ID: "org-env",
      OPENAI_PROJECT_ID: "proj",
    };
    const first = await reached({ model: "gpt-4o", environment });
    expect(first.url).toBe("https://env.example/v1/chat/completions");
    expect(first.headers).toMatchObject({ "openai-organization": "org-env", "openai-project": "proj" });
    const second = await reached({
      model: "gpt-4o",
      apiKey: "mine",
      organization: "org",
      baseUrl: "https://mine.example",
      environment,
    });
    expect(second.url).toBe("https://mine.example/chat/completions");
    expect(second.headers).toMatchObject({ authorization: "Bearer mine", "openai-organization": "org" });
  });

  test("without a key the call fails before anything is sent, and says where it was looked for", async () => {
    const error: unknown = await reached({ model: "gemini-1.5-flash" }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: "ModelClientError", code: "ERR_MODEL_AUTHENTICATION" });
    expect(String(error)).toMatch(/generativelanguage\.googleapis\.com.*GEMINI_API_KEY/);
    await expect(reached({ model: "gpt-4o", environment: { OPENAI_API_KEY: "" } })).rejects.toThrow(/OPENAI_API_KEY/);
  });

  test("an unknown server needs no key; a header of the caller's own is one", async () => {
    const free = await reached({ model: "gpt-4o", baseUrl: "http://127.0.0.1:9/v1" });
    expect(free.headers["authorization"]).toBeUndefined();
    const own = await reached({ model: "gpt-4o", defaultHeaders: { Authorization: "Basic x" } });
    expect(own.headers["authorization"]).toBe("Basic x");
  });

  test("a masked key and an address that is none are refused", () => {
    expect(() => fixture.client({ apiKey: "**********" })).toThrow(/masked/);
    for (const baseUrl of ["nonsense", "ftp://x", "localhost:1234"])
      expect(() => fixture.client({ baseUrl })).toThrow(/baseUrl/);
    for (const maxRetries of [-1, 1.5, Number.NaN]) expect(() => fixture.client({ maxRetries })).toThrow(/maxRetries/);
  });

  test("headers: the caller's own, the extra ones over them, the library's name before theirs; nothing is mutated", async () => {
    const defaultHeaders = Object.freeze({ "User-Agent": "app/1", "X-Team": "a", "x-other": "1" });
    const { headers } = await reached({
      model: "gpt-4o",
      apiKey: "k",
      defaultHeaders,
      extraHeaders: { "x-team": "b" },
    });
    expect(headers["user-agent"]).toMatch(/^tesserae\/\d+\.\d+\.\d+ app\/1$/);
    expect(headers).toMatchObject({ "x-team": "b", "x-other": "1" });
  });
});

describe("tokens and prices", () => {
  test("remaining tokens are those of the table, of the model info, else of a default with a warning", () => {
    expect(fixture.client({ model: "gpt-4.1" }).remainingTokens([])).toBe(1_047_576 - 3);
    expect(fixture.client({ model: "x", modelInfo: { ...INFO, contextWindow: 900 } }).remainingTokens([])).toBe(897);
    const client = fixture.client({ model: "y", modelInfo: INFO });
    expect(client.remainingTokens([])).toBe(128_000 - 3);
    client.remainingTokens([]);
    expect(fixture.codes).toEqual(["TESSERAE_CONTEXT_WINDOW_UNKNOWN"]);
  });

  test("the price is the provider's whose address it is; of an unknown server nobody knows it", () => {
    const usage = { promptTokens: 1_000_000, completionTokens: 0 };
    const at = (options: Partial<OpenAIOptions>): number | undefined => fixture.client(options).cost(usage);
    expect(at({ model: "gpt-4o", baseUrl: "https://api.openai.com/v1" })).toBe(2.5e12);
    expect(at({ model: "gpt-4o" })).toBeUndefined();
    expect(at({ model: "gpt-4o", provider: "openai" })).toBe(2.5e12);
    expect(at({ model: "anything", modelInfo: INFO, provider: "ollama" })).toBe(0);
  });

  test("the most that a request can cost: its bytes, and the longest answer", () => {
    const price = { input: 1_000_000, output: 2_000_000 };
    const client = fixture.client({ model: "gpt-4o", price });
    const bytes = JSON.stringify({
      model: "gpt-4o",
      messages: [{ role: "user", content: "Hello", name: "user" }],
    }).length;
    expect(client.maxCost(HELLO)).toBe(bytes * 1e6 + 16_384 * 2e6);
    const limited = JSON.stringify({
      model: "gpt-4o",
      messages: [{ role: "user", content: "Hello", name: "user" }],
      max_tokens: 10,
    }).length;
    expect(client.maxCost(HELLO, { extraCreateArgs: { max_tokens: 10 } })).toBe(limited * 1e6 + 10 * 2e6);
    expect(fixture.client({ model: "x", modelInfo: INFO, price }).maxCost(HELLO)).toBeUndefined();
    expect(fixture.client({ model: "gpt-4o" }).maxCost(HELLO)).toBeUndefined();
  });
});

test("the logger gets the events of calls and streams", async () => {
  const events: LogEvent[] = [];
  const client = fixture.client({ logger: getLogger(eventSink((event) => void events.push(event))) });
  fixture.server.next(
    completion({ content: "Hi" }, { usage: { prompt_tokens: 2, completion_tokens: 1 } }),
    stream(chunk({ content: "Hi" }, "stop")),
  );
  await client.create(HELLO, { tools: [{ name: "add" }] });
  await collect(client.createStream(HELLO));
  expect(events).toMatchObject([
    {
      type: "LLMCall",
      promptTokens: 2,
      completionTokens: 1,
      messages: [{ role: "user" }],
      extras: { model: "gpt-4o", tools: [{}] },
    },
    { type: "LLMStreamStart", messages: [{ role: "user" }] },
    { type: "LLMStreamEnd", response: { content: "Hi" } },
  ]);
});
