import http from "node:http";
import { PassThrough } from "node:stream";
import { pipeline } from "node:stream/promises";
import { describe, expect, test } from "vitest";
import { CHAT_EVENTS } from "../../../test/capture/answers.ts";
import { record, serve } from "../../../test/capture/for-one-test.ts";
import { CLIENTS } from "../../../test/capture/http-clients.ts";
import { startEvents } from "../../../test/capture/model-server.ts";
import type { TessenEvent } from "../../events/tessen-event.ts";
import { tagsOfEvent } from "../../tags/tags-of-event.ts";

const REQUEST = { model: "gpt-4o", stream: true, messages: [{ role: "user", content: "Hi" }] };

/** A call that its caller gave up has no tag of a failed one, when it is written and when it is read. */
function expectNoFailure(events: readonly TessenEvent[], count: number): void {
  expect(events).toHaveLength(count);
  for (const event of events) {
    expect(event.quality_signals).toEqual([]);
    expect(tagsOfEvent(event).signals).toEqual([]);
  }
}

describe.each(CLIENTS)("%s", (_name, ask) => {
  test("an abort before the answer is no failed connection, whatever the reason", async () => {
    const controllers: AbortController[] = [];
    const reasons = [undefined, new Error("enough"), new DOMException("too slow", "TimeoutError"), "text"];
    const server = await serve((_reply, _request, count) => controllers[count - 1]?.abort(reasons[count - 1]));
    const recording = record(server);
    for (const _ of reasons) {
      const controller = new AbortController();
      controllers.push(controller);
      await ask(`${server.url}/v1/chat/completions`, { body: REQUEST, signal: controller.signal }).catch(
        () => undefined,
      );
    }
    const events = await recording.end();
    expectNoFailure(events, 4);
    expect(events.map(({ status, attempts }) => [status, attempts?.[0]?.error_code])).toEqual(
      reasons.map(() => ["error", "ABORT_ERR"]),
    );
  });

  test("AbortSignal.timeout is the caller's as well", async () => {
    const server = await serve(() => undefined);
    const recording = record(server);
    const asking = ask(`${server.url}/v1/chat/completions`, { body: REQUEST, signal: AbortSignal.timeout(50) });
    await expect(asking).rejects.toThrow();
    // On a busy machine there may be no connection by then: undici hears of the abort when there is one.
    while ((await recording.events()).length === 0) await new Promise(setImmediate);
    expectNoFailure(await recording.end(), 1);
  });

  test("an abort, or a reader that leaves, in an answer is told as the end of the stream", async () => {
    const controller = new AbortController();
    const server = await serve((reply) => {
      startEvents(reply);
      reply.write(CHAT_EVENTS[1]);
    });
    const recording = record(server);
    const url = `${server.url}/v1/chat/completions`;
    const onAnswer = (): void => controller.abort(new Error("enough"));
    await ask(url, { body: REQUEST, signal: controller.signal, onAnswer }).catch(() => undefined);
    await ask(url, { body: REQUEST, onAnswer: (leave) => leave() });
    while (server.closedByCaller() < 2) await new Promise(setImmediate);
    const events = await recording.end();
    expectNoFailure(events, 2);
    const told = events.toSorted((a, b) => (a.seq ?? 0) - (b.seq ?? 0));
    expect(told.map(({ status, stream_end }) => [status, stream_end])).toEqual([
      ["ok", "aborted"],
      ["ok", "consumer_cancelled"],
    ]);
  });

  test("a connection that breaks is still one that failed", async () => {
    const server = await serve((reply, _request, count) => {
      if (count > 1) startEvents(reply);
      if (count > 1) reply.write(CHAT_EVENTS[1], () => reply.destroy());
      else reply.destroy();
    });
    const recording = record(server);
    const url = `${server.url}/v1/chat/completions`;
    await expect(ask(url, { body: REQUEST })).rejects.toThrow();
    await expect(ask(url, { body: REQUEST })).rejects.toThrow();
    const events = await recording.end();
    expect(events.map(({ quality_signals: tags }) => tags)).toEqual([["connection_error"], ["connection_error"]]);
  });
});

test.each([
  [
    "a loop over a response of node:http that is left",
    "consumer_cancelled",
    overNode((response) => leaveLoop(response)),
  ],
  [
    "a pipe from a response of node:http that a signal ends",
    "aborted",
    overNode(async (response) => {
      const ending = new AbortController();
      const sink = new PassThrough().on("data", () => ending.abort());
      await pipeline(response, sink, { signal: ending.signal }).catch(() => undefined);
    }),
  ],
  [
    "a loop over a body of fetch that is left",
    "consumer_cancelled",
    async (url: string) => {
      const { body } = await fetch(url, { method: "POST", body: JSON.stringify(REQUEST) });
      if (body !== null) await leaveLoop(body);
    },
  ],
])("%s ends its stream as %s", async (_, end, ask) => {
  const server = await serve((reply) => {
    startEvents(reply);
    reply.write(CHAT_EVENTS[1]);
  });
  const recording = record(server);
  await ask(`${server.url}/v1/chat/completions`);
  while (server.closedByCaller() < 1) await new Promise(setImmediate);
  const events = await recording.end();
  expectNoFailure(events, 1);
  expect(events[0]).toMatchObject({ status: "ok", stream_end: end });
});

async function leaveLoop(pieces: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of pieces) return;
}

/** Asks by `node:http`, and has the response read. */
function overNode(read: (response: http.IncomingMessage) => Promise<void>): (url: string) => Promise<void> {
  return (url) =>
    new Promise((resolve, reject) => {
      const request = http.request(url, { method: "POST" }, (response) => void read(response).then(resolve, reject));
      request.on("error", reject);
      request.end(JSON.stringify(REQUEST));
    });
}

test.each(["destroy", "abort"] as const)("a request of node:http that is given up by %s()", async (method) => {
  const requests: http.ClientRequest[] = [];
  const server = await serve((reply, _request, count) => {
    if (count === 2) {
      startEvents(reply);
      reply.write(CHAT_EVENTS[1]);
    } else requests.at(-1)?.[method]();
  });
  const recording = record(server);
  for (const _ of ["before the answer", "in it"]) {
    await new Promise<void>((closed) => {
      const request = http.request(`${server.url}/v1/chat/completions`, { method: "POST" }, (response) => {
        response.on("error", () => undefined);
        response.once("data", () => request[method]());
      });
      request.on("error", () => undefined);
      request.on("close", () => closed());
      requests.push(request);
      request.end(JSON.stringify(REQUEST));
    });
  }
  const events = await recording.end();
  expectNoFailure(events, 2);
  expect(events.map(({ status }) => status)).toEqual(["error", "ok"]);
});

test("a response of node:http that is destroyed with an error of the caller's", async () => {
  const server = await serve((reply) => {
    startEvents(reply);
    reply.write(CHAT_EVENTS[1]);
  });
  const recording = record(server);
  await new Promise<void>((closed) => {
    const request = http.request(`${server.url}/v1/chat/completions`, { method: "POST" }, (response) => {
      response.on("error", () => undefined);
      response.once("data", () => response.destroy(new Error("enough")));
    });
    request.on("error", () => undefined);
    request.on("close", () => closed());
    request.end(JSON.stringify(REQUEST));
  });
  const events = await recording.end();
  expectNoFailure(events, 1);
  expect(events[0]).toMatchObject({ status: "ok", stream_end: "aborted" });
});
