import Anthropic from "@anthropic-ai/sdk";
import {
  AssistantMessage,
  audioPart,
  type CacheTtl,
  type ContentPart,
  ComponentRegistry,
  type CreateOptions,
  dumpComponent,
  filePart,
  FunctionExecutionResultMessage,
  imageFromBase64,
  imageFromUrl,
  type LLMMessage,
  providerTool,
  type ReasoningEffort,
  SystemMessage,
  type ToolSchema,
  UserMessage,
} from "@tesserae/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { message, reply } from "../../../test/anthropic-server.ts";
import { startTestServer, type TestServer } from "../../testing/test-server.ts";
import { AnthropicChatCompletionClient } from "./anthropic-chat-completion-client.ts";
import type { AnthropicOptions } from "./options.ts";

type Body = Record<string, unknown>;
type Params = Anthropic.MessageCreateParamsNonStreaming;
type Block = Anthropic.ContentBlockParam;

const PNG = "iVBORw0KGgo=";
const PDF = "JVBERi0=";
const ephemeral = { cache_control: { type: "ephemeral" } } as const;
const hour = { cache_control: { type: "ephemeral", ttl: "1h" } } as const;
const add: ToolSchema = { name: "add", description: "Adds.", parameters: { type: "object", properties: {} } };

let server: TestServer;
let sdk: Anthropic;
beforeAll(async () => {
  server = await startTestServer((request) => reply(message("Hello"), (request.body as Body)["stream"] === true));
  sdk = new Anthropic({ apiKey: "sk-test", baseURL: server.url, maxRetries: 0 });
});
afterAll(() => server.close());

const make = (options: Partial<AnthropicOptions> = {}): AnthropicChatCompletionClient =>
  new AnthropicChatCompletionClient({
    model: "claude-sonnet-4-6",
    apiKey: "sk-test",
    baseUrl: server.url,
    maxRetries: 0,
    ...options,
  });
const user = (content: UserMessage["content"], cache?: CacheTtl): LLMMessage =>
  UserMessage({ content, source: "user", ...(cache === undefined ? {} : { cache }) });
const HELLO = [user("Hi")];
const asked = (...content: Block[]): Anthropic.MessageParam => ({ role: "user", content });

async function sent(
  messages: readonly LLMMessage[],
  call: CreateOptions = {},
  options: Partial<AnthropicOptions> = {},
): Promise<Body> {
  const client = make(options);
  await client.create(messages, call);
  await client.close();
  return server.requests.at(-1)?.body as Body;
}

async function refusal(
  messages: readonly LLMMessage[],
  call: CreateOptions = {},
  options: Partial<AnthropicOptions> = {},
): Promise<unknown> {
  const before = server.requests.length;
  const error: unknown = await sent(messages, call, options).catch((thrown: unknown) => thrown);
  expect(server.requests.length).toBe(before);
  return error;
}

const unsupported = (...words: readonly string[]): unknown =>
  expect.objectContaining({
    code: "ERR_UNSUPPORTED_INPUT",
    message: expect.stringMatching(new RegExp(words.join(".*"), "s")),
  });

interface Row {
  readonly name: string;
  readonly messages?: readonly LLMMessage[];
  readonly call?: CreateOptions;
  readonly options?: Partial<AnthropicOptions>;
  readonly params: Partial<Params>;
}

const ROWS: readonly Row[] = [
  {
    name: "documents as bytes, at an address, by id, and as text",
    messages: [
      user([
        filePart({ mediaType: "application/pdf", base64: PDF, name: "a.pdf", context: "of ann", citations: true }),
        filePart({ mediaType: "application/pdf", url: "https://example.org/a.pdf" }),
        filePart({ mediaType: "application/pdf", fileId: "file_1", title: "B" }),
        filePart({ mediaType: "text/markdown", bytes: new TextEncoder().encode("# Ä") }),
        filePart({ mediaType: "application/json", base64: btoa("{}") }),
        filePart({ mediaType: "text/csv", fileId: "file_2" }),
        filePart({ mediaType: "application/zip", fileId: "file_3" }),
      ]),
    ],
    params: {
      messages: [
        asked(
          {
            type: "document",
            source: { type: "base64", media_type: "application/pdf", data: PDF },
            title: "a.pdf",
            context: "of ann",
            citations: { enabled: true },
          },
          { type: "document", source: { type: "url", url: "https://example.org/a.pdf" } },
          { type: "document", source: { type: "file", file_id: "file_1" }, title: "B" },
          { type: "document", source: { type: "text", media_type: "text/plain", data: "# Ä" } },
          { type: "document", source: { type: "text", media_type: "text/plain", data: "{}" } },
          { type: "document", source: { type: "file", file_id: "file_2" } },
          { type: "container_upload", file_id: "file_3" },
        ),
      ],
    },
  },
  {
    name: "images at an address, by id, and as files",
    messages: [
      user([
        imageFromUrl("https://example.org/a.png"),
        filePart({ mediaType: "image/png", fileId: "file_1" }),
        filePart({ mediaType: "image/*", base64: PNG }),
      ]),
    ],
    params: {
      messages: [
        asked(
          { type: "image", source: { type: "url", url: "https://example.org/a.png" } },
          { type: "image", source: { type: "file", file_id: "file_1" } },
          { type: "image", source: { type: "base64", media_type: "image/png", data: PNG } },
        ),
      ],
    },
  },
  {
    name: "marks for the cache",
    messages: [
      SystemMessage({ content: "Long rules.", cache: "1h" }),
      SystemMessage({ content: "It is noon." }),
      user([filePart({ mediaType: "application/pdf", base64: PDF, cache: "5m" }), "Sum it up."]),
      AssistantMessage({ content: [{ id: "1", name: "add", arguments: "{}" }], source: "bot" }),
      FunctionExecutionResultMessage({ content: [{ content: "3", name: "add", callId: "1" }], cache: "5m" }),
      user("Go on", "5m"),
    ],
    call: { tools: [add] },
    params: {
      system: [
        { type: "text", text: "Long rules.", ...hour },
        { type: "text", text: "\nIt is noon." },
      ],
      messages: [
        asked(
          { type: "document", source: { type: "base64", media_type: "application/pdf", data: PDF }, ...ephemeral },
          { type: "text", text: "Sum it up." },
        ),
        { role: "assistant", content: [{ type: "tool_use", id: "1", name: "add", input: {} }] },
        asked({ type: "tool_result", tool_use_id: "1", content: "3", ...ephemeral }),
        asked({ type: "text", text: "Go on", ...ephemeral }),
      ],
      tools: [{ name: "add", description: "Adds.", input_schema: { type: "object", properties: {} } }],
      tool_choice: { type: "auto" },
    },
  },
  {
    name: "the whole request in the cache",
    options: { promptCache: "1h" },
    params: { ...hour },
  },
  {
    name: "an effort, for a model that thinks as much as it finds right",
    call: { reasoningEffort: "medium" },
    params: { thinking: { type: "adaptive" }, output_config: { effort: "medium" } },
  },
  {
    name: "an effort beside a schema and thinking of one's own",
    options: { reasoningEffort: "minimal", thinking: { type: "adaptive", display: "summarized" } },
    call: { jsonOutput: { name: "a", schema: { type: "object", properties: {} } } },
    params: {
      thinking: { type: "adaptive", display: "summarized" },
      output_config: {
        effort: "low",
        format: { type: "json_schema", schema: { type: "object", properties: {}, additionalProperties: false } },
      },
    },
  },
  {
    name: "a budget, for a model of before",
    options: { model: "claude-sonnet-4-5", maxTokens: 10_000 },
    call: { reasoningEffort: "medium" },
    params: { max_tokens: 10_000, thinking: { type: "enabled", budget_tokens: 5000 } },
  },
  {
    name: "the least budget",
    options: { model: "claude-haiku-4-5", reasoningEffort: "minimal" },
    params: { thinking: { type: "enabled", budget_tokens: 1024 } },
  },
  { name: "no thinking", call: { reasoningEffort: "none" }, params: { thinking: { type: "disabled" } } },
  {
    name: "no thinking, for a model that never does",
    options: { model: "claude-3-5-haiku-latest" },
    call: { reasoningEffort: "none" },
    params: {},
  },
  {
    name: "the provider's tools, beside others",
    call: {
      tools: [
        providerTool({ type: "web_search", max_uses: 2 }),
        providerTool({ type: "code_execution_20260120" }),
        providerTool({ type: "web_search_20260209", name: "web_search" }),
        add,
      ],
    },
    params: {
      tools: [
        { type: "web_search_20250305", name: "web_search", max_uses: 2 },
        { type: "code_execution_20260120", name: "code_execution" },
        { type: "web_search_20260209", name: "web_search" },
        { name: "add", description: "Adds.", input_schema: { type: "object", properties: {} } },
      ],
      tool_choice: { type: "auto" },
    },
  },
];

describe("the vendor's SDK sends the same body for", () => {
  test.each(ROWS)("$name", async ({ messages = HELLO, call = {}, options = {}, params }) => {
    const ours = await sent(messages, call, options);
    await sdk.messages.create({
      model: options.model ?? "claude-sonnet-4-6",
      max_tokens: 4096,
      messages: [{ role: "user", content: "Hi" }],
      ...params,
    });
    expect(ours).toEqual(server.requests.at(-1)?.body);
  });
});

test("an answer's own blocks take a mark at their end, unless that is thinking", async () => {
  const thinking = { type: "thinking", thinking: "hm", signature: "s" };
  const call = { type: "tool_use", id: "1", name: "add", input: {} };
  const blocksOf = async (content: readonly Body[], said: AssistantMessage["content"]): Promise<unknown> => {
    const providerData = { protocol: "anthropic", data: { content } } as unknown as { readonly [key: string]: string };
    const answer = AssistantMessage({ content: said, source: "bot", providerData, cache: "5m" });
    const result = FunctionExecutionResultMessage({ content: [{ content: "3", name: "add", callId: "1" }] });
    const body = await sent([...HELLO, answer, ...(typeof said === "string" ? HELLO : [result])]);
    return (body["messages"] as Body[])[1]?.["content"];
  };
  expect(await blocksOf([thinking, call], [{ id: "1", name: "add", arguments: "{}" }])).toEqual([
    thinking,
    { ...call, ...ephemeral },
  ]);
  expect(await blocksOf([thinking], "")).toEqual([thinking]);
});

describe("files by their ids are announced to the version of the API that asks for it", () => {
  const betaOf = async (part: ContentPart, options: Partial<AnthropicOptions> = {}): Promise<unknown> => {
    await sent([user([part])], {}, options);
    return server.requests.at(-1)?.headers["anthropic-beta"];
  };
  const byId = filePart({ mediaType: "application/pdf", fileId: "file_1" });

  test("beside what the caller says in the same header", async () => {
    expect(await betaOf(byId)).toBe("files-api-2025-04-14");
    expect(await betaOf(byId, { defaultHeaders: { "Anthropic-Beta": "other" } })).toBe("other,files-api-2025-04-14");
    expect(await betaOf(filePart({ mediaType: "application/pdf", base64: PDF }))).toBeUndefined();
  });
});

describe("before anything is sent is refused", () => {
  const parts: readonly (readonly [string, ContentPart, readonly string[]])[] = [
    ["a video", filePart({ mediaType: "video/mp4", base64: "AA==" }), ["video/mp4", "no video"]],
    [
      "a file that is no document",
      filePart({ mediaType: "application/zip", base64: "AA==", name: "a.zip" }),
      ['"a.zip"', "AnthropicChatCompletionClient", "PDF"],
    ],
    ["a text at an address", filePart({ mediaType: "text/plain", url: "https://example.org/a" }), ["by URL", "bytes"]],
  ];

  test.each(parts)("%s", async (_name, part, words) => {
    expect(await refusal([user([part])])).toEqual(unsupported(...words));
  });

  test("a recording, whatever is known of the model", async () => {
    const recording = user([audioPart({ base64: "AA==" })]);
    for (const audio of [true, false, undefined]) {
      const modelInfo = { ...make().modelInfo, audio };
      expect(await refusal([recording], {}, { modelInfo })).toEqual(
        unsupported("audio/wav", "AnthropicChatCompletionClient", "no recordings"),
      );
    }
  });

  test("more marks than four, the one of the whole request counted", async () => {
    const many = Array.from({ length: 4 }, () => user("x", "5m"));
    await sent(many);
    expect(await refusal([...many, user("x", "5m")])).toEqual(unsupported("5 marks", "takes 4"));
    expect(await refusal(many, {}, { promptCache: "5m" })).toEqual(unsupported("5 marks"));
  });

  test("an hour after five minutes", async () => {
    expect(await refusal([user("x", "5m"), user("y", "1h")])).toEqual(unsupported("hour", "longer ones first"));
    await sent([user("x", "1h"), user("y", "5m")]);
  });

  test.each<[ReasoningEffort, Partial<AnthropicOptions>, readonly string[]]>([
    ["xhigh", { model: "claude-opus-4-6" }, ['"xhigh"', "low, medium, high, max"]],
    ["low", { model: "claude-3-5-haiku-latest" }, ["claude-3-5-haiku-latest", "does not reason"]],
    ["low", { model: "claude-haiku-4-5", maxTokens: 1024 }, ["maxTokens of 1024", "Raise maxTokens"]],
  ])("the effort %s with %j", async (reasoningEffort, options, words) => {
    expect(await refusal(HELLO, { reasoningEffort }, options)).toEqual(unsupported(...words));
  });

  test("words that are no effort and no time", () => {
    const word = "lots" as ReasoningEffort;
    expect(() => make({ reasoningEffort: word })).toThrow(/reasoningEffort is "lots"/);
    expect(() => make({ promptCache: "1d" as CacheTtl })).toThrow(/promptCache is "1d"/);
  });
});

describe("counts and bounds", () => {
  test("a document may take the whole window, and counts by its pages", async () => {
    const client = make({ price: { input: 1, output: 0 } });
    const document = user([filePart({ mediaType: "application/pdf", base64: btoa("/Type /Page") })]);
    expect(client.countTokens([document])).toBe(10 + 2000);
    expect(client.countTokens([user([imageFromBase64(PNG)])])).toBe(10 + 512);
    expect(client.maxCost([document])).toBe(client.remainingTokens([document]) + 2010);
    expect(client.maxCost(HELLO)).toBeLessThan(1000);
    await client.close();
  });
});

describe("the most that a request can cost", () => {
  const price = { input: 1, output: 0, cacheWrite1h: 3, webSearch: 1000 };
  const most = (call: CreateOptions, messages = HELLO, options: Partial<AnthropicOptions> = {}): number | undefined =>
    make({ price, ...options }).maxCost(messages, call);

  test("has each use of the provider's tools in it, and no bound where nobody says how often they are used", () => {
    const plain = most({}) ?? 0;
    const search = providerTool({ type: "web_search", max_uses: 2 });
    const both = [search, providerTool({ type: "web_fetch", max_uses: 1 })];
    const extra = (most({ tools: both }) ?? 0) - 3 * 1_000_000 - 2000;
    expect(extra).toBeGreaterThan(plain);
    expect(extra).toBeLessThan(plain + 300);
    expect(most({ tools: [providerTool({ type: "web_search" })] })).toBeUndefined();
    expect(most({ tools: [providerTool({ type: "code_execution" })] })).toBeUndefined();
    expect(most({ extraCreateArgs: { mcp_servers: [{ type: "url" }] } })).toBeUndefined();
    expect(most({ tools: [providerTool({ type: "bash_20250124", name: "bash" })] })).toBeLessThan(plain + 300);
    const again = most({ tools: [search] }, HELLO, { maxContinuations: 1 });
    expect(again).toBe(2 * (most({ tools: [search] }) ?? 0));
  });

  test("counts an hour in the cache at its price", () => {
    const document = filePart({ mediaType: "application/pdf", base64: PDF, cache: "1h" });
    expect(most({}, [user("Hi", "1h")])).toBeGreaterThan(3 * (most({}) ?? 0));
    expect(most({}, [user([document])])).toBe(3 * 1_000_000);
  });
});

test("the effort is in the client's defaults for records, and in its config", async () => {
  const client = make({ reasoningEffort: "low", promptCache: "5m" });
  expect(client.requestDefaults).toMatchObject({ reasoning_effort: "low", cache_control: { type: "ephemeral" } });
  const json = dumpComponent(client, { includeSecrets: true });
  expect(json["config"]).toMatchObject({ reasoning_effort: "low", prompt_cache: "5m" });
  const registry = new ComponentRegistry().register(AnthropicChatCompletionClient);
  const loaded = await registry.load<AnthropicChatCompletionClient>(json);
  expect(loaded.requestDefaults).toEqual(client.requestDefaults);
  await Promise.all([client.close(), loaded.close()]);
});
