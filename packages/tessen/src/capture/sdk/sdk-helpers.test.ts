import { afterEach, expect, test } from "vitest";
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { CHAT, CHAT_EVENTS, MESSAGE } from "../../../test/capture/answers.ts";
import {
  event,
  sendJson,
  startEvents,
  startModelServer,
  type ModelServer,
  type Respond,
} from "../../../test/capture/model-server.ts";
import { startRecording, type TestRecording } from "../../../test/capture/recording.ts";

const cleanUps: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function start(respond: Respond): Promise<{ server: ModelServer; recording: TestRecording }> {
  const server = await startModelServer(respond);
  const recording = startRecording();
  cleanUps.push(
    () => server.close(),
    () => recording.end(),
  );
  return { server, recording };
}

const openaiTo = ({ url }: ModelServer): OpenAI => new OpenAI({ apiKey: "sk-test", baseURL: `${url}/v1` });
const messages = [{ role: "user" as const, content: "Look up hi." }];

test("a tool loop of the OpenAI SDK is one event for each call, with what was asked and answered", async () => {
  const call = { id: "call_1", type: "function", function: { name: "lookup", arguments: '{"word":"hi"}' } };
  const { server, recording } = await start((reply, _request, count) => {
    if (count > 1) sendJson(reply, CHAT);
    else {
      const message = { role: "assistant", content: null, tool_calls: [call] };
      sendJson(reply, { ...CHAT, choices: [{ index: 0, message, finish_reason: "tool_calls" }] });
    }
  });
  const runner = openaiTo(server).chat.completions.runTools({
    model: "gpt-4o",
    messages,
    tools: [
      {
        type: "function",
        function: {
          name: "lookup",
          description: "x",
          parameters: { type: "object" },
          parse: JSON.parse,
          function: () => "found",
        },
      },
    ],
  });
  expect(await runner.finalContent()).toBe("Hello there.");
  const events = await recording.end();
  expect(events).toHaveLength(server.seen.length);
  expect(events[0]).toMatchObject({
    finish_reason: "tool_calls",
    tool_calls: [{ id: "call_1", name: "lookup", args_bytes: 13 }],
  });
  expect(events[1]).toMatchObject({ tool_results: [{ id: "call_1", bytes: 5, is_error: false }] });
});

test("a tool loop of the Anthropic SDK", async () => {
  const { server, recording } = await start((reply, _request, count) => {
    if (count > 1) sendJson(reply, MESSAGE);
    else {
      const use = { type: "tool_use", id: "toolu_1", name: "lookup", input: { word: "hi" } };
      sendJson(reply, { ...MESSAGE, content: [use], stop_reason: "tool_use" });
    }
  });
  const client = new Anthropic({ apiKey: "sk-test", baseURL: server.url });
  const tool = {
    name: "lookup",
    description: "x",
    input_schema: { type: "object" as const },
    run: () => "found",
    parse: (x: unknown) => x,
  };
  await client.beta.messages.toolRunner({ model: "claude-haiku-4-5", max_tokens: 9, messages, tools: [tool] });
  const events = await recording.end();
  expect(events).toHaveLength(server.seen.length);
  expect(events[0]).toMatchObject({ surface: "messages.create", tool_calls: [{ id: "toolu_1", name: "lookup" }] });
  expect(events[1]?.tool_results).toMatchObject([{ id: "toolu_1", is_error: false }]);
});

test("an answer that is parsed to a schema, and what is no model call", async () => {
  const answer = {
    ...CHAT,
    choices: [{ index: 0, message: { role: "assistant", content: '{"a":1}' }, finish_reason: "stop" }],
  };
  const { server, recording } = await start((reply) => sendJson(reply, answer));
  const client = openaiTo(server);
  const schema = { type: "json_schema" as const, json_schema: { name: "a", strict: true, schema: { type: "object" } } };
  const parsed = await client.chat.completions.parse({ model: "gpt-4o", messages, response_format: schema });
  expect(parsed.choices[0]?.message.content).toBe('{"a":1}');
  await client.models.list();
  await client.embeddings.create({ model: "text-embedding-3-small", input: "x", encoding_format: "float" });
  const events = await recording.end();
  expect(server.seen).toHaveLength(3);
  expect(events.map(({ surface }) => surface)).toEqual(["chat.completions.create", "embeddings.create"]);
});

test("a response whose provider fails in mid-stream is an error with the provider's words", async () => {
  const { server, recording } = await start((reply) => {
    startEvents(reply);
    const response = { id: "resp_1", object: "response", status: "in_progress", model: "gpt-4o", output: [] };
    reply.write(event({ type: "response.created", sequence_number: 0, response }, "response.created"));
    const error = { code: "server_error", message: "No more tiles." };
    const failed = { type: "response.failed", sequence_number: 1, response: { ...response, status: "failed", error } };
    reply.end(event(failed, "response.failed"));
  });
  const stream = await openaiTo(server).responses.create({ model: "gpt-4o", input: "x", stream: true });
  for await (const _piece of stream);
  const [first] = await recording.end();
  expect(first).toMatchObject({
    surface: "responses.create",
    status: "error",
    quality_signals: ["server_error"],
    error: { type: "server_error", msg: "No more tiles." },
    response_body: { id: "resp_1", status: "failed" },
  });
});

test("a response that nobody reads is written when the recording ends", async () => {
  const { server, recording } = await start((reply) => sendJson(reply, CHAT));
  await openaiTo(server).chat.completions.create({ model: "gpt-4o", messages }).asResponse();
  expect(recording.handle.stats()).toMatchObject({ events: 0, open: 1 });
  expect((await recording.end())[0]).toMatchObject({ status: "ok", http_status: 200, stream_end: "shutdown" });
});

test("a made-up fetch of the user's is recorded by what it gives", async () => {
  const recording = startRecording();
  cleanUps.push(() => recording.end());
  const fetch = async (): Promise<Response> =>
    Object({
      ok: true,
      status: 200,
      headers: new Map([["content-type", "application/json"]]),
      json: async () => CHAT,
    }) as Response;
  const client = new OpenAI({ apiKey: "sk-test", baseURL: "http://provider.invalid/v1", fetch });
  expect(await client.chat.completions.create({ model: "gpt-4o", messages })).toEqual(CHAT);
  expect((await recording.end())[0]).toMatchObject({ status: "ok", response_body: CHAT });
  expect(recording.handle.stats().failures).toEqual({});
});

test("a made-up stream that only its SDK can read has succeeded, and a body that nobody has seen", async () => {
  const recording = startRecording();
  cleanUps.push(() => recording.end());
  async function* body(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(CHAT_EVENTS.join(""));
  }
  const headers = new Headers({ "content-type": "text/event-stream" });
  const fetch = async (): Promise<Response> =>
    Object({ ok: true, status: 200, url: "", headers, body: body() }) as Response;
  const client = new OpenAI({ apiKey: "sk-test", baseURL: "http://provider.invalid/v1", fetch });
  const stream = await client.chat.completions.create({ model: "gpt-4o", messages, stream: true });
  let text = "";
  for await (const { choices } of stream) text += choices[0]?.delta.content ?? "";
  expect(text).toBe("Hello there.");
  const events = await recording.end();
  expect(events).toHaveLength(1);
  expect(events[0]).toMatchObject({ status: "ok", streamed: true, body_unavailable: true, quality_signals: [] });
  expect(recording.handle.stats().failures).toEqual({});
});
