import { type CreateResult, isObject, type JsonObject, type ModelInfo } from "@tesserae/core";
import { afterEach, describe, expect, test, vi } from "vitest";
import { collect, HELLO } from "../../testing/openai-fixture.ts";
import { recordedChats, textOf, type RecordedChat } from "../../testing/recorded-chat.ts";
import { recordingsFolder, startRecordedServer } from "../../testing/recorded-server.ts";
import { OpenAIChatCompletionClient } from "./openai-chat-completion-client.ts";

const chats = recordedChats();
const ok = chats.filter(({ interaction }) => interaction.response.status === 200);
const whole = ok.filter(({ streamed }) => !streamed);
const streams = ok.filter(({ streamed }) => streamed);
const failed = chats.filter(({ interaction }) => interaction.response.status !== 200);
const INFO: ModelInfo = {
  vision: true,
  functionCalling: true,
  jsonOutput: true,
  structuredOutput: true,
  family: "unknown",
};

interface Message {
  readonly content?: unknown;
  readonly reasoning?: string | null;
  readonly reasoning_content?: string | null;
  readonly tool_calls?: readonly { id: string; function: { name: string; arguments?: string } }[] | null;
}

afterEach(() => vi.restoreAllMocks());

/** What the client makes of a recorded answer, over HTTP. */
async function answered(
  chat: RecordedChat,
  chunkBytes?: number,
): Promise<CreateResult & { texts?: readonly string[] }> {
  vi.spyOn(process, "emitWarning").mockImplementation(() => {});
  const recording = { recording: chat.name, interactions: [chat.interaction] };
  const server = await startRecordedServer(recording, { chunkBytes });
  const model = textOf(chat.request["model"]);
  const client = new OpenAIChatCompletionClient({
    model,
    modelInfo: INFO,
    baseUrl: server.url + chat.base,
    apiKey: "k",
    maxRetries: 0,
  });
  try {
    if (!chat.streamed) return await client.create(HELLO);
    const { texts, result } = await collect(client.createStream(HELLO));
    return { ...result, texts };
  } finally {
    await client.close();
    await server.close();
  }
}

/** The text and the thinking of a message, whose content may be Mistral's parts. */
function saidIn({ content, reasoning, reasoning_content }: Message): { text: string; thinking: string } {
  let text = typeof content === "string" ? content : "";
  let thinking = reasoning_content ?? reasoning ?? "";
  for (const part of Array.isArray(content) ? (content as JsonObject[]) : []) {
    if (part["type"] === "text") text += textOf(part["text"]);
    else for (const piece of part["thinking"] as JsonObject[]) thinking += textOf(piece["text"]);
  }
  return { text, thinking };
}

/** What a stream shows: reasoning between tags, which end where a chunk has none. */
function shownBy(deltas: readonly Message[]): string {
  let shown = "";
  let open = false;
  for (const delta of deltas) {
    const reasoning = delta.reasoning_content ?? delta.reasoning;
    const opens: boolean = !open && typeof reasoning === "string" && reasoning !== "";
    const closes: boolean = open && typeof reasoning !== "string";
    open = opens || (open && !closes);
    shown += `${opens ? "<think>" : ""}${closes ? "</think>" : ""}${reasoning ?? ""}${saidIn({ content: delta.content }).text}`;
  }
  return shown;
}

function expectUsage(result: CreateResult, usage: unknown): void {
  const raw = isObject(usage) ? usage : {};
  expect(result.usage.promptTokens).toBe(raw["prompt_tokens"] ?? 0);
  expect(result.usage.completionTokens).toBe(raw["completion_tokens"] ?? 0);
  const details = (key: string, part: string): unknown =>
    (isObject(raw[key]) ? raw[key][part] : undefined) || undefined;
  const cached = details("prompt_tokens_details", "cached_tokens") ?? (raw["prompt_cache_hit_tokens"] || undefined);
  expect(result.usage.cachedPromptTokens).toBe(cached);
  expect(result.usage.reasoningTokens).toBe(details("completion_tokens_details", "reasoning_tokens"));
}

const REASONS: Readonly<Record<string, string>> = {
  stop: "stop",
  length: "length",
  tool_calls: "function_calls",
  content_filter: "content_filter",
};

describe.skipIf(recordingsFolder() === undefined)(
  "recorded traffic (skipped where TESSERAE_RECORDINGS is unset)",
  () => {
    test("there is much of it", () => {
      expect(whole.length).toBeGreaterThan(70);
      expect(streams.length).toBeGreaterThan(5);
      expect(failed.length).toBeGreaterThan(3);
    });

    test.each(whole)("$name", async (chat) => {
      const body = chat.interaction.response.body as JsonObject;
      const [choice] = body["choices"] as unknown as { message: Message; finish_reason: string }[];
      const message = choice?.message ?? {};
      const { text, thinking } = saidIn(message);
      const result = await answered(chat);
      const calls = message.tool_calls ?? [];
      if (calls.length === 0) {
        expect(result.content).toBe(text);
        expect(result.thought).toBe(thinking === "" ? undefined : thinking);
        expect(result.finishReason).toBe(REASONS[choice?.finish_reason ?? ""]);
      } else {
        expect(result.content).toEqual(
          calls.map(({ id, function: { name, arguments: args } }) => ({ id, name, arguments: args ?? "{}" })),
        );
        expect(result.thought ?? "").toBe([thinking, text].filter((part) => part !== "").join("\n"));
        expect(result.finishReason).toBe("function_calls");
      }
      expectUsage(result, body["usage"]);
    });

    test.each(streams)("$name, streamed", async (chat) => {
      const events = textOf(chat.interaction.response.body)
        .split("\n")
        .filter((line) => line.startsWith("data: {"))
        .map((line) => JSON.parse(line.slice("data: ".length)) as JsonObject);
      const deltas = events.flatMap(
        (event) => (event["choices"] as { delta: Message; finish_reason: string | null }[] | undefined) ?? [],
      );
      const text = deltas.map(({ delta }) => saidIn(delta).text).join("");
      const thinking = deltas.map(({ delta }) => saidIn(delta).thinking).join("");
      const usages = events.map(
        (event) => event["usage"] ?? (isObject(event["x_groq"]) ? event["x_groq"]["usage"] : null),
      );
      for (const chunkBytes of [undefined, 7]) {
        const result = await answered(chat, chunkBytes);
        const shown = shownBy(deltas.map(({ delta }) => delta));
        expect(result.texts?.join("")).toBe(shown);
        if (typeof result.content === "string") expect(result.content).toBe(text);
        else {
          const args = deltas
            .flatMap(({ delta }) => delta.tool_calls ?? [])
            .map((call) => call.function.arguments ?? "");
          expect(result.content.map((call) => call.arguments).join("")).toBe(args.join(""));
        }
        expect(result.thought ?? "").toBe(
          typeof result.content === "string" ? thinking : [thinking, text].filter((part) => part !== "").join("\n"),
        );
        expect(result.finishReason).toBe(
          REASONS[deltas.findLast(({ finish_reason }) => finish_reason)?.finish_reason ?? ""],
        );
        expectUsage(
          result,
          usages.findLast((usage) => isObject(usage)),
        );
      }
    });

    test.each(failed)("$name is an error with its kind", async (chat) => {
      const { status } = chat.interaction.response;
      const error: unknown = await answered(chat).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ name: "ModelClientError", status });
      expect(["ERR_MODEL_NOT_FOUND", "ERR_MODEL_INVALID_REQUEST", "ERR_MODEL_CONTENT_FILTER"]).toContain(
        Reflect.get(error as object, "code"),
      );
    });
  },
);
