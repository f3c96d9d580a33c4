import http from "node:http";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { CHAT, CHAT_COST, CHAT_EVENTS, MESSAGE } from "../../../test/capture/answers.ts";
import { record, serve } from "../../../test/capture/for-one-test.ts";
import { sendJson, startEvents, type ModelServer } from "../../../test/capture/model-server.ts";
import { startRecording } from "../../../test/capture/recording.ts";
import { sendEvents } from "../../../test/capture/sdk-cases.ts";

/** A reference to `fetch` from before any recording. */
const earlyFetch = globalThis.fetch;

const REQUEST = { model: "gpt-4o", messages: [{ role: "user", content: "Hi" }] };

async function post(url: string, body: unknown, fetch = globalThis.fetch): Promise<Response> {
  return fetch(url, { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } });
}

/** A request by `node:http`; what came back. */
function postByNode(url: string, body: unknown): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = http.request(
      url,
      { method: "POST", headers: { "content-type": "application/json" } },
      (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => (text += chunk));
        response.on("end", () => resolve(text));
        response.on("error", reject);
      },
    );
    request.on("error", reject);
    request.write(JSON.stringify(body).slice(0, 10));
    request.end(JSON.stringify(body).slice(10));
  });
}

describe.each([
  ["fetch", (url: string) => post(url, REQUEST).then((response) => response.text())],
  [
    "a fetch that was taken before",
    (url: string) => post(url, REQUEST, earlyFetch).then((response) => response.text()),
  ],
  ["node:http", (url: string) => postByNode(url, REQUEST)],
])("%s", (_name, ask) => {
  test("a model call at a listed host is one event of tier 3, with both bodies", async () => {
    const server = await serve((reply) => sendJson(reply, CHAT));
    const recording = record(server);
    expect(JSON.parse(await ask(`${server.url}/v1/chat/completions?api_key=no`))).toEqual(CHAT);
    const [first, ...more] = await recording.end();
    expect(more).toEqual([]);
    expect(first).toMatchObject({
      _tessen_tier: 3,
      provider: "custom",
      surface: "chat.completions.create",
      status: "ok",
      http_status: 200,
      model: "gpt-4o",
      request_body: REQUEST,
      response_body: CHAT,
      cost_usd: CHAT_COST,
    });
    expect(first?.http_url).not.toContain("api_key=no");
    expect(recording.handle.stats().failures).toEqual({});
  });

  test("a stream is put together", async () => {
    const server = await serve((reply) => sendEvents(reply, CHAT_EVENTS));
    const recording = record(server);
    expect(await ask(`${server.url}/v1/chat/completions`)).toBe(CHAT_EVENTS.join(""));
    const [first] = await recording.end();
    expect(first).toMatchObject({ streamed: true, stream_end: "complete", chunks_captured: CHAT_EVENTS.length });
    expect(JSON.stringify(first?.["response_body"])).toContain("Hello there.");
  });

  test("an answer that was packed is read", async () => {
    const server = await serve((reply) => {
      reply.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" });
      reply.end(gzipSync(JSON.stringify(CHAT)));
    });
    const recording = record(server);
    await ask(`${server.url}/v1/chat/completions`);
    expect((await recording.end())[0]).toMatchObject({ status: "ok", response_body: CHAT });
  });

  test("a refusal is an error event", async () => {
    const refusal = { error: { message: "Slow down.", type: "rate_limit_exceeded" } };
    const server = await serve((reply) => sendJson(reply, refusal, 429));
    const recording = record(server);
    await ask(`${server.url}/v1/chat/completions`);
    expect((await recording.end())[0]).toMatchObject({
      status: "error",
      http_status: 429,
      quality_signals: ["rate_limited"],
      error: { type: "HttpError", body: refusal },
    });
  });

  test("a connection that breaks, before and in an answer", async () => {
    const server = await serve((reply, _request, count) => {
      if (count === 1) {
        reply.destroy();
        return;
      }
      startEvents(reply);
      reply.write(CHAT_EVENTS[1]);
      setImmediate(() => reply.destroy());
    });
    const recording = record(server);
    await expect(ask(`${server.url}/v1/chat/completions`)).rejects.toThrow();
    await expect(ask(`${server.url}/v1/chat/completions`)).rejects.toThrow();
    const events = await recording.end();
    expect(events.map(({ status, stream_end }) => [status, stream_end])).toEqual([
      ["error", undefined],
      ["error", "network_error"],
    ]);
    expect(events.every(({ quality_signals }) => quality_signals[0] === "connection_error")).toBe(true);
  });

  test("another host is never recorded, nor what is no model's", async () => {
    const [server, other] = [
      await serve((reply) => sendJson(reply, CHAT)),
      await serve((reply) => sendJson(reply, CHAT)),
    ];
    const recording = record(server);
    await ask(`${other.url}/v1/chat/completions`);
    await ask(`${server.url}/v1/files`);
    expect(await recording.end()).toEqual([]);
  });
});

test("a reader that leaves a fetched stream is seen by the server, and in the event", async () => {
  const server = await serve((reply) => {
    startEvents(reply);
    reply.write(CHAT_EVENTS[0]);
  });
  const recording = record(server);
  const response = await post(`${server.url}/v1/chat/completions`, { ...REQUEST, stream: true });
  await response.body?.getReader().cancel();
  const [first] = await recording.end();
  expect(first).toMatchObject({ status: "ok", streamed: true });
  expect(["aborted", "consumer_cancelled"]).toContain(first?.stream_end);
});

test("a body of bytes that are no text is not written down as text", async () => {
  const server = await serve((reply) => sendJson(reply, { text: "Hello." }));
  const recording = record(server);
  const url = `${server.url}/v1/audio/transcriptions`;
  for (const bytes of [Buffer.alloc(100_000, 0xff), Buffer.alloc(100_000, 0), Buffer.from("a form")]) {
    await (await fetch(url, { method: "POST", body: bytes })).text();
  }
  const events = await recording.end();
  expect(events.map((each) => each["request_body_text"])).toEqual([undefined, undefined, "a form"]);
  expect(events.map(({ status }) => status)).toEqual(["ok", "ok", "ok"]);
});

test("an address that only looks encoded names a model all the same", async () => {
  const server = await serve((reply) => sendJson(reply, {}));
  const recording = record(server);
  await (await post(`${server.url}/v1beta/models/gem%zz:generateContent`, {})).text();
  expect((await recording.end()).map(({ model }) => model)).toEqual(["gem%zz"]);
  expect(recording.handle.stats().failures).toEqual({});
});

test("with captureAll, what is asked of a listed host beside models is recorded too", async () => {
  const server = await serve((reply) => sendJson(reply, { data: [] }));
  const recording = startRecording({ hosts: [server.host], captureAll: true });
  await (await fetch(`${server.url}/v1/models`)).text();
  await openaiTo(server).models.list();
  expect((await recording.end()).map(({ _tessen_tier, surface, status }) => [_tessen_tier, surface, status])).toEqual([
    [3, "get /v1/models", "ok"],
    [1, "get /v1/models", "ok"],
  ]);
});

test("fifty fetches at once on kept connections, each with its own answer", async () => {
  const server = await serve((reply, { body }) => sendJson(reply, { ...CHAT, id: String(body["user"]) }));
  const recording = record(server);
  const ask = async (user: number): Promise<void> => {
    for (const round of [0, 1]) {
      const response = await post(`${server.url}/v1/chat/completions`, { ...REQUEST, user: `${user}/${round}` });
      await response.json();
    }
  };
  await Promise.all(Array.from({ length: 50 }, (_, user) => ask(user)));
  const events = await recording.end();
  expect(events).toHaveLength(100);
  for (const each of events) {
    expect(each["response_body"]).toMatchObject({ id: Reflect.get(Object(each["request_body"]), "user") });
  }
});

test("a middleware that fetches and calls another SDK makes one event of tier 3 and two of tier 1", async () => {
  const server = await serve((reply, { path }) => sendJson(reply, path.includes("messages") ? MESSAGE : CHAT));
  const recording = record(server);
  const openai = new OpenAI({ apiKey: "sk-test", baseURL: `${server.url}/v1` });
  const anthropic = new Anthropic({
    apiKey: "sk-test",
    baseURL: server.url,
    middleware: [
      async (request, next) => {
        await (await post(`${server.url}/v1/chat/completions`, REQUEST)).json();
        await openai.chat.completions.create({ model: "gpt-4o", messages: [{ role: "user", content: "inner" }] });
        return next(request);
      },
    ],
  });
  await anthropic.messages.create({
    model: "claude-haiku-4-5",
    max_tokens: 9,
    messages: [{ role: "user", content: "x" }],
  });
  const events = await recording.end();
  expect(server.seen).toHaveLength(3);
  expect(events.map(({ _tessen_tier, surface }) => [_tessen_tier, surface])).toEqual([
    [3, "chat.completions.create"],
    [1, "chat.completions.create"],
    [1, "messages.create"],
  ]);
  expect(events.every((each) => each.attempts === undefined)).toBe(true);
});

const openaiTo = (server: ModelServer): OpenAI => new OpenAI({ apiKey: "sk-test", baseURL: `${server.url}/v1` });

test("a renamed method of a resource is still tier 1", async () => {
  const server = await serve((reply) => sendJson(reply, CHAT));
  class Renamed extends OpenAI.Chat.Completions {
    ask(): Promise<unknown> {
      return this._client.post("/chat/completions", { body: REQUEST });
    }
  }
  const recording = record(server);
  await new Renamed(openaiTo(server)).ask();
  expect((await recording.end()).map((each) => each._tessen_tier)).toEqual([1]);
});

test("where the trunk has another name, tier 3 takes over", async () => {
  const server = await serve((reply) => sendJson(reply, CHAT));
  const client = openaiTo(server);
  const trunk: unknown = Reflect.get(OpenAI.prototype, "makeRequest");
  Reflect.deleteProperty(OpenAI.prototype, "makeRequest");
  Reflect.set(client, "makeRequest", trunk);
  const recording = record(server);
  try {
    await client.chat.completions.create({ model: "gpt-4o", messages: [] });
    expect((await recording.end()).map((each) => each._tessen_tier)).toEqual([3]);
  } finally {
    Reflect.set(OpenAI.prototype, "makeRequest", trunk);
  }
});
