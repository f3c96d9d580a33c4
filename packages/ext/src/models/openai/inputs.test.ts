import {
  AssistantMessage,
  audioPart,
  type CreateOptions,
  filePart,
  FunctionExecutionResultMessage,
  imageFromBase64,
  imageFromUrl,
  type LLMMessage,
  type ModelInfo,
  providerTool,
  SystemMessage,
  type ToolSchema,
  UserMessage,
  type ContentPart,
} from "@tesserae/core";
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { completion } from "../../testing/openai-fixture.ts";
import { startTestServer, type TestServer } from "../../testing/test-server.ts";
import { OpenAIChatCompletionClient } from "./openai-chat-completion-client.ts";
import type { OpenAIOptions } from "./options.ts";

type Params = OpenAI.ChatCompletionCreateParamsNonStreaming;
type UserPart = OpenAI.ChatCompletionContentPart;

const PNG = "iVBORw0KGgo=";
const PDF = "JVBERi0=";
const ANYTHING: ModelInfo = {
  vision: true,
  functionCalling: true,
  jsonOutput: true,
  structuredOutput: true,
  multipleSystemMessages: true,
  family: "unknown",
};
const add: ToolSchema = { name: "add", description: "Adds.", parameters: { type: "object", properties: {} } };
const mark = { prompt_cache_breakpoint: { mode: "explicit" } } as const;

let server: TestServer;
let sdk: OpenAI;
beforeAll(async () => {
  const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
  server = await startTestServer(({ body }) => completion({ content: "Hi" }, { model: (body as Params).model, usage }));
  sdk = new OpenAI({ apiKey: "sk-test", baseURL: server.url, maxRetries: 0 });
});
afterAll(() => server.close());

const make = (options: Partial<OpenAIOptions>): OpenAIChatCompletionClient =>
  new OpenAIChatCompletionClient({
    model: "gpt-5.6",
    provider: "openai",
    baseUrl: server.url,
    apiKey: "sk-test",
    includeNameInMessage: false,
    ...options,
  });
const says = (...content: ContentPart[]): LLMMessage => UserMessage({ content, source: "ann" });
const asked = (...content: UserPart[]): OpenAI.ChatCompletionUserMessageParam => ({ role: "user", content });

/** What our client sends, and what the vendor's SDK sends for the same. */
async function bodies(
  messages: readonly LLMMessage[],
  call: CreateOptions,
  options: Partial<OpenAIOptions>,
  params: Partial<Params>,
): Promise<readonly [unknown, unknown]> {
  const client = make(options);
  await client.create(messages, call);
  const ours = server.requests.at(-1)?.body;
  await sdk.chat.completions.create({ model: client.model, messages: [], ...params });
  await client.close();
  return [ours, server.requests.at(-1)?.body];
}

async function refusal(
  messages: readonly LLMMessage[],
  call: CreateOptions = {},
  options: Partial<OpenAIOptions> = {},
): Promise<unknown> {
  const client = make(options);
  const before = server.requests.length;
  const error: unknown = await client.create(messages, call).catch((thrown: unknown) => thrown);
  expect(server.requests.length).toBe(before);
  await client.close();
  return error;
}

const unsupported = (...words: readonly string[]): unknown =>
  expect.objectContaining({
    code: "ERR_UNSUPPORTED_INPUT",
    message: expect.stringMatching(new RegExp(words.join(".*"), "s")),
  });

interface Row {
  readonly name: string;
  readonly messages: readonly LLMMessage[];
  readonly call?: CreateOptions;
  readonly options?: Partial<OpenAIOptions>;
  readonly params: Partial<Params>;
}

const HELLO: readonly LLMMessage[] = [UserMessage({ content: "Hi", source: "ann" })];
const hello: OpenAI.ChatCompletionMessageParam[] = [{ role: "user", content: "Hi" }];

const ROWS: readonly Row[] = [
  {
    name: "files as bytes and by id",
    messages: [
      says(
        filePart({ mediaType: "application/pdf", base64: PDF, name: "a.pdf" }),
        filePart({ mediaType: "application/pdf", base64: PDF }),
        filePart({ mediaType: "text/plain", base64: PDF }),
        filePart({ mediaType: "application/pdf", fileId: "file_1" }),
      ),
    ],
    params: {
      messages: [
        asked(
          { type: "file", file: { filename: "a.pdf", file_data: `data:application/pdf;base64,${PDF}` } },
          { type: "file", file: { filename: "file.pdf", file_data: `data:application/pdf;base64,${PDF}` } },
          { type: "file", file: { filename: "file.txt", file_data: `data:text/plain;base64,${PDF}` } },
          { type: "file", file: { file_id: "file_1" } },
        ),
      ],
    },
  },
  {
    name: "recordings",
    options: { model: "gpt-audio", modelInfo: ANYTHING },
    messages: [says("Hear", audioPart({ base64: "AA==" }), audioPart({ base64: "AA==", mediaType: "audio/mpeg" }))],
    params: {
      messages: [
        asked(
          { type: "text", text: "Hear" },
          { type: "input_audio", input_audio: { data: "AA==", format: "wav" } },
          { type: "input_audio", input_audio: { data: "AA==", format: "mp3" } },
        ),
      ],
    },
  },
  {
    name: "images at an address and with a detail",
    messages: [
      says(
        imageFromUrl("https://example.org/a.png", { detail: "low" }),
        filePart({ mediaType: "image/png", base64: PNG, detail: "high" }),
        imageFromBase64(PNG),
      ),
    ],
    params: {
      messages: [
        asked(
          { type: "image_url", image_url: { url: "https://example.org/a.png", detail: "low" } },
          { type: "image_url", image_url: { url: `data:image/png;base64,${PNG}`, detail: "high" } },
          { type: "image_url", image_url: { url: `data:image/png;base64,${PNG}`, detail: "auto" } },
        ),
      ],
    },
  },
  {
    name: "marks for the cache, on messages and parts, for a model that takes them",
    messages: [
      SystemMessage({ content: "s", cache: "1h" }),
      UserMessage({ content: [filePart({ mediaType: "image/png", base64: PNG, cache: "5m" }), "look"], source: "ann" }),
      AssistantMessage({ content: [{ id: "1", name: "add", arguments: "{}" }], source: "bot", cache: "5m" }),
      FunctionExecutionResultMessage({ content: [{ content: "3", name: "add", callId: "1" }], cache: "5m" }),
      UserMessage({ content: "go on", source: "ann", cache: "5m" }),
    ],
    params: {
      messages: [
        { role: "system", content: [{ type: "text", text: "s", ...mark }] },
        asked(
          { type: "image_url", image_url: { url: `data:image/png;base64,${PNG}`, detail: "auto" }, ...mark },
          { type: "text", text: "look" },
        ),
        {
          role: "assistant",
          content: null,
          tool_calls: [{ id: "1", type: "function", function: { name: "add", arguments: "{}" } }],
        },
        { role: "tool", tool_call_id: "1", content: [{ type: "text", text: "3", ...mark }] },
        asked({ type: "text", text: "go on", ...mark }),
      ],
    },
  },
  ...[{ model: "gpt-4o" }, { provider: "groq" }].map((options) => ({
    name: `marks are left out where nobody takes them: ${JSON.stringify(options)}`,
    options,
    messages: [UserMessage({ content: "Hi", source: "ann", cache: "5m" as const })],
    params: { messages: hello },
  })),
  {
    name: "effort of the call over that of the client",
    options: { reasoningEffort: "low" },
    call: { reasoningEffort: "high" },
    messages: HELLO,
    params: { messages: hello, reasoning_effort: "high" },
  },
  {
    name: "no effort, for a model that never reasons",
    options: { model: "gpt-4o" },
    call: { reasoningEffort: "none" },
    messages: HELLO,
    params: { messages: hello },
  },
  {
    name: "an effort, for a model of which nothing is known",
    options: { model: "some-model", modelInfo: ANYTHING },
    call: { reasoningEffort: "low" },
    messages: HELLO,
    params: { messages: hello, reasoning_effort: "low" },
  },
  {
    name: "the search of the web, beside other tools",
    options: { model: "gpt-4o-search-preview" },
    call: {
      tools: [
        providerTool({
          type: "web_search",
          search_context_size: "low",
          user_location: { type: "approximate", city: "Utrecht", country: "NL" },
        }),
        add,
      ],
    },
    messages: HELLO,
    params: {
      messages: hello,
      tools: [
        {
          type: "function",
          function: {
            name: "add",
            description: "Adds.",
            parameters: { type: "object", properties: {} },
            strict: false,
          },
        },
      ],
      tool_choice: "auto",
      web_search_options: {
        search_context_size: "low",
        user_location: { type: "approximate", approximate: { city: "Utrecht", country: "NL" } },
      },
    },
  },
];

describe("the vendor's SDK sends the same body for", () => {
  test.each(ROWS)("$name", async ({ messages, call = {}, options = {}, params }) => {
    const [ours, theirs] = await bodies(messages, call, options, params);
    expect(ours).toEqual(theirs);
  });
});

test("another server gets its own tools as they stand", async () => {
  const client = make({ provider: "openrouter", modelInfo: ANYTHING });
  const form = { type: "openrouter:web_search", parameters: { max_uses: 1 } };
  await client.create(HELLO, { tools: [providerTool(form)], toolChoice: "required" });
  expect(server.requests.at(-1)?.body).toMatchObject({ tools: [form], tool_choice: "required" });
  await client.close();
});

describe("before anything is sent is refused", () => {
  const parts: readonly (readonly [string, ContentPart, readonly string[]])[] = [
    [
      "a file by URL",
      filePart({ mediaType: "application/pdf", name: "a.pdf", url: "https://example.org/a.pdf" }),
      ['"a.pdf"', "application/pdf, by URL", "OpenAIChatCompletionClient", "give its bytes"],
    ],
    ["a video", filePart({ mediaType: "video/mp4", base64: "AA==" }), ["video/mp4", "no video"]],
    ["an image by id", filePart({ mediaType: "image/png", fileId: "f" }), ["image/png, by file id", "or by URL"]],
    ["an image of no kind", filePart({ mediaType: "image/*", base64: PNG }), ["image/\\*", "mediaType"]],
  ];

  test.each(parts)("%s", async (_name, part, words) => {
    expect(await refusal([says(part)])).toEqual(unsupported(...words));
  });

  test.each([
    audioPart({ base64: "AA==", mediaType: "audio/flac" }),
    audioPart({ url: "https://example.org/a.wav" }),
    audioPart({ fileId: "f" }),
  ])("a recording that is no WAV or MP3 in bytes: %j", async (part) => {
    const options = { model: "gpt-audio", modelInfo: ANYTHING };
    expect(await refusal([says(part)], {}, options)).toEqual(unsupported("audio/", "WAV or MP3"));
  });

  test("what the model is known not to take", async () => {
    const recording = says(audioPart({ base64: "AA==" }));
    const document = says(filePart({ mediaType: "application/pdf", base64: PDF }));
    const picture = says(imageFromUrl("https://example.org/a.png"));
    expect(await refusal([recording])).toEqual(unsupported("gpt-5.6", "recordings", "audio"));
    expect(await refusal([document], {}, { model: "o3-mini" })).toEqual(unsupported("o3-mini", "files", "files"));
    const blind = { modelInfo: { ...ANYTHING, vision: false, files: false } };
    expect(await refusal([document], {}, blind)).toEqual(unsupported("files"));
    expect(await refusal([picture], {}, blind)).toMatchObject({ message: expect.stringContaining("vision") });
    for (const options of [{ model: "gpt-4o" }, { modelInfo: { ...ANYTHING, reasoning: false } }]) {
      expect(await refusal(HELLO, { reasoningEffort: "low" }, options)).toEqual(unsupported("reason", '"low"'));
      expect(await refusal(HELLO, {}, { ...options, reasoningEffort: "high" })).toEqual(unsupported('"high"'));
    }
  });

  test("more marks than four", async () => {
    const many = Array.from({ length: 5 }, (): LLMMessage => UserMessage({ content: "x", source: "u", cache: "5m" }));
    expect(await refusal(many)).toEqual(unsupported("5 marks", "OpenAI takes 4"));
  });

  test.each([
    [{ type: "code_execution" }, "Responses"],
    [{ type: "web_search_20250305" }, "Anthropic"],
    [{ type: "web_search", max_uses: 2 }, "max_uses", "gpt-5-search-api"],
    [{ type: "web_search" }, "gpt-5-search-api"],
  ])("the provider's tool %j", async (form, why, model = "gpt-5.6") => {
    expect(await refusal(HELLO, { tools: [providerTool(form)] }, { model })).toEqual(unsupported(form.type, why));
  });
});

describe("what a search of the web costs", () => {
  const tools = [providerTool({ type: "web_search" })];
  const costOf = async (model: string): Promise<number | null | undefined> => {
    const client = make({ model });
    const { cost } = await client.create(HELLO, { tools });
    await client.close();
    return cost;
  };

  test("is counted where it has a price, and makes the cost unknown where it has none", async () => {
    expect(await costOf("gpt-4o-mini-search-preview")).toBe(10 * 150_000 + 5 * 600_000 + 10_000_000_000);
    expect(await costOf("gpt-4o-search-preview")).toBeNull();
  });
});

describe("counts and bounds", () => {
  test("a file counts by what it is, not by its base64", async () => {
    const client = make({});
    const count = (part: ContentPart): number => client.countTokens([says(part)]) - client.countTokens([says()]);
    const text = filePart({ mediaType: "text/plain", base64: btoa("hello world ".repeat(50)) });
    const pages = filePart({
      mediaType: "application/pdf",
      base64: btoa("<</Type /Page>><</Type/Page>><</Type/Pages>>"),
    });
    const large = filePart({ mediaType: "application/pdf", base64: "A".repeat(4_000_000) });
    expect(count(text)).toBeGreaterThan(90);
    expect(count(text)).toBeLessThan(160);
    expect(count(pages)).toBe(4000);
    expect(count(large)).toBe(60 * 2000);
    expect(count(imageFromUrl("https://example.org/a.png"))).toBe(1445);
    expect(count(filePart({ mediaType: "application/pdf", fileId: "f" }))).toBe(2000);
    expect(count(filePart({ mediaType: "application/zip", base64: "A".repeat(400) }))).toBe(75);
    await client.close();
  });

  test("a recording counts by its seconds", async () => {
    const client = make({ model: "gpt-audio", modelInfo: ANYTHING });
    const count = (part: ContentPart): number => client.countTokens([says(part)]) - client.countTokens([says()]);
    const wav = new Uint8Array(44 + 48_000 * 2);
    wav.set(new TextEncoder().encode("RIFF"));
    new DataView(wav.buffer).setUint32(28, 48_000, true);
    expect(count(audioPart({ bytes: wav }))).toBe(21);
    expect(count(audioPart({ bytes: new Uint8Array(32_000), mediaType: "audio/mpeg" }))).toBe(20);
    await client.close();
  });

  test("a search of the web is in the bound, recordings have their price, and a server's own tools have no bound", async () => {
    const most = async (options: Partial<OpenAIOptions>, call: CreateOptions, messages = HELLO): Promise<unknown> => {
      const client = make({ modelInfo: { ...ANYTHING, contextWindow: 1000 }, maxTokens: 1, ...options });
      const found = client.maxCost(messages, call);
      await client.close();
      return found;
    };
    const tools = [providerTool({ type: "web_search" })];
    const price = { input: 1, output: 1, inputAudio: 5, webSearch: 1_000_000 };
    const plain = await most({ price, model: "search" }, {});
    expect(await most({ price, model: "search" }, { tools })).toBe(
      Number(plain) + 1_000_000 + '"web_search_options":{},'.length,
    );
    expect(await most({ price: { input: 1, output: 1 }, model: "search" }, { tools })).toBeUndefined();
    const recording = [says(audioPart({ base64: "A".repeat(4000) }))];
    expect(await most({ price }, {}, recording)).toBe(5 * 1000 + 1);
    const own = { tools: [providerTool({ type: "openrouter:web_search" })] };
    expect(await most({ price, provider: "openrouter" }, own)).toBeUndefined();
  });

  test("a file may take the whole window; without a window there is no bound", async () => {
    const price = { input: 1, output: 0 };
    const message = says(filePart({ mediaType: "application/pdf", base64: PDF }));
    const known = make({ model: "gpt-4o", price });
    const unknown = make({ model: "some-model", modelInfo: ANYTHING, price, maxTokens: 10 });
    expect(known.maxCost([message])).toBe(128_000);
    expect(known.maxCost(HELLO)).toBeLessThan(1000);
    expect(unknown.maxCost([message])).toBeUndefined();
    expect(unknown.maxCost(HELLO)).toBeGreaterThan(0);
    await known.close();
    await unknown.close();
  });
});
