import {
  type CreateResult,
  type Json,
  type JsonObject,
  type LLMMessage,
  type ModelStream,
  UserMessage,
} from "@tesserae/core";
import type { OpenAIOptions } from "../models/openai/options.ts";
import { OpenAIChatCompletionClient } from "../models/openai/openai-chat-completion-client.ts";
import { events, json, type BodyReply, type EventsReply } from "./test-reply.ts";
import { startTestServer, type TestServer } from "./test-server.ts";

/** A conversation that any model takes. */
export const HELLO: readonly LLMMessage[] = [UserMessage({ content: "Hello", source: "user" })];

/** A whole answer with this message. */
export function completion(
  message: JsonObject,
  { finish = "stop", usage = null, model = "gpt-4o" }: { finish?: string | null; usage?: Json; model?: string } = {},
): BodyReply {
  const choice = { index: 0, message: { role: "assistant", content: null, ...message }, finish_reason: finish };
  return json({ id: "chatcmpl-1", object: "chat.completion", created: 0, model, choices: [choice], usage });
}

/** One chunk of a stream. */
export function chunk(delta: JsonObject, finish: string | null = null, more: JsonObject = {}): string {
  const choice = { index: 0, delta, finish_reason: finish };
  return JSON.stringify({
    id: "id",
    object: "chat.completion.chunk",
    created: 0,
    model: "gpt-4o",
    choices: [choice],
    ...more,
  });
}

/** The chunk at the end of a stream that holds nothing but the usage. */
export function usageChunk(prompt: number, answer: number): string {
  const usage = { prompt_tokens: prompt, completion_tokens: answer, total_tokens: prompt + answer };
  return JSON.stringify({ id: "id", object: "chat.completion.chunk", created: 0, model: "gpt-4o", choices: [], usage });
}

/** A stream of chunks with its end mark. */
export function stream(...chunks: readonly string[]): EventsReply {
  return events([...chunks, "[DONE]"]);
}

/** All that a stream gives: its texts, then its result. */
export async function collect(items: ModelStream): Promise<{ texts: string[]; result: CreateResult }> {
  const texts: string[] = [];
  let result: CreateResult | undefined;
  for await (const item of items) {
    if (result !== undefined) throw new Error("Something came after the result.");
    if (typeof item === "string") texts.push(item);
    else result = item;
  }
  if (result === undefined) throw new Error("The stream ended without a result.");
  return { texts, result };
}

/** A server with clients for it, closed together, and the warnings that they emit. */
export class OpenAIFixture {
  readonly server: TestServer;
  readonly warnings: { readonly code: string; readonly text: string }[] = [];
  readonly #clients: OpenAIChatCompletionClient[] = [];
  readonly #emitWarning = process.emitWarning;

  private constructor(server: TestServer) {
    this.server = server;
    forgetWarnings();
    process.emitWarning = (text: string | Error, options?: unknown): void => {
      const code: unknown = typeof options === "object" && options !== null ? Reflect.get(options, "code") : undefined;
      this.warnings.push({ code: String(code), text: String(text) });
    };
  }

  static async start(): Promise<OpenAIFixture> {
    return new OpenAIFixture(await startTestServer());
  }

  /** A client of the server; `gpt-4o` unless the options say else. */
  client(options: Partial<OpenAIOptions> = {}): OpenAIChatCompletionClient {
    const client = new OpenAIChatCompletionClient({
      model: "gpt-4o",
      baseUrl: this.server.url,
      apiKey: "sk-test",
      retry: { initialDelayMs: 1, maxDelayMs: 1 },
      ...options,
    });
    this.#clients.push(client);
    return client;
  }

  /** The codes of the warnings, in order. */
  get codes(): readonly string[] {
    return this.warnings.map(({ code }) => code);
  }

  /** The body of the last request. */
  get body(): JsonObject {
    return this.server.requests.at(-1)?.body as JsonObject;
  }

  async close(): Promise<void> {
    process.emitWarning = this.#emitWarning;
    for (const client of this.#clients.splice(0)) await client.close();
    await this.server.close();
  }
}

/** Warnings are told once in a process: a test begins anew. */
export function forgetWarnings(): void {
  const told: unknown = Reflect.get(process, Symbol.for("tesserae.ext.warned"));
  if (told instanceof Set) told.clear();
}
