import {
  AssistantMessage,
  type CreateOptions,
  FunctionExecutionResultMessage,
  imageFromBytes,
  imageToDataUri,
  type LLMMessage,
  type ModelInfo,
  SystemMessage,
  type ToolSchema,
  UserMessage,
} from "@tesserae/core";
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { completion } from "../../testing/openai-fixture.ts";
import { conversationOf, recordedChats } from "../../testing/recorded-chat.ts";
import { recordingsFolder } from "../../testing/recorded-server.ts";
import { startTestServer, type TestServer } from "../../testing/test-server.ts";
import { OpenAIChatCompletionClient } from "./openai-chat-completion-client.ts";
import type { OpenAIOptions } from "./options.ts";

type Params = OpenAI.ChatCompletionCreateParamsNonStreaming;

const INFO: ModelInfo = {
  vision: true,
  functionCalling: true,
  jsonOutput: true,
  structuredOutput: true,
  multipleSystemMessages: true,
  family: "gpt-4o",
};

let server: TestServer;
let sdk: OpenAI;
beforeAll(async () => {
  server = await startTestServer(({ body }) => completion({ content: "Hi" }, { model: (body as Params).model }));
  sdk = new OpenAI({ apiKey: "sk-test", baseURL: server.url, maxRetries: 0 });
});
afterAll(() => server.close());

/** The body that our client sends, and the one that the vendor's SDK sends. */
async function bodies(
  messages: readonly LLMMessage[],
  call: CreateOptions,
  options: Partial<OpenAIOptions>,
  params: Params,
): Promise<[unknown, unknown]> {
  const client = new OpenAIChatCompletionClient({
    model: params.model,
    modelInfo: INFO,
    baseUrl: server.url,
    apiKey: "sk-test",
    ...options,
  });
  await client.create(messages, call);
  const ours = server.requests.at(-1);
  await sdk.chat.completions.create(params);
  const theirs = server.requests.at(-1);
  await client.close();
  expect([ours?.method, ours?.path, ours?.headers["authorization"], ours?.headers["content-type"]]).toEqual([
    theirs?.method,
    theirs?.path,
    theirs?.headers["authorization"],
    theirs?.headers["content-type"],
  ]);
  return [ours?.body, theirs?.body];
}

const add: ToolSchema = {
  name: "add",
  description: "Adds.",
  parameters: { type: "object", properties: { a: { type: "number" } }, required: ["a"], additionalProperties: false },
  strict: true,
};
const addParam: OpenAI.ChatCompletionFunctionTool = {
  type: "function",
  function: {
    name: "add",
    description: "Adds.",
    parameters: { type: "object", properties: { a: { type: "number" } }, required: ["a"], additionalProperties: false },
    strict: true,
  },
};
const image = imageFromBytes(Uint8Array.of(0xff, 0xd8, 0xff, 0xe0));
const user = (content: string): LLMMessage => UserMessage({ content, source: "ann" });
const ann = (content: string): OpenAI.ChatCompletionUserMessageParam => ({ role: "user", content, name: "ann" });
const schema = {
  type: "object",
  properties: { city: { type: "string" } },
  required: ["city"],
  additionalProperties: false,
};

interface Row {
  readonly name: string;
  readonly messages: readonly LLMMessage[];
  readonly call?: CreateOptions;
  readonly options?: Partial<OpenAIOptions>;
  readonly params: Omit<Params, "model"> & { readonly model?: string };
}

/** What the SDK passes on though its types do not know it. */
const BEYOND_THE_TYPES = { top_k: 3 };

const ROWS: readonly Row[] = [
  { name: "one question", messages: [user("Hi")], params: { messages: [ann("Hi")] } },
  {
    name: "a system message and an answer",
    messages: [
      SystemMessage({ content: "Be kind." }),
      user("Hi"),
      AssistantMessage({ content: "Hello", source: "bot" }),
      user("Go on"),
    ],
    params: {
      messages: [
        { role: "system", content: "Be kind." },
        ann("Hi"),
        { role: "assistant", content: "Hello" },
        ann("Go on"),
      ],
    },
  },
  {
    name: "text that needs escapes",
    messages: [user('"\\ \n\u2028 🎉 \ud800')],
    params: { messages: [ann('"\\ \n\u2028 🎉 \ud800')] },
  },
  {
    name: "an image",
    messages: [UserMessage({ content: ["Look", image], source: "ann" })],
    params: {
      messages: [
        {
          role: "user",
          name: "ann",
          content: [
            { type: "text", text: "Look" },
            { type: "image_url", image_url: { url: imageToDataUri(image), detail: "auto" } },
          ],
        },
      ],
    },
  },
  {
    name: "no names",
    messages: [user("Hi")],
    options: { includeNameInMessage: false },
    params: { messages: [{ role: "user", content: "Hi" }] },
  },
  {
    name: "name prefixes",
    messages: [user("Hi")],
    options: { addNamePrefixes: true },
    params: { messages: [ann("ann said:\nHi")] },
  },
  {
    name: "a tool",
    messages: [user("1+1?")],
    call: { tools: [add] },
    params: { messages: [ann("1+1?")], tools: [addParam], tool_choice: "auto" },
  },
  {
    name: "a tool that must be used",
    messages: [user("1+1?")],
    call: { tools: [add], toolChoice: add },
    params: {
      messages: [ann("1+1?")],
      tools: [addParam],
      tool_choice: { type: "function", function: { name: "add" } },
    },
  },
  {
    name: "calls and their results",
    messages: [
      user("1+1?"),
      AssistantMessage({ content: [{ id: "c1", name: "add", arguments: '{"a":1}' }], source: "bot" }),
      FunctionExecutionResultMessage({ content: [{ content: "2", name: "add", callId: "c1", isError: false }] }),
    ],
    call: { tools: [add], toolChoice: "required" },
    params: {
      messages: [
        ann("1+1?"),
        {
          role: "assistant",
          content: null,
          tool_calls: [{ id: "c1", type: "function", function: { name: "add", arguments: '{"a":1}' } }],
        },
        { role: "tool", tool_call_id: "c1", content: "2" },
      ],
      tools: [addParam],
      tool_choice: "required",
    },
  },
  {
    name: "a call beside text",
    messages: [
      AssistantMessage({ content: [{ id: "c1", name: "add", arguments: "{}" }], thought: "Adding.", source: "bot" }),
    ],
    params: {
      messages: [
        {
          role: "assistant",
          content: "Adding.",
          tool_calls: [{ id: "c1", type: "function", function: { name: "add", arguments: "{}" } }],
        },
      ],
    },
  },
  {
    name: "JSON mode",
    messages: [user("JSON!")],
    call: { jsonOutput: true },
    params: { messages: [ann("JSON!")], response_format: { type: "json_object" } },
  },
  {
    name: "text mode",
    messages: [user("Hi")],
    call: { jsonOutput: false },
    params: { messages: [ann("Hi")], response_format: { type: "text" } },
  },
  {
    name: "structured output with a tool",
    messages: [user("Which city?")],
    call: { tools: [add], jsonOutput: { name: "answer", schema } },
    params: {
      messages: [ann("Which city?")],
      tools: [addParam],
      tool_choice: "auto",
      response_format: { type: "json_schema", json_schema: { name: "answer", schema, strict: true } },
    },
  },
  {
    name: "every parameter of the client",
    messages: [user("Hi")],
    options: {
      frequencyPenalty: 0.1,
      logitBias: { "50256": -100 },
      logprobs: true,
      maxCompletionTokens: 5,
      maxTokens: 6,
      metadata: { a: "b" },
      parallelToolCalls: false,
      presencePenalty: -0.1,
      promptCacheKey: "k",
      reasoningEffort: "low",
      safetyIdentifier: "s",
      seed: 1,
      serviceTier: "flex",
      stop: ["a", "b"],
      store: false,
      temperature: 0,
      topLogprobs: 2,
      topP: 0.5,
      user: "u",
      verbosity: "low",
      webSearchOptions: {},
      extraBody: { top_k: 3 },
    },
    params: {
      model: "gpt-5",
      messages: [ann("Hi")],
      frequency_penalty: 0.1,
      logit_bias: { "50256": -100 },
      logprobs: true,
      max_completion_tokens: 5,
      max_tokens: 6,
      metadata: { a: "b" },
      parallel_tool_calls: false,
      presence_penalty: -0.1,
      prompt_cache_key: "k",
      reasoning_effort: "low",
      safety_identifier: "s",
      seed: 1,
      service_tier: "flex",
      stop: ["a", "b"],
      store: false,
      temperature: 0,
      top_logprobs: 2,
      top_p: 0.5,
      user: "u",
      verbosity: "low",
      web_search_options: {},
      ...BEYOND_THE_TYPES,
    },
  },
  {
    name: "parameters of the call over those of the client",
    messages: [user("Hi")],
    call: { extraCreateArgs: { temperature: 1, model: "other" } },
    options: { temperature: 0, topP: 1 },
    params: { messages: [ann("Hi")], temperature: 1, top_p: 1, model: "other" },
  },
];

describe("the vendor's SDK sends the same body for", () => {
  test.each(ROWS)("$name", async ({ messages, call = {}, options = {}, params }) => {
    const [ours, theirs] = await bodies(messages, call, options, { model: "gpt-4o", ...params });
    expect(ours).toEqual(theirs);
  });
});

const expressible = recordedChats().flatMap(({ name, request }) => {
  const conversation = conversationOf(request);
  return conversation === undefined ? [] : [{ name, request, conversation }];
});

describe.skipIf(recordingsFolder() === undefined)(
  "recorded requests (skipped where TESSERAE_RECORDINGS is unset)",
  () => {
    test("nearly all can be said with our messages", () => {
      expect(expressible.length).toBeGreaterThan(70);
    });

    test.each(expressible)("$name", async ({ request, conversation }) => {
      // What we always say and others leave to the server's default.
      const {
        stream: _stream,
        stream_options: _options,
        ...params
      } = structuredClone(request) as unknown as Params & { stream_options?: unknown };
      const messages = params.messages.map((message) => {
        if (message.role === "assistant") return { ...message, content: message.content ?? null };
        if (message.role !== "user" || typeof message.content === "string") return message;
        const content = message.content.map((part) =>
          part.type === "image_url"
            ? { ...part, image_url: { ...part.image_url, detail: part.image_url.detail ?? ("auto" as const) } }
            : part,
        );
        return { ...message, content };
      });
      const tools = params.tools?.map((tool) =>
        "function" in tool ? { ...tool, function: { strict: false, ...tool.function } } : tool,
      );
      const choice =
        tools === undefined || tools.length === 0
          ? {}
          : { tools, tool_choice: params.tool_choice ?? ("auto" as const) };
      const options = { includeNameInMessage: false };
      const [ours, theirs] = await bodies(conversation.messages, conversation.options, options, {
        ...params,
        messages,
        ...choice,
      });
      expect(ours).toEqual(theirs);
    });
  },
);
