import { type CreateResult, isObject, type ModelInfo } from "@tesserae/core";
import OpenAI from "openai";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { chunk, collect, completion, HELLO, stream } from "../../testing/openai-fixture.ts";
import { recordedChats, type RecordedChat } from "../../testing/recorded-chat.ts";
import { recordingsFolder, startRecordedServer } from "../../testing/recorded-server.ts";
import { json, type TestReply } from "../../testing/test-reply.ts";
import { startTestServer, type TestServer } from "../../testing/test-server.ts";
import { OpenAIChatCompletionClient } from "./openai-chat-completion-client.ts";

const INFO: ModelInfo = {
  vision: true,
  functionCalling: true,
  jsonOutput: true,
  structuredOutput: true,
  family: "unknown",
};
const ASK = [{ role: "user" as const, content: "Hello" }];

beforeEach(() => void vi.spyOn(process, "emitWarning").mockImplementation(() => {}));
afterEach(() => vi.restoreAllMocks());

/** What both sides of a comparison come to. */
interface Outcome {
  readonly text: unknown;
  readonly calls: readonly unknown[];
  readonly prompt: number;
  readonly completion: number;
  readonly error?: string;
}

const FAILED: Outcome = { text: "", calls: [], prompt: 0, completion: 0 };

/** Our codes for each class of the SDK's errors. */
const CODES: readonly (readonly [new (...args: never[]) => Error, string, readonly string[]])[] = [
  [OpenAI.APIUserAbortError, "abort", ["ERR_ABORTED"]],
  [OpenAI.APIConnectionTimeoutError, "timeout", ["ERR_MODEL_TIMEOUT"]],
  [OpenAI.APIConnectionError, "connection", ["ERR_MODEL_CONNECTION"]],
  [OpenAI.AuthenticationError, "authentication", ["ERR_MODEL_AUTHENTICATION"]],
  [OpenAI.PermissionDeniedError, "permission", ["ERR_MODEL_PERMISSION"]],
  [OpenAI.NotFoundError, "not found", ["ERR_MODEL_NOT_FOUND"]],
  [
    OpenAI.BadRequestError,
    "bad request",
    ["ERR_MODEL_INVALID_REQUEST", "ERR_MODEL_CONTEXT_LENGTH", "ERR_MODEL_CONTENT_FILTER"],
  ],
  [OpenAI.RateLimitError, "rate limit", ["ERR_MODEL_RATE_LIMIT", "ERR_MODEL_QUOTA"]],
  [OpenAI.InternalServerError, "server", ["ERR_MODEL_SERVER", "ERR_MODEL_OVERLOADED"]],
];

function classOf(error: unknown): string {
  const code: unknown = isObject(error) || error instanceof Error ? Reflect.get(error, "code") : undefined;
  for (const [type, name, codes] of CODES) {
    if (error instanceof type || (typeof code === "string" && codes.includes(code))) return name;
  }
  // The SDK passes on what fetch throws when a body breaks off.
  if (error instanceof Error && error.message === "terminated") return "cut";
  return code === "ERR_MODEL_STREAM_CUT" ? "cut" : String(error);
}

async function outcome(call: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await call();
  } catch (error) {
    return { ...FAILED, error: classOf(error) };
  }
}

function ourOutcome({ content, usage }: CreateResult): Outcome {
  const text = typeof content === "string" ? content : "";
  const calls = typeof content === "string" ? [] : content;
  return { text, calls, prompt: usage.promptTokens, completion: usage.completionTokens };
}

function theirOutcome({ choices, usage }: OpenAI.ChatCompletion): Outcome {
  const message = choices[0]?.message;
  const calls = (message?.tool_calls ?? []).map((call) =>
    call.type === "function"
      ? { id: call.id, name: call.function.name, arguments: call.function.arguments ?? "{}" }
      : call,
  );
  return {
    // Text beside calls is the thought with us.
    text: calls.length > 0 ? "" : textOf(message?.content),
    calls,
    prompt: usage?.prompt_tokens ?? 0,
    completion: usage?.completion_tokens ?? 0,
  };
}

/** What the chunks that the SDK reads add up to; its own accumulator refuses streams of other servers. */
async function theirStream(chunks: AsyncIterable<OpenAI.ChatCompletionChunk>): Promise<Outcome> {
  let text = "";
  let usage: OpenAI.CompletionUsage | null | undefined;
  const calls: { id: string; name: string; arguments: string }[] = [];
  for await (const { choices, usage: used } of chunks) {
    const delta = choices[0]?.delta;
    text += textOf(delta?.content);
    usage = used ?? usage;
    for (const piece of delta?.tool_calls ?? []) {
      const call = (calls[piece.index] ??= { id: "", name: "", arguments: "" });
      call.id ||= piece.id ?? "";
      call.name ||= piece.function?.name ?? "";
      call.arguments += piece.function?.arguments ?? "";
    }
  }
  return {
    text: calls.length > 0 ? "" : text,
    calls: calls.map((call) => ({ ...call, arguments: call.arguments || "{}" })),
    prompt: usage?.prompt_tokens ?? 0,
    completion: usage?.completion_tokens ?? 0,
  };
}

/** Mistral's content may be parts. */
function textOf(content: unknown): string {
  if (!Array.isArray(content)) return typeof content === "string" ? content : "";
  return content
    .map((part: unknown) => (isObject(part) && part["type"] === "text" ? String(part["text"]) : ""))
    .join("");
}

/** One call by each of the two against the same server. */
async function both(url: string, streamed: boolean, signal?: () => AbortSignal): Promise<[Outcome, Outcome]> {
  const client = new OpenAIChatCompletionClient({ model: "gpt-4o", modelInfo: INFO, baseUrl: url, apiKey: "sk-test" });
  const sdk = new OpenAI({ apiKey: "sk-test", baseURL: url });
  const ours = await outcome(async () => {
    const options = signal === undefined ? {} : { signal: signal() };
    return ourOutcome(
      streamed ? (await collect(client.createStream(HELLO, options))).result : await client.create(HELLO, options),
    );
  });
  const theirs = await outcome(async () => {
    const options = signal === undefined ? {} : { signal: signal() };
    if (!streamed) return theirOutcome(await sdk.chat.completions.create({ model: "gpt-4o", messages: ASK }, options));
    return theirStream(await sdk.chat.completions.create({ model: "gpt-4o", messages: ASK, stream: true }, options));
  });
  await client.close();
  return [ours, theirs];
}

/** Both play a recording, with an answer for each. */
async function played(chat: RecordedChat): Promise<[Outcome, Outcome]> {
  const server = await startRecordedServer({
    recording: chat.name,
    interactions: [chat.interaction, chat.interaction],
  });
  try {
    return await both(server.url + chat.base, chat.streamed);
  } finally {
    await server.close();
  }
}

describe.skipIf(recordingsFolder() === undefined)(
  "recorded answers (skipped where TESSERAE_RECORDINGS is unset)",
  () => {
    test.each(recordedChats())("$name", async (chat) => {
      const [ours, theirs] = await played(chat);
      // Groq tells the usage of a stream in a member of its own, which the SDK does not read.
      const { response } = chat.interaction;
      const hidden = chat.streamed && JSON.stringify(response.body).includes("x_groq");
      expect(ours).toEqual(hidden ? { ...theirs, prompt: ours.prompt, completion: ours.completion } : theirs);
      expect(ours.error === undefined).toBe(response.status === 200);
    });
  },
);

describe("failures end alike, after the same number of requests", () => {
  let server: TestServer;
  beforeEach(async () => void (server = await startTestServer()));
  afterEach(() => server.close());

  const failing = (status: number, headers: Record<string, string>, error: object = { message: "no" }): TestReply =>
    json({ error } as never, { status, headers });
  const HINTED = { "retry-after-ms": "1" };
  const whole = completion({ content: "Hi" }, { usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 } });
  const streamedAnswer = stream(chunk({ role: "assistant", content: "Hi" }), chunk({}, "stop"));

  /** Both meet the same replies, one after the other. */
  async function met(
    replies: readonly TestReply[],
    streamed: boolean,
  ): Promise<{ ours: Outcome; theirs: Outcome; requests: number }> {
    let served = 0;
    let perCall = 0;
    const probe = await startTestServer(() => {
      const reply = replies[served % replies.length];
      served += 1;
      return reply ?? json({});
    });
    try {
      const [ours, theirs] = await both(probe.url, streamed);
      perCall = probe.requests.length / 2;
      return { ours, theirs, requests: perCall };
    } finally {
      await probe.close();
    }
  }

  test.each([
    ["429 with retry-after in seconds, then an answer", [failing(429, { "retry-after": "0.01" }), whole], 2, undefined],
    ["429 three times", [failing(429, { "retry-after": "0.01" })], 3, "rate limit"],
    ["503 with a hint, then an answer", [failing(503, HINTED), whole], 2, undefined],
    ["503 three times", [failing(503, HINTED)], 3, "server"],
    ["529 three times", [failing(529, HINTED)], 3, "server"],
    ["500 that says not to try again", [failing(500, { "x-should-retry": "false" })], 1, "server"],
    ["401", [failing(401, {})], 1, "authentication"],
    ["403", [failing(403, {})], 1, "permission"],
    ["404", [failing(404, {})], 1, "not found"],
    ["400", [failing(400, {})], 1, "bad request"],
  ] as const)("%s", async (_name, replies, requests, error) => {
    const streams = replies.map((reply) => (reply === whole ? streamedAnswer : reply));
    for (const streamed of [false, true]) {
      const found = await met(streamed ? streams : replies, streamed);
      expect(found.ours).toEqual(found.theirs);
      expect(found.ours.error).toBe(error);
      expect(found.requests).toBe(requests);
    }
  });

  test("a reset connection, then an answer", async () => {
    const found = await met([{ type: "reset", when: "before-headers" }, whole], false);
    expect(found.ours).toEqual(found.theirs);
    expect(found).toMatchObject({ ours: { text: "Hi" }, requests: 2 });
  });

  test("a stream that is cut", async () => {
    const found = await met([{ type: "cut", afterBytes: 200, reply: streamedAnswer }], true);
    expect(found).toMatchObject({ ours: { error: "cut" }, theirs: { error: "cut" }, requests: 1 });
  });

  test.each([false, true])("an abort while the server thinks (streamed: %s)", async (streamed) => {
    server.next({ type: "stall" }, { type: "stall" });
    const signals = (): AbortSignal => {
      const controller = new AbortController();
      const seen = server.requests.length;
      void server.until(() => server.requests.length > seen).then(() => controller.abort());
      return controller.signal;
    };
    const [ours, theirs] = await both(server.url, streamed, signals);
    expect(ours).toEqual({ ...FAILED, error: "abort" });
    expect(theirs).toEqual(ours);
  });
});
