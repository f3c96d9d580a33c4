import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { describe, expect, test } from "vitest";
import { recordedExchanges, RECORDINGS, isStream, SKIPPED } from "../../test/recordings.ts";
import { NO_USAGE, SseDecoder, type Protocol } from "../index.ts";
import {
  encodeAnthropicBody,
  encodeAnthropicStream,
  encodeOpenAIChatBody,
  encodeOpenAIChatStream,
  encodeOpenAIResponsesBody,
  encodeOpenAIResponsesStream,
  type ScriptedResponse,
} from "../scripted/index.ts";
import { createStreamBody, streamOfBody } from "./index.ts";

const script: ScriptedResponse = {
  id: "x_1",
  model: "model-1",
  text: "Paris is large.",
  thinking: "Which one?",
  toolCalls: [
    { id: "call_1", name: "weather", arguments: '{"city":"Paris","days":[1,2]}' },
    { id: "call_2", name: "time", arguments: "{}" },
  ],
  usage: { ...NO_USAGE, inputTokens: 12, cacheReadTokens: 4, outputTokens: 7 },
};

const answering = (body: string, type: string): typeof fetch => {
  return () => Promise.resolve(new Response(body, { headers: { "content-type": type } }));
};
const json = (body: unknown): typeof fetch => answering(JSON.stringify(body), "application/json");
const events = (protocol: Protocol, body: unknown): typeof fetch =>
  answering(streamOfBody(protocol, body, { includeUsage: true }).join(""), "text/event-stream");
const openai = (fetch: typeof globalThis.fetch): OpenAI => new OpenAI({ apiKey: "k", fetch, maxRetries: 0 });
const anthropic = (fetch: typeof globalThis.fetch): Anthropic => new Anthropic({ apiKey: "k", fetch, maxRetries: 0 });
const chat = { model: "m", messages: [{ role: "user" as const, content: "q" }] };
const message = { ...chat, max_tokens: 9 };

/** What of an object was on the wire: the SDKs add members of their own, and drop those that are null or, of one, empty. */
function wireOf(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (name, member: unknown) => (ADDED.has(name) || member === null ? undefined : member)),
  );
}
const ADDED: ReadonlySet<string> = new Set([
  "parsed",
  "parsed_arguments",
  "output_text",
  "_request_id",
  "object",
  "system_fingerprint",
]);

const chatBoth = async (body: unknown): Promise<[unknown, unknown]> => [
  await openai(json(body)).chat.completions.create(chat),
  await openai(events("openai-chat", body))
    .chat.completions.stream({ ...chat, stream: true })
    .finalChatCompletion(),
];
const messageBoth = async (body: unknown): Promise<[unknown, unknown]> => [
  await anthropic(json(body)).messages.create(message),
  await anthropic(events("anthropic", body)).messages.stream(message).finalMessage(),
];
const responseBoth = async (body: unknown): Promise<[unknown, unknown]> => [
  await openai(json(body)).responses.create({ model: "m", input: "q" }),
  await openai(events("openai-responses", body)).responses.stream({ model: "m", input: "q" }).finalResponse(),
];

/** The body of a stream that a server wrote. */
function rebuilt(protocol: Protocol, stream: readonly string[]): unknown {
  const body = createStreamBody(protocol);
  for (const { data } of new SseDecoder().push(new TextEncoder().encode(stream.join("")))) body.push(data);
  return body.body();
}

describe("the vendors' SDKs make of a body that became a stream what they make of the body", () => {
  test("a chat completion with two tool calls", async () => {
    const [whole, streamed] = await chatBoth(encodeOpenAIChatBody(script));
    expect(wireOf(streamed)).toEqual(wireOf(whole));
    expect(streamed).toMatchObject({ choices: [{ message: { tool_calls: [{ id: "call_1" }, { id: "call_2" }] } }] });
  });

  test("a message with thinking and two tool calls", async () => {
    const [whole, streamed] = await messageBoth(encodeAnthropicBody(script));
    expect(wireOf(streamed)).toEqual(wireOf(whole));
  });

  test("a response with reasoning and two tool calls", async () => {
    const [whole, streamed] = await responseBoth(encodeOpenAIResponsesBody(script));
    expect(wireOf(streamed)).toEqual(wireOf(whole));
  });
});

test("the rebuilt body of a scripted stream is the scripted body", () => {
  expect(rebuilt("openai-chat", encodeOpenAIChatStream(script))).toEqual({
    ...encodeOpenAIChatBody(script),
    choices: encodeOpenAIChatBody(script).choices.map(({ message: { refusal: _refusal, ...said }, ...choice }) => ({
      ...choice,
      message: said,
    })),
  });
  expect(rebuilt("anthropic", encodeAnthropicStream(script))).toEqual(encodeAnthropicBody(script));
  expect(rebuilt("openai-responses", encodeOpenAIResponsesStream(script))).toEqual(encodeOpenAIResponsesBody(script));
});

describe.skipIf(RECORDINGS === undefined)(`and of recorded bodies ${SKIPPED}`, () => {
  const whole = (ending: string) =>
    recordedExchanges((path) => path.endsWith(ending)).filter(
      (exchange) => exchange.status === 200 && !isStream(exchange),
    );

  test.each(whole("api.openai.com/v1/chat/completions"))("$name", async ({ body }) => {
    const [given, streamed] = await chatBoth(body);
    expect(wireOf(streamed)).toEqual(wireOf(given));
  });

  test.each(whole("api.anthropic.com/v1/messages"))("$name", async ({ body }) => {
    const [given, streamed] = await messageBoth(body);
    expect(wireOf(streamed)).toEqual(wireOf(given));
  });

  test.each(whole("api.openai.com/v1/responses"))("$name", async ({ body }) => {
    const [given, streamed] = await responseBoth(body);
    expect(wireOf(streamed)).toEqual(wireOf(given));
  });
});
