/** Streams that are longer than what is kept of them, and streams that nobody ends. */
import OpenAI from "openai";
import { afterEach, expect, test, vi } from "vitest";
import { CHAT_EVENTS } from "../../test/capture/answers.ts";
import { event, startEvents, startModelServer, type Respond } from "../../test/capture/model-server.ts";
import { startRecording, type TestRecording } from "../../test/capture/recording.ts";
import { sendEvents } from "../../test/capture/sdk-cases.ts";
import type { TessenEvent } from "../events/tessen-event.ts";
import type { InitOptions } from "./init-options.ts";

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

async function start(respond: Respond, options: InitOptions): Promise<{ client: OpenAI; recording: TestRecording }> {
  const server = await startModelServer(respond);
  const recording = startRecording(options);
  cleanUps.push(
    () => recording.end(),
    () => server.close(),
  );
  return { client: new OpenAI({ apiKey: "sk-test", baseURL: `${server.url}/v1`, maxRetries: 0 }), recording };
}

const ask = { model: "gpt-4o", messages: [{ role: "user" as const, content: "Go on." }], stream: true as const };

const chunk = (delta: object, finish: string | null = null): string =>
  event({
    id: "c",
    object: "chat.completion.chunk",
    model: "gpt-4o",
    choices: [{ index: 0, delta, finish_reason: finish }],
  });
const ending = event({
  id: "c",
  choices: [],
  usage: { prompt_tokens: 1000, completion_tokens: 100, total_tokens: 1100 },
});

async function count(stream: AsyncIterable<unknown>): Promise<number> {
  let pieces = 0;
  for await (const _ of stream) pieces += 1;
  return pieces;
}

test("of a stream that is longer than a body may be, the beginning, the end and what it used are recorded", async () => {
  const pieces = 30_000;
  const { client, recording } = await start(
    (reply) => {
      const texts = Array.from({ length: pieces }, (_, at) => chunk({ content: `word${at} ` }));
      sendEvents(reply, [
        chunk({ role: "assistant", content: "" }),
        texts.join(""),
        chunk({}, "stop"),
        ending,
        event("[DONE]"),
      ]);
    },
    { maxBodyBytes: 20_000 },
  );
  expect(await count(await client.chat.completions.create(ask))).toBe(pieces + 3);
  const [recorded] = await recording.events();
  expect(recorded).toMatchObject({
    status: "ok",
    stream_end: "complete",
    chunks_captured: pieces + 4,
    finish_reason: "stop",
    usage: { input_tokens: 1000, output_tokens: 100 },
    quality_signals: [],
    truncated: [
      { pointer: "/response_body", bytes: expect.any(Number) as number, sha256: expect.any(String) as string },
      { pointer: "/response_body/choices/0/message/content" },
    ],
  });
  const body = JSON.stringify(recorded?.response_body);
  expect(body).toContain("word0 word1 ");
  expect(body).toContain(`word${pieces - 1} `);
  expect(body.length).toBeLessThan(20_000);
});

test("arguments that the recorder cut are no fault of the model's", async () => {
  const call = (given: object): string => chunk({ tool_calls: [{ index: 0, ...given }] });
  const { client, recording } = await start(
    (reply) => {
      const letters = Array.from({ length: 3000 }, (_, at) => call({ function: { arguments: `letter ${at}, ` } }));
      sendEvents(reply, [
        call({ id: "t", type: "function", function: { name: "write", arguments: '{"text":"' } }),
        letters.join(""),
        call({ function: { arguments: '"}' } }),
        chunk({}, "tool_calls"),
        ending,
        event("[DONE]"),
      ]);
    },
    { maxBodyBytes: 10_000 },
  );
  await count(await client.chat.completions.create(ask));
  const [recorded] = await recording.events();
  expect(recorded).toMatchObject({ finish_reason: "tool_calls", quality_signals: [], tool_calls: [{ name: "write" }] });
  expect(recorded?.truncated?.[0]).toMatchObject({ pointer: "/response_body" });
});

test("a stream that says nothing for so long is recorded as it stands, once", async () => {
  vi.stubEnv("TESSEN_STREAM_IDLE_SEC", "1");
  let onEvent = (_event: TessenEvent): void => undefined;
  const seen = new Promise<TessenEvent>((resolve) => {
    onEvent = resolve;
  });
  let end = (): void => undefined;
  const { client, recording } = await start(
    (reply) => {
      startEvents(reply);
      reply.write(CHAT_EVENTS.slice(0, 2).join(""));
      end = () => reply.end(CHAT_EVENTS.slice(2).join(""));
    },
    { onEvent: (recorded) => onEvent(recorded) },
  );
  const stream = await client.chat.completions.create(ask);
  const reading = count(stream);
  expect(await seen).toMatchObject({ status: "ok", streamed: true, stream_end: "idle", chunks_captured: 2 });
  // Its reader is not disturbed.
  end();
  expect(await reading).toBe(CHAT_EVENTS.length - 1);
  expect(await recording.events()).toHaveLength(1);
  expect(recording.handle.stats()).toMatchObject({ open: 0, failures: {} });
});
