import {
  createAnthropicAssembler,
  createOpenAIChatAssembler,
  createOpenAIResponsesAssembler,
  decodeAnthropic,
  decodeOpenAIChat,
  decodeOpenAIResponses,
  isRawObject,
  SseDecoder,
  type AssembledResponse,
  type StreamAssembler,
} from "@tesserae/wire";
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { describe, expect, test } from "vitest";
import { RECORDINGS, recordedExchanges, SKIPPED } from "../../../../wire/test/recordings.ts";
import { protocolOf, type ServedProtocol } from "../traffic-request.ts";
import { streamEventsOf } from "./stream-events.ts";

interface Reader {
  readonly decode: (body: unknown) => AssembledResponse;
  readonly assembler: () => StreamAssembler;
}

const readers: Readonly<Record<ServedProtocol, Reader>> = {
  "openai-chat": { decode: decodeOpenAIChat, assembler: createOpenAIChatAssembler },
  "openai-responses": { decode: decodeOpenAIResponses, assembler: createOpenAIResponsesAssembler },
  anthropic: { decode: decodeAnthropic, assembler: createAnthropicAssembler },
};

function assembled(protocol: ServedProtocol, events: readonly string[]): AssembledResponse {
  const assembler = readers[protocol].assembler();
  for (const { data } of new SseDecoder().push(Buffer.from(events.join("")))) assembler.pushData(data);
  return assembler.finish();
}

const streaming = (events: readonly string[]): typeof fetch => {
  const headers = { "content-type": "text/event-stream" };
  return () => Promise.resolve(new Response(events.join(""), { headers }));
};

describe.skipIf(RECORDINGS === undefined)(`recorded bodies as streams ${SKIPPED}`, () => {
  const bodies = recordedExchanges((path) => protocolOf(path) !== undefined).flatMap(({ name, url, status, body }) => {
    const protocol = protocolOf(url.split("?")[0] ?? "");
    return status === 200 && isRawObject(body) && protocol !== undefined ? [{ name, url, protocol, body }] : [];
  });

  test.each(bodies)("$name: the assembled stream is the body read", ({ protocol, body }) => {
    // JSON has no -0.
    const expected = JSON.parse(JSON.stringify(readers[protocol].decode(body))) as AssembledResponse;
    const got = assembled(protocol, streamEventsOf(protocol, body, true));
    // Chat completions have their log probabilities in the last chunk; what a body has of its own is not in a stream.
    expect({ ...got, notes: [], providerData: undefined }).toEqual({ ...expected, notes: [], providerData: undefined });
  });

  test.each(
    bodies.filter(
      // Its stable part leaves out the input of calls of MCP servers.
      ({ url, body }) => url.includes("api.anthropic.com") && !JSON.stringify(body).includes("mcp_tool_use"),
    ),
  )("$name: Anthropic's SDK makes the body of the stream again", async ({ body }) => {
    const fetch = streaming(streamEventsOf("anthropic", body, true));
    const client = new Anthropic({ apiKey: "any", fetch, maxRetries: 0 });
    const message = await client.messages.stream({ model: "m", max_tokens: 1, messages: [] }).finalMessage();
    const { content, usage, stop_reason, id, model } = body;
    expect(JSON.parse(JSON.stringify(message))).toMatchObject({ content, stop_reason, id, model });
    expect(usage).toMatchObject({ output_tokens: message.usage.output_tokens });
  });

  test.each(bodies.filter(({ url }) => url.includes("api.openai.com/v1/responses")))(
    "$name: OpenAI's SDK makes the body of the stream again",
    async ({ body }) => {
      const fetch = streaming(streamEventsOf("openai-responses", body, true));
      const client = new OpenAI({ apiKey: "any", fetch, maxRetries: 0 });
      const response = await client.responses.stream({ model: "m", input: "q" }).finalResponse();
      expect(JSON.parse(JSON.stringify(response))).toMatchObject(JSON.parse(JSON.stringify(body)) as object);
    },
  );

  test.each(bodies.filter(({ url }) => url.includes("api.openai.com/v1/chat")))(
    "$name: OpenAI's SDK makes the chat completion of the stream again",
    async ({ body }) => {
      const fetch = streaming(streamEventsOf("openai-chat", body, true));
      const client = new OpenAI({ apiKey: "any", fetch, maxRetries: 0 });
      const request = { model: "m", messages: [], stream: true as const };
      const completion = await client.chat.completions.stream(request).finalChatCompletion();
      const choices = (Array.isArray(body["choices"]) ? body["choices"] : []).filter(isRawObject);
      for (const [index, { message, finish_reason }] of choices.entries()) {
        expect(completion.choices[index]?.finish_reason).toBe(finish_reason);
        const { content, tool_calls: calls = [] } = isRawObject(message) ? message : {};
        expect(completion.choices[index]?.message.content).toBe(content);
        expect(completion.choices[index]?.message.tool_calls ?? []).toMatchObject(calls ?? []);
      }
      expect(completion.usage).toEqual(body["usage"]);
    },
  );
});

describe("bodies as streams", () => {
  test("input that is no JSON goes out as the text that the model wrote", () => {
    const body = {
      content: [{ type: "tool_use", id: "a", name: "f", input: '{"city": "Par' }],
      stop_reason: "max_tokens",
    };
    const { toolCalls } = assembled("anthropic", streamEventsOf("anthropic", body, true));
    expect(toolCalls).toEqual([{ id: "a", name: "f", arguments: '{"city": "Par' }]);
  });

  test("a stream of chat completions has usage only where that is asked for", () => {
    const body = { choices: [], usage: { prompt_tokens: 1 } };
    const count = (withUsage: boolean): number => streamEventsOf("openai-chat", body, withUsage).length;
    expect([count(false), count(true)]).toEqual([1, 2]);
  });

  test("all choices come, each under its index", () => {
    const choices = [0, 1].map((index) => ({ index, message: { role: "assistant", content: `c${index}` } }));
    const events = streamEventsOf("openai-chat", { choices }, false).join("");
    expect(events).toContain('"index":0,"delta":{"content":"c0"}');
    expect(events).toContain('"index":1,"delta":{"content":"c1"}');
  });

  test.each(["openai-chat", "openai-responses", "anthropic"] as const)(
    "an empty body of %s is a stream too",
    (protocol) => {
      expect(assembled(protocol, streamEventsOf(protocol, {}, true))).toMatchObject({ text: "", toolCalls: [] });
    },
  );
});
