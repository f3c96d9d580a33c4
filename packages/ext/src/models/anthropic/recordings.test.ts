import {
  AssistantMessage,
  createResultFromJson,
  createResultToJson,
  UserMessage,
  type CreateResult,
} from "@tesserae/core";
import { ModelCatalogue, type ModelPrice } from "@tesserae/wire/catalogue";
import { costOfCall } from "@tesserae/wire/cost";
import { NO_USAGE, usageOfAnthropic, type Usage } from "@tesserae/wire/usage";
import { anthropicEventsOf } from "../../../../wire/test/as-stream.ts";
import {
  eventsOfStream,
  isStream,
  recordedExchanges,
  RECORDINGS,
  SKIPPED,
  type RecordedExchange,
} from "../../../../wire/test/recordings.ts";
import { describe, expect, test } from "vitest";
import { startRecordedServer, type RecordedServer } from "../../testing/recorded-server.ts";
import { AnthropicChatCompletionClient } from "./anthropic-chat-completion-client.ts";
import { encodeAssistant } from "./encode-assistant.ts";

type Body = Record<string, unknown>;
type Block = Record<string, unknown>;

const QUESTION = [UserMessage({ content: "as recorded", source: "user" })];
const catalogue = new ModelCatalogue();
const exchanges = recordedExchanges((path) => path.endsWith("/v1/messages"));
const answered = exchanges.filter(({ status }) => status === 200);
const whole = answered.filter((exchange) => !isStream(exchange));
const streams = answered.filter(isStream);
const failed = exchanges.filter(({ status }) => status !== 200);

/** A server with one recorded answer, and a client of it. */
async function serve(
  { name, url, status, headers }: RecordedExchange,
  body: unknown,
  chunkBytes?: number,
): Promise<{ client: AnthropicChatCompletionClient; server: RecordedServer }> {
  const request = { method: "POST", url, headers: {}, body: {} };
  const interaction = { request, response: { status, headers, body: body as string } };
  const server = await startRecordedServer({ recording: name, interactions: [interaction] }, { chunkBytes });
  const options = { model: "claude-sonnet-4-6", apiKey: "sk-test", baseUrl: server.url, maxRetries: 0 };
  return { server, client: new AnthropicChatCompletionClient(options) };
}

async function created(exchange: RecordedExchange): Promise<CreateResult> {
  const { client, server } = await serve(exchange, exchange.body);
  try {
    return await client.create(QUESTION);
  } finally {
    await client.close();
    await server.close();
  }
}

async function streamed(
  exchange: RecordedExchange,
  body: unknown,
  chunkBytes?: number,
): Promise<{ result: CreateResult; text: string }> {
  const { client, server } = await serve(exchange, body, chunkBytes);
  let text = "";
  let result: CreateResult | undefined;
  for await (const item of client.createStream(QUESTION)) {
    if (typeof item === "string") text += item;
    else result = item;
  }
  await client.close();
  await server.close();
  if (result === undefined) throw new Error("no result");
  return { result, text };
}

function ofType(body: unknown, type: string): Block[] {
  return (body as { content: Block[] }).content.filter((block) => block["type"] === type);
}

function joined(body: unknown, type: string, key: string): string {
  return ofType(body, type)
    .map((block) => String(block[key]))
    .join("");
}

/** Prompt and completion tokens as the payload has them. */
function tokensOf(usage: Body): object {
  const count = (key: string): number => Number(usage[key] ?? 0);
  const promptTokens = count("input_tokens") + count("cache_read_input_tokens") + count("cache_creation_input_tokens");
  return { promptTokens, completionTokens: count("output_tokens") };
}

const REASONS: Readonly<Record<string, string>> = { end_turn: "stop", tool_use: "function_calls" };

/** The events of a message as the text of a stream. */
function asStream(body: Body): string {
  return anthropicEventsOf(body)
    .map((event) => `event: ${String(event["type"])}\ndata: ${JSON.stringify(event)}\n\n`)
    .join("");
}

describe.skipIf(RECORDINGS === undefined)(`recorded Anthropic messages, through the client ${SKIPPED}`, () => {
  test("there are whole answers, streams and an error", () => {
    expect([whole.length > 80, streams.length, failed.length]).toEqual([true, 4, 1]);
  });

  test.each(whole)("$name: the result holds what the payload holds", async (exchange) => {
    const { body } = exchange;
    const { usage, stop_reason: reason } = body as { usage: Body; stop_reason: string };
    const result = await created(exchange);
    const calls = ofType(body, "tool_use").map(({ id, name, input }) => ({
      id,
      name,
      arguments: JSON.stringify(input),
    }));
    const text = joined(body, "text", "text");
    const thinking = joined(body, "thinking", "thinking");
    const thought = thinking !== "" ? thinking : calls.length > 0 && text !== "" ? text : undefined;
    expect(result.content).toEqual(calls.length > 0 ? calls : text);
    expect(result.thought).toBe(thought);
    expect(result.finishReason).toBe(REASONS[reason]);
    expect(result.usage).toMatchObject(tokensOf(usage));
  });

  test.each(whole)("$name: streamed, the same result and the same text", async (exchange) => {
    const expected = await created(exchange);
    const { result, text } = await streamed(exchange, asStream(exchange.body as Body));
    expect(result).toEqual(expected);
    const said = text.replaceAll(/<think>.*?<\/think>/gs, "");
    expect(said).toBe(joined(exchange.body, "text", "text"));
  });

  test.each(whole)(
    "$name: what goes back holds every block that is more than text and calls, unchanged",
    async (exchange) => {
      const { content, thought, providerData } = await created(exchange);
      const sent = encodeAssistant(AssistantMessage({ content, thought, providerData, source: "assistant" }))?.content;
      const blocks = (exchange.body as { content: Block[] }).content;
      const isPlain = blocks.every((block) => block["type"] === "text" || block["type"] === "tool_use");
      if (!isPlain) expect(JSON.stringify(sent)).toBe(JSON.stringify(blocks));
      else if (typeof sent === "string") expect(sent).toBe(joined(exchange.body, "text", "text"));
      else
        expect((sent ?? []).filter((block) => block["type"] === "tool_use")).toMatchObject(
          ofType(exchange.body, "tool_use").map(({ id, name, input }) => ({ id, name, input })),
        );
    },
  );

  const tokens = (usage: Body): Usage => usageOfAnthropic(usage) ?? NO_USAGE;
  const billed = whole.filter(({ body }) => {
    const { webSearchRequests, cacheWrite1hTokens, additional } = tokens((body as { usage: Body }).usage);
    return webSearchRequests + cacheWrite1hTokens > 0 || additional !== undefined;
  });

  test("there are answers that cost more than their tokens", () => {
    expect(billed.length).toBeGreaterThan(4);
  });

  test.each(billed)("$name: searches and other models are part of the cost", async (exchange) => {
    const { usage } = exchange.body as { usage: Body };
    const result = await created(exchange);
    const priceOf = (model: string): ModelPrice | undefined => catalogue.price(model, { provider: "anthropic" })?.price;
    const exact = costOfCall("claude-sonnet-4-6", tokens(usage), priceOf);
    const { client, server } = await serve(exchange, exchange.body);
    const byTokens = client.cost(result.usage) ?? 0;
    await client.close();
    await server.close();
    expect(result.cost).toBe(exact);
    expect(result.cost).toBeGreaterThan(byTokens);
    const searches = tokens(usage).webSearchRequests;
    // $10 for a thousand searches.
    if (tokens(usage).additional === undefined) expect(result.cost).toBe(byTokens + searches * 1e10);
    expect(createResultFromJson(createResultToJson(result))).toEqual(result);
  });

  test.each(whole.filter((exchange) => !billed.includes(exchange)))(
    "$name: its tokens tell the cost",
    async (exchange) => {
      expect(await created(exchange)).not.toHaveProperty("cost");
    },
  );

  test.each(streams)("$name: read as it was streamed, in any pieces", async (exchange) => {
    const events = eventsOfStream(exchange.body);
    const all = (key: string): string =>
      events
        .flatMap((event) => [event["content_block"], event["delta"]] as (Body | undefined)[])
        .map((part) => (typeof part?.[key] === "string" ? part[key] : ""))
        .join("");
    const usage = Object.assign(
      {},
      ...events.map((event) => (event["usage"] ?? (event["message"] as Body | undefined)?.["usage"]) as Body),
    );
    for (const chunkBytes of [undefined, 997]) {
      const { result, text } = await streamed(exchange, exchange.body, chunkBytes);
      expect(result).toMatchObject({ content: all("text"), finishReason: "stop", usage: tokensOf(usage) });
      expect(text.replaceAll(/<think>.*?<\/think>/gs, "")).toBe(all("text"));
      expect(result.thought ?? "").toBe(all("thinking"));
    }
  });

  test.each(failed)("$name: the recorded error is a typed one", async (exchange) => {
    const { error } = exchange.body as { error: { message: string } };
    const failing = created(exchange);
    await expect(failing).rejects.toMatchObject({ code: "ERR_MODEL_INVALID_REQUEST", status: 400, retryable: false });
    await expect(failing).rejects.toThrow(error.message);
    await expect(streamed(exchange, exchange.body)).rejects.toMatchObject({ code: "ERR_MODEL_INVALID_REQUEST" });
  });

  const counted = recordedExchanges((path) => path.endsWith("/v1/messages/count_tokens"));

  test.each(counted)("$name: the tokens are those that the provider counted", async (exchange) => {
    const { client, server } = await serve(exchange, exchange.body);
    const { input_tokens: expected } = exchange.body as { input_tokens: number };
    expect(await client.countTokensAsync(QUESTION)).toBe(expected);
    await client.close();
    await server.close();
  });
});
