import type { Json } from "@tesserae/core";
import { AnthropicChatCompletionClient, type AnthropicOptions } from "../src/models/anthropic/index.ts";
import { events, json, type BodyReply, type EventsReply } from "../src/testing/test-reply.ts";
import { startTestServer, type TestHandler, type TestServer } from "../src/testing/test-server.ts";
import { anthropicEventsOf } from "../../wire/test/as-stream.ts";

type Body = Record<string, unknown>;

/** A message as the provider sends it; usage 10 and 5 unless said otherwise. */
export function message(content: string | readonly Body[], more: Body = {}): Body {
  const blocks = typeof content === "string" ? [{ type: "text", text: content }] : content;
  const calls = blocks.some((block) => block["type"] === "tool_use");
  return {
    id: "msg_1",
    type: "message",
    role: "assistant",
    model: "claude-sonnet-4-6",
    content: blocks,
    stop_reason: calls ? "tool_use" : "end_turn",
    stop_sequence: null,
    usage: { input_tokens: 10, output_tokens: 5 },
    ...more,
  };
}

/** Answers a whole message, or streams it when the request asks for a stream. */
export function reply(body: Body, streamed: boolean): BodyReply | EventsReply {
  if (!streamed) return json(body as Json);
  return events(anthropicEventsOf(body).map((data) => ({ event: String(data["type"]), data: data as Json })));
}

/** An error as the provider sends it. */
export function failure(status: number, type: string, text = "told by the test", headers = {}): BodyReply {
  return json({ type: "error", error: { type, message: text }, request_id: "req_1" }, { status, headers });
}

/** A server that answers these messages in turn (the last one again and again), and a client of it. */
export async function setUp(
  answers: readonly Body[] | TestHandler = [message("Hello")],
  options: Partial<AnthropicOptions> = {},
): Promise<{ server: TestServer; client: AnthropicChatCompletionClient; bodies: () => Body[] }> {
  let next = 0;
  const handler: TestHandler =
    typeof answers === "function"
      ? answers
      : (request) => {
          const body = answers[Math.min(next, answers.length - 1)] ?? message("Hello");
          next += 1;
          return reply(body, (request.body as Body)["stream"] === true);
        };
  const server = await startTestServer(handler);
  const client = new AnthropicChatCompletionClient({
    model: "claude-sonnet-4-6",
    apiKey: "sk-test",
    baseUrl: server.url,
    retry: { initialDelayMs: 1 },
    ...options,
  });
  return { server, client, bodies: () => server.requests.map((request) => request.body as Body) };
}
