import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { zodResponseFormat } from "openai/helpers/zod";
import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import { CHAT, CHAT_EVENTS, MESSAGE } from "../../../test/capture/answers.ts";
import { sendJson, startEvents, startModelServer, type Respond } from "../../../test/capture/model-server.ts";
import { startRecording, type TestRecording } from "../../../test/capture/recording.ts";
import type { InitOptions } from "../init-options.ts";

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

function record(options: InitOptions = { cast: "sdk" }): TestRecording {
  const recording = startRecording(options);
  cleanUps.push(() => recording.end());
  return recording;
}

async function openai(respond: Respond): Promise<OpenAI> {
  const server = await startModelServer(respond);
  cleanUps.push(() => server.close());
  return new OpenAI({ apiKey: "sk-test", baseURL: `${server.url}/v1`, maxRetries: 1 });
}

const messages = [{ role: "user" as const, content: "Say hello." }];
const ask = { model: "gpt-4o", messages };

const saying = (content: string): Respond => {
  const message = { role: "assistant", content, refusal: null };
  const choices = [{ index: 0, message, logprobs: null, finish_reason: "stop" }];
  return (reply) => sendJson(reply, { ...CHAT, choices });
};

test("the event holds the object that the SDK gives its caller, with what it parsed of the text", async () => {
  const recording = record();
  const client = await openai(saying('{"greeting":"hello"}'));
  const response_format = zodResponseFormat(z.object({ greeting: z.string() }), "greeting");
  const found = await client.chat.completions.parse({ ...ask, response_format });
  const [event, ...more] = await recording.events();
  expect(more).toEqual([]);
  expect(event?.["casted_response"]).toEqual(JSON.parse(JSON.stringify(found)));
  expect(event).toMatchObject({
    casted_response: { choices: [{ message: { parsed: { greeting: "hello" } } }] },
    response_body: { choices: [{ message: { content: '{"greeting":"hello"}' } }] },
  });
  expect(JSON.stringify(event?.["response_body"])).not.toContain("parsed");
});

test("it is written before the caller goes on", async () => {
  const recording = record();
  const client = await openai(saying("Hello."));
  await client.chat.completions.create(ask);
  expect(recording.handle.stats()).toMatchObject({ events: 1, open: 0, failures: {} });
});

test("Anthropic's objects are told as well, through a retry", async () => {
  const recording = record();
  const server = await startModelServer((reply, _request, count) => {
    if (count === 1) sendJson(reply, {}, 529, { "retry-after-ms": "1" });
    else sendJson(reply, MESSAGE);
  });
  cleanUps.push(() => server.close());
  const client = new Anthropic({ apiKey: "sk-test", baseURL: server.url });
  const found = await client.messages.create({ model: "claude-haiku-4-5", max_tokens: 9, messages });
  expect(await recording.events()).toMatchObject([
    { attempts: [{ http_status: 529 }, { http_status: 200 }], casted_response: JSON.parse(JSON.stringify(found)) },
  ]);
});

test("data and response together are the same object", async () => {
  const recording = record();
  const client = await openai(saying("Hello."));
  const { data } = await client.chat.completions.create(ask).withResponse();
  expect(await recording.events()).toMatchObject([{ casted_response: JSON.parse(JSON.stringify(data)) }]);
});

test("whoever reads the response alone makes the SDK make no object, and the event has none", async () => {
  const recording = record();
  const client = await openai(saying("Hello."));
  const response = await client.chat.completions.create(ask).asResponse();
  await response.text();
  const [event] = await recording.events();
  expect(event).toMatchObject({ status: "ok", response_body: { id: CHAT["id"] } });
  expect(event).not.toHaveProperty("casted_response");
});

test("an object that the SDK fails to make leaves the event without it, and the caller with the error", async () => {
  const recording = record();
  const client = await openai(saying("no JSON"));
  const response_format = zodResponseFormat(z.object({ greeting: z.string() }), "greeting");
  await expect(client.chat.completions.parse({ ...ask, response_format })).rejects.toThrow(SyntaxError);
  const events = await recording.events();
  expect(events).toMatchObject([{ status: "ok", response_body: { id: CHAT["id"] } }]);
  expect(events[0]).not.toHaveProperty("casted_response");
});

test("a stream and a failure wait for nothing", async () => {
  const recording = record();
  const client = await openai((reply, { body }) => {
    if (body["stream"] !== true) sendJson(reply, { error: { message: "No." } }, 400);
    else {
      startEvents(reply);
      reply.end(CHAT_EVENTS.join(""));
    }
  });
  for await (const _ of await client.chat.completions.create({ ...ask, stream: true }));
  await expect(client.chat.completions.create(ask)).rejects.toThrow("400");
  const events = await recording.events();
  expect(events).toMatchObject([{ stream_end: "complete" }, { status: "error" }]);
  for (const event of events) expect(event).not.toHaveProperty("casted_response");
});

test.each(["raw", "never"] as const)("with %s nothing is told of the SDK's object", async (cast) => {
  const recording = record({ cast });
  const client = await openai(saying('{"greeting":"hello"}'));
  const response_format = zodResponseFormat(z.object({ greeting: z.string() }), "greeting");
  await client.chat.completions.parse({ ...ask, response_format });
  const [event] = await recording.events();
  expect(event?.["casted_response"]).toEqual(cast === "raw" ? event?.["response_body"] : undefined);
});

test("the process's end finds a call whose object is still in the making", async () => {
  const recording = record();
  const client = await openai(saying("Hello."));
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const promise = client.chat.completions.create(ask);
  const { parseResponse } = promise as unknown as { parseResponse: (...args: unknown[]) => Promise<unknown> };
  let isRead = (): void => undefined;
  const read = new Promise<void>((resolve) => {
    isRead = resolve;
  });
  Reflect.set(promise, "parseResponse", async (...args: unknown[]) => {
    const made = await parseResponse(...args);
    isRead();
    await held;
    return made;
  });
  void promise.then(() => undefined);
  await read;
  expect(recording.handle.stats()).toMatchObject({ events: 0, open: 1 });
  const events = await recording.end();
  release();
  expect(events).toMatchObject([{ status: "ok", response_body: { id: CHAT["id"] } }]);
  expect(events[0]).not.toHaveProperty("casted_response");
});
