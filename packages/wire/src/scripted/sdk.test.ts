import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { describe, expect, test } from "vitest";
import { isStream, RECORDINGS, recordedExchanges, SKIPPED } from "../../test/recordings.ts";
import { createAnthropicAssembler, createOpenAIChatAssembler, NO_USAGE, SseDecoder } from "../index.ts";
import {
  encodeAnthropicBody,
  encodeAnthropicStream,
  encodeError,
  encodeOpenAIChatBody,
  encodeOpenAIChatStream,
  encodeOpenAIResponsesBody,
  encodeOpenAIResponsesStream,
  type ScriptedResponse,
} from "./index.ts";

const script: ScriptedResponse = {
  id: "x_1",
  model: "model-1",
  text: "Paris is large.",
  toolCalls: [{ id: "call_1", name: "weather", arguments: '{"city":"Paris"}' }],
  usage: { ...NO_USAGE, inputTokens: 12, cacheReadTokens: 4, outputTokens: 7 },
};

/** A transport that always gives this answer. */
function answering(body: string, type: string, status = 200): typeof fetch {
  return () => Promise.resolve(new Response(body, { status, headers: { "content-type": type } }));
}
const json = (body: unknown, status?: number): typeof fetch =>
  answering(JSON.stringify(body), "application/json", status);
const events = (stream: readonly string[] | string): typeof fetch =>
  answering(typeof stream === "string" ? stream : stream.join(""), "text/event-stream");

const openai = (fetch: typeof globalThis.fetch): OpenAI => new OpenAI({ apiKey: "k", fetch, maxRetries: 0 });
const anthropic = (fetch: typeof globalThis.fetch): Anthropic => new Anthropic({ apiKey: "k", fetch, maxRetries: 0 });
const chat = { model: "m", messages: [{ role: "user" as const, content: "q" }] };
const message = { ...chat, max_tokens: 9 };

describe("the vendors' SDKs read what we write", () => {
  test("a chat completion and its stream", async () => {
    const whole = await openai(json(encodeOpenAIChatBody(script))).chat.completions.create(chat);
    const streamed = await openai(events(encodeOpenAIChatStream(script)))
      .chat.completions.stream({ ...chat, stream: true })
      .finalChatCompletion();
    for (const answer of [whole, streamed]) {
      expect(answer).toMatchObject({ id: "x_1", model: "model-1", usage: { prompt_tokens: 12, completion_tokens: 7 } });
      expect(answer.choices[0]?.message).toMatchObject({
        content: script.text,
        tool_calls: [{ id: "call_1", function: { name: "weather", arguments: '{"city":"Paris"}' } }],
      });
    }
  });

  test("a response and its stream", async () => {
    const request = { model: "m", input: "q" };
    const whole = await openai(json(encodeOpenAIResponsesBody(script))).responses.create(request);
    const streamed = await openai(events(encodeOpenAIResponsesStream(script)))
      .responses.stream(request)
      .finalResponse();
    for (const answer of [whole, streamed]) {
      expect(answer).toMatchObject({ id: "x_1", output_text: script.text, usage: { input_tokens: 12 } });
      expect(answer.output.at(-1)).toMatchObject({ type: "function_call", call_id: "call_1", name: "weather" });
    }
  });

  test("a message and its stream", async () => {
    const whole = await anthropic(json(encodeAnthropicBody(script))).messages.create(message);
    const streamed = await anthropic(events(encodeAnthropicStream(script)))
      .messages.stream(message)
      .finalMessage();
    for (const answer of [whole, streamed]) {
      expect(answer).toMatchObject({
        id: "x_1",
        stop_reason: "tool_use",
        content: [
          { type: "text", text: script.text },
          { type: "tool_use", id: "call_1", name: "weather", input: { city: "Paris" } },
        ],
        usage: { input_tokens: 8, cache_read_input_tokens: 4, output_tokens: 7 },
      });
    }
  });

  test("errors", async () => {
    const limited = encodeError("openai-chat", { kind: "rate_limit", message: "Slow down." });
    await expect(openai(json(limited.body, limited.status)).chat.completions.create(chat)).rejects.toThrow(
      OpenAI.RateLimitError,
    );
    const missing = encodeError("anthropic", { kind: "not_found", message: "No such model." });
    await expect(anthropic(json(missing.body, missing.status)).messages.create(message)).rejects.toThrow(
      Anthropic.NotFoundError,
    );
  });
});

describe.skipIf(RECORDINGS === undefined)(
  `the vendors' SDKs and we make the same of a recorded stream ${SKIPPED}`,
  () => {
    const recorded = (ending: string) => recordedExchanges((path) => path.endsWith(ending)).filter(isStream);
    const data = (stream: string): string[] =>
      new SseDecoder().push(new TextEncoder().encode(stream)).map((event) => event.data);

    test.each(recorded("/v1/messages"))("$name", async ({ body }) => {
      const theirs = await anthropic(events(body)).messages.stream(message).finalMessage();
      const assembler = createAnthropicAssembler();
      for (const text of data(body)) assembler.pushData(text);
      const ours = assembler.finish();
      const { content } = (ours.providerData?.data ?? {}) as { content?: unknown };
      expect(content).toEqual(JSON.parse(JSON.stringify(theirs.content)));
      expect(ours).toMatchObject({ id: theirs.id, model: theirs.model, rawFinishReason: theirs.stop_reason });
      expect(ours.usage?.outputTokens).toBe(theirs.usage.output_tokens);
    });

    test.each(recorded("api.openai.com/v1/chat/completions"))("$name", async ({ body }) => {
      const theirs = await openai(events(body))
        .chat.completions.stream({ ...chat, stream: true })
        .finalChatCompletion();
      const assembler = createOpenAIChatAssembler();
      for (const text of data(body)) assembler.pushData(text);
      const ours = assembler.finish();
      const said = theirs.choices[0]?.message;
      expect(ours).toMatchObject({ id: theirs.id, model: theirs.model, text: said?.content ?? "" });
      expect(ours.toolCalls).toEqual(
        (said?.tool_calls ?? []).map(({ id, function: { name, arguments: given } }) => ({
          id,
          name,
          arguments: given,
        })),
      );
      expect(ours.usage?.inputTokens).toBe(theirs.usage?.prompt_tokens);
    });
  },
);
