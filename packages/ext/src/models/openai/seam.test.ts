import { tracingChannel } from "node:diagnostics_channel";
import type { ModelPayload } from "@tesserae/wire/channels";
import { afterEach, beforeEach, expect, test } from "vitest";
import { chunk, collect, completion, HELLO, OpenAIFixture, stream } from "../../testing/openai-fixture.ts";
import { json } from "../../testing/test-reply.ts";

let fixture: OpenAIFixture;
beforeEach(async () => void (fixture = await OpenAIFixture.start()));
afterEach(() => fixture.close());

const ignore = (): void => {};

/** What is published on `tesserae:model` while the body runs. */
async function published(body: () => Promise<unknown>): Promise<ModelPayload[]> {
  const payloads: ModelPayload[] = [];
  const channel = tracingChannel<string, ModelPayload>("tesserae:model");
  const handlers = {
    start: ignore,
    end: ignore,
    asyncStart: ignore,
    error: ignore,
    asyncEnd: (payload: ModelPayload) => void payloads.push(payload),
  };
  channel.subscribe(handlers);
  try {
    await body();
  } finally {
    channel.unsubscribe(handlers);
  }
  return payloads;
}

test("a call that no agent makes is published once, with its parameters and its attempts", async () => {
  const client = fixture.client({ temperature: 0.5, provider: "openai" });
  fixture.server.next(
    json({ error: { message: "later" } }, { status: 503, headers: { "retry-after-ms": "1" } }),
    completion({ content: "Hi" }),
  );
  const payloads = await published(() => client.create(HELLO, { extraCreateArgs: { seed: 1 } }));
  expect(payloads).toMatchObject([
    {
      provider: "openai",
      model: "gpt-4o",
      purpose: "call",
      streamed: false,
      request: { parameters: { temperature: 0.5, seed: 1 } },
      response: { text: "Hi" },
      attempts: [
        { attempt: 1, status: 503, error: { kind: "overloaded", retryable: true }, waitedMs: 1 },
        { attempt: 2 },
      ],
    },
  ]);
});

test("so is a stream, which gives the same pieces", async () => {
  const client = fixture.client();
  fixture.server.next(stream(chunk({ content: "a" }), chunk({ content: "b" }, "stop")));
  const payloads = await published(async () => {
    const { texts, result } = await collect(client.createStream(HELLO));
    expect(texts).toEqual(["a", "b"]);
    expect(result.content).toBe("ab");
  });
  expect(payloads).toMatchObject([{ streamed: true, response: { text: "ab" } }]);
  expect(payloads[0]).not.toHaveProperty("attempts");
});
