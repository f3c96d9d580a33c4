import { tracingChannel } from "node:diagnostics_channel";
import { UserMessage } from "@tesserae/core";
import type { ModelPayload } from "@tesserae/wire/channels";
import { expect, test } from "vitest";
import { failure, setUp } from "../../../test/anthropic-server.ts";

test("a client that is called directly is one model call on the channel, its tries inside of it", async () => {
  const found: ModelPayload[] = [];
  const channel = tracingChannel<unknown, ModelPayload>("tesserae:model");
  const handlers = { asyncEnd: (payload: ModelPayload) => void found.push(payload) };
  const { client, server } = await setUp(undefined, { temperature: 0.5 });
  channel.subscribe(handlers as Parameters<typeof channel.subscribe>[0]);
  const messages = [UserMessage({ content: "Hi", source: "user" })];
  server.next(failure(529, "overloaded_error", "busy", { "retry-after-ms": "1" }));
  await client.create(messages, { extraCreateArgs: { top_k: 5 } });
  const chunks: string[] = [];
  for await (const item of client.createStream(messages)) if (typeof item === "string") chunks.push(item);
  channel.unsubscribe(handlers as Parameters<typeof channel.unsubscribe>[0]);
  expect(chunks.join("")).toBe("Hello");
  expect(found).toMatchObject([
    {
      provider: "anthropic",
      model: "claude-sonnet-4-6",
      streamed: false,
      request: { parameters: { max_tokens: 4096, temperature: 0.5, top_k: 5 } },
      response: { text: "Hello", finishReason: "stop" },
      usage: { inputTokens: 10, outputTokens: 5 },
      cost: 10 * 3e6 + 5 * 15e6,
      attempts: [{ attempt: 1, status: 529, waitedMs: 1 }, { attempt: 2 }],
    },
    { streamed: true, response: { text: "Hello" } },
  ]);
  expect(JSON.stringify(found)).not.toContain("sk-test");
  await client.close();
  await server.close();
});
