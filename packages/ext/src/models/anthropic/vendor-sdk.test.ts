import Anthropic, {
  APIConnectionError,
  APIUserAbortError,
  AuthenticationError,
  BadRequestError,
  NotFoundError,
  OverloadedError,
  RateLimitError,
} from "@anthropic-ai/sdk";
import {
  AssistantMessage,
  CancelledError,
  imageFromBase64,
  SystemMessage,
  UserMessage,
  type CreateOptions,
  type CreateResult,
  type LLMMessage,
} from "@tesserae/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { anthropicEventsOf } from "../../../../wire/test/as-stream.ts";
import { isStream, recordedExchanges, RECORDINGS, SKIPPED } from "../../../../wire/test/recordings.ts";
import { failure, message, reply } from "../../../test/anthropic-server.ts";
import type { TestReply, TestStream } from "../../testing/test-reply.ts";
import { startTestServer, type TestServer } from "../../testing/test-server.ts";
import { AnthropicChatCompletionClient } from "./anthropic-chat-completion-client.ts";
import type { AnthropicOptions } from "./options.ts";

type Body = Record<string, unknown>;
type Params = Anthropic.MessageCreateParamsNonStreaming;

const MODEL = "claude-sonnet-4-6";
const PNG = "iVBORw0KGgo=";
const ADD_SCHEMA = { type: "object", properties: { a: { type: "number" } }, required: ["a"] } as const;
const user = (content: UserMessage["content"]): UserMessage => UserMessage({ content, source: "user" });
const QUESTION = [user("Hi")];
const PARAMS: Params = { model: MODEL, max_tokens: 4096, messages: [{ role: "user", content: "Hi" }] };

let server: TestServer;
let theirs: Anthropic;
let ours: AnthropicChatCompletionClient;

beforeEach(async () => {
  server = await startTestServer((request) => reply(message("Hello"), (request.body as Body)["stream"] === true));
  theirs = new Anthropic({ apiKey: "sk-test", baseURL: server.url, maxRetries: 0 });
  ours = make();
});

afterEach(async () => {
  await ours.close();
  await server.close();
});

function make(options: Partial<AnthropicOptions> = {}): AnthropicChatCompletionClient {
  return new AnthropicChatCompletionClient({
    model: MODEL,
    apiKey: "sk-test",
    baseUrl: server.url,
    maxRetries: 0,
    ...options,
  });
}

async function streamOurs(signal?: AbortSignal): Promise<CreateResult> {
  let result: CreateResult | undefined;
  for await (const item of ours.createStream(QUESTION, { signal })) if (typeof item !== "string") result = item;
  if (result === undefined) throw new Error("no result");
  return result;
}

const streamTheirs = (signal?: AbortSignal): Promise<Anthropic.Message> =>
  theirs.messages.stream(PARAMS, signal === undefined ? {} : { signal }).finalMessage();

describe("the same conversation gives the same body", () => {
  const calls: LLMMessage[] = [
    user("1 + 2?"),
    AssistantMessage({
      content: [{ id: "t1", name: "add", arguments: '{"a":1}' }],
      thought: "I add.",
      source: "assistant",
    }),
    {
      type: "FunctionExecutionResultMessage",
      content: [{ content: "no such number", name: "add", callId: "t1", isError: true }],
    },
  ];
  const tools: Anthropic.Tool[] = [
    { name: "add", description: "Adds.", input_schema: { ...ADD_SCHEMA, required: ["a"] } },
  ];
  const add = { name: "add", description: "Adds.", parameters: ADD_SCHEMA } as const;

  test.each<[string, Partial<AnthropicOptions>, readonly LLMMessage[], CreateOptions, Partial<Params>]>([
    ["text", {}, QUESTION, {}, {}],
    [
      "system, image, limits",
      { maxTokens: 50, stopSequences: ["END"], metadata: { user_id: "u" } },
      [SystemMessage({ content: "Be brief." }), user(["See", imageFromBase64(PNG)])],
      {},
      {
        max_tokens: 50,
        stop_sequences: ["END"],
        metadata: { user_id: "u" },
        system: "Be brief.",
        messages: [
          {
            role: "user",
            content: [
              { type: "text", text: "See" },
              { type: "image", source: { type: "base64", media_type: "image/png", data: PNG } },
            ],
          },
        ],
      },
    ],
    [
      "tools and their results",
      {},
      calls,
      { tools: [add], toolChoice: "required" },
      {
        tools,
        tool_choice: { type: "any" },
        messages: [
          { role: "user", content: "1 + 2?" },
          {
            role: "assistant",
            content: [
              { type: "text", text: "I add." },
              { type: "tool_use", id: "t1", name: "add", input: { a: 1 } },
            ],
          },
          {
            role: "user",
            content: [{ type: "tool_result", tool_use_id: "t1", content: "no such number", is_error: true }],
          },
        ],
      },
    ],
    [
      "thinking",
      { thinking: { type: "enabled", budgetTokens: 2000 } },
      QUESTION,
      {},
      { thinking: { type: "enabled", budget_tokens: 2000 } },
    ],
    [
      "structured output and a cache mark",
      {},
      QUESTION,
      {
        jsonOutput: { name: "sum", schema: { ...ADD_SCHEMA, additionalProperties: false } },
        extraCreateArgs: { cache_control: { type: "ephemeral" } },
      },
      {
        output_config: { format: { type: "json_schema", schema: { ...ADD_SCHEMA, additionalProperties: false } } },
        cache_control: { type: "ephemeral" },
      },
    ],
  ])("%s", async (_, options, messages, call, params) => {
    const client = make(options);
    await theirs.messages.create({ ...PARAMS, ...params });
    await client.create(messages, call);
    await theirs.messages.stream({ ...PARAMS, ...params }).finalMessage();
    for await (const item of client.createStream(messages, call)) expect(item).toBeDefined();
    const [theirBody, ourBody, theirStream, ourStream] = server.requests.map((request) => request.body);
    expect(ourBody).toEqual(theirBody);
    expect(ourStream).toEqual(theirStream);
    await client.close();
  });

  test("what their types lack goes as it did in the version that ours names", async () => {
    const client = make({ temperature: 0.5, topP: 0.9, topK: 3 });
    await client.create(QUESTION);
    await theirs.messages.create(PARAMS);
    const [mine, vendors] = server.requests;
    expect(mine?.body).toEqual({ ...PARAMS, temperature: 0.5, top_p: 0.9, top_k: 3 });
    expect([mine, vendors].map((request) => request?.headers["anthropic-version"])).toEqual([
      "2023-06-01",
      "2026-10-21",
    ]);
    await client.close();
  });
});

/** What counts of an answer, from ours and from theirs. */
function oursOf({ content, usage }: CreateResult): object {
  const calls = typeof content === "string" ? [] : content.map(({ id, arguments: text }) => [id, JSON.parse(text)]);
  return {
    text: typeof content === "string" ? content : undefined,
    calls,
    tokens: [usage.promptTokens, usage.completionTokens],
  };
}

function theirsOf({ content, usage }: Anthropic.Message): object {
  const calls = content.flatMap((block) => (block.type === "tool_use" ? [[block.id, block.input]] : []));
  const text = content.map((block) => (block.type === "text" ? block.text : "")).join("");
  const prompt = usage.input_tokens + (usage.cache_read_input_tokens ?? 0) + (usage.cache_creation_input_tokens ?? 0);
  return { text: calls.length === 0 ? text : undefined, calls, tokens: [prompt, usage.output_tokens] };
}

describe.skipIf(RECORDINGS === undefined)(`both read the recorded answers the same ${SKIPPED}`, () => {
  const answered = recordedExchanges((path) => path.endsWith("/v1/messages")).filter(({ status }) => status === 200);

  test("there are recorded answers", () => {
    expect(answered.length).toBeGreaterThan(90);
  });

  test.each(answered)("$name", async (exchange) => {
    const whole = {
      type: "body",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(exchange.body),
    } as const;
    const text = isStream(exchange)
      ? exchange.body
      : anthropicEventsOf(exchange.body as Body)
          .map((event) => `event: ${String(event["type"])}\ndata: ${JSON.stringify(event)}\n\n`)
          .join("");
    const stream = { type: "body", headers: { "content-type": "text/event-stream" }, body: text } as const;
    if (!isStream(exchange)) {
      server.next(whole, whole);
      expect(oursOf(await ours.create(QUESTION))).toEqual(theirsOf(await theirs.messages.create(PARAMS)));
    }
    server.next(stream, stream);
    expect(oursOf(await streamOurs())).toEqual(theirsOf(await streamTheirs()));
  });
});

describe("both fail alike", () => {
  const classes: readonly [TestReply, string, abstract new (...args: never[]) => Error][] = [
    [failure(400, "invalid_request_error"), "ERR_MODEL_INVALID_REQUEST", BadRequestError],
    [failure(401, "authentication_error"), "ERR_MODEL_AUTHENTICATION", AuthenticationError],
    [failure(404, "not_found_error"), "ERR_MODEL_NOT_FOUND", NotFoundError],
    [failure(429, "rate_limit_error"), "ERR_MODEL_RATE_LIMIT", RateLimitError],
    [failure(529, "overloaded_error"), "ERR_MODEL_OVERLOADED", OverloadedError],
    [{ type: "reset", when: "before-headers" }, "ERR_MODEL_CONNECTION", APIConnectionError],
  ];

  test.each(classes)("%j: %s", async (given, code, type) => {
    server.next(given, given, given, given);
    await expect(ours.create(QUESTION)).rejects.toMatchObject({ code });
    await expect(theirs.messages.create(PARAMS)).rejects.toBeInstanceOf(type);
    await expect(streamOurs()).rejects.toMatchObject({ code });
    await expect(streamTheirs()).rejects.toBeInstanceOf(type);
    expect(server.requests).toHaveLength(4);
  });

  test("a stream that is cut gives neither a result", async () => {
    const whole = reply(message("one two three four"), true);
    const cut: TestReply = { type: "cut", afterBytes: 700, reply: whole };
    server.next(cut, cut);
    await expect(streamOurs()).rejects.toMatchObject({ code: "ERR_MODEL_STREAM_CUT" });
    await expect(streamTheirs()).rejects.toThrow(Error);
  });

  test("an abort in the middle of a stream ends both, and their connections", async () => {
    const write = async (stream: TestStream): Promise<void> => {
      const whole = reply(message("one two three four"), true);
      if (whole.type === "events") for (const event of whole.events.slice(0, 5)) await stream.event(event);
      await stream.whenClosed;
    };
    server.next({ type: "stream", write }, { type: "stream", write });
    const first = new AbortController();
    const reading = (async () => {
      for await (const item of ours.createStream(QUESTION, { signal: first.signal })) {
        expect(item).toBe("one t");
        first.abort();
      }
    })();
    await expect(reading).rejects.toThrow(CancelledError);
    const second = new AbortController();
    const stream = theirs.messages.stream(PARAMS, { signal: second.signal }).on("text", () => second.abort());
    await expect(stream.finalMessage()).rejects.toBeInstanceOf(APIUserAbortError);
    await server.until(() => server.openConnections === 0);
  });
});
