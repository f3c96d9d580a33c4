import { afterEach, describe, expect, test } from "vitest";
import { CHAT_COST, MESSAGE_COST } from "../../../test/capture/answers.ts";
import { startModelServer, startEvents, type ModelServer, type Respond } from "../../../test/capture/model-server.ts";
import { startRecording, type TestRecording } from "../../../test/capture/recording.ts";
import { answering, refusing, SDKS, sendEvents, type SdkUnderTest } from "../../../test/capture/sdk-cases.ts";
import type { TessenEvent } from "../../events/tessen-event.ts";

/** What a caller gets to see of a call: its value, or what it throws. */
type Seen = { readonly value: unknown } | { readonly error: unknown };

const cleanUps: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

async function serve(respond: Respond): Promise<ModelServer> {
  const server = await startModelServer(respond);
  cleanUps.push(() => server.close());
  return server;
}

function record(): TestRecording {
  const recording = startRecording();
  cleanUps.push(() => recording.end());
  return recording;
}

async function seen(run: () => Promise<unknown>): Promise<Seen> {
  try {
    return { value: await run() };
  } catch (error) {
    if (!(error instanceof Error)) return { error };
    const { name, message, cause } = error;
    const rest = { status: Reflect.get(error, "status"), inner: Reflect.get(error, "error") };
    return { error: { kind: error.constructor.name, name, message, cause: String(cause), ...rest } };
  }
}

/** The same call with and without a recording; the server is fresh each time. */
async function compare(
  respond: () => Respond,
  run: (url: string) => Promise<unknown>,
): Promise<{ readonly events: TessenEvent[]; readonly requests: number; readonly outcome: Seen }> {
  const plain = await serve(respond());
  const without = await seen(() => run(plain.url));
  const recording = record();
  const server = await serve(respond());
  const outcome = await seen(() => run(server.url));
  const events = await recording.end();
  expect(withoutPorts(outcome)).toEqual(withoutPorts(without));
  expect(server.seen.map(({ method, path, text }) => [method, path, text])).toEqual(
    plain.seen.map(({ method, path, text }) => [method, path, text]),
  );
  expect(recording.handle.stats().failures).toEqual({});
  return { events, requests: server.seen.length, outcome };
}

function withoutPorts(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value).replaceAll(/127\.0\.0\.1:\d+/g, "HOST"));
}

const costOf = (sdk: SdkUnderTest): number => (sdk.provider === "openai" ? CHAT_COST : MESSAGE_COST);

describe.each(SDKS)("$name", (sdk) => {
  test("a call is one event with usage and cost", async () => {
    const { events } = await compare(
      () => answering(sdk),
      (url) => sdk.call(url),
    );
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      _tessen_tier: 1,
      provider: sdk.provider,
      call_type: "request",
      status: "ok",
      http_status: 200,
      streamed: false,
      quality_signals: [],
      request_id: "req_1",
      usage: { input_tokens: 1000, output_tokens: 100 },
      cost_usd: costOf(sdk),
      sdk: { name: sdk.name },
      response_body: sdk.whole,
      casted_response: sdk.whole,
    });
    expect(events[0]?.["request_body"]).toMatchObject({ messages: [{ role: "user", content: "Say hello." }] });
    expect(events[0]).not.toHaveProperty("attempts");
  });

  test("a stream that is iterated is one event, with the answer put together", async () => {
    const { events } = await compare(
      () => answering(sdk),
      (url) => sdk.iterate(url),
    );
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      status: "ok",
      streamed: true,
      stream_end: "complete",
      chunks_captured: sdk.pieces.length,
      usage: { input_tokens: 1000, output_tokens: 100 },
      cost_usd: costOf(sdk),
    });
    expect(JSON.stringify(events[0]?.["response_body"])).toContain("Hello there.");
    expect(events[0]?.ttft_ms).toBeLessThanOrEqual(events[0]?.duration_ms ?? 0);
    expect(events[0]).not.toHaveProperty("casted_response");
  });

  test("the helper for streams is one event", async () => {
    const { events } = await compare(
      () => answering(sdk),
      (url) => sdk.helper(url),
    );
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ status: "ok", streamed: true, stream_end: "complete" });
  });

  test("the raw response is the caller's, and one event", async () => {
    const { events, outcome } = await compare(
      () => answering(sdk),
      (url) => sdk.raw(url),
    );
    expect(outcome).toMatchObject({ value: { isResponse: true, text: JSON.stringify(sdk.whole) } });
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ status: "ok", response_body: sdk.whole });
  });

  test("data and response together are one event", async () => {
    const { events } = await compare(
      () => answering(sdk),
      (url) => sdk.both(url),
    );
    expect(events.map(({ status }) => status)).toEqual(["ok"]);
  });

  test("a refused call is one event with the provider's words", async () => {
    const { events, requests } = await compare(
      () => refusing(sdk, [404]),
      (url) => sdk.call(url),
    );
    expect(requests).toBe(1);
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      status: "error",
      http_status: 404,
      quality_signals: ["not_found"],
      cost_usd: 0,
      error: { type: "NotFoundError", status_code: 404, body: sdk.refusal },
    });
  });

  test("two refusals and an answer are one event with three attempts", async () => {
    const { events, requests } = await compare(
      () => refusing(sdk, [529, 500]),
      (url) => sdk.call(url),
    );
    expect(requests).toBe(3);
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ status: "ok", http_status: 200, retry_count: 2 });
    expect(events[0]?.attempts?.map(({ n, http_status }) => [n, http_status])).toEqual([
      [1, 529],
      [2, 500],
      [3, 200],
    ]);
    expect(events[0]?.attempts?.[0]?.retry_after_ms).toBe(1);
  });

  test("a call that is refused to the end is one event with every attempt", async () => {
    const { events, requests } = await compare(
      () => refusing(sdk, [529, 529, 529, 529]),
      (url) => sdk.call(url),
    );
    expect(requests).toBe(3);
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ status: "error", http_status: 529, quality_signals: ["overloaded"] });
    expect(events[0]?.attempts).toHaveLength(3);
  });

  test("a connection that is reset counts as an attempt", async () => {
    const respond = (): Respond => (reply, request, count) => {
      if (count === 1) reply.destroy();
      else void answering(sdk)(reply, request, count);
    };
    const { events, requests } = await compare(respond, (url) => sdk.call(url));
    expect(requests).toBe(2);
    expect(events).toHaveLength(1);
    expect(events[0]?.attempts?.map(({ http_status, error_code }) => http_status ?? error_code)).toEqual([
      "UND_ERR_SOCKET",
      200,
    ]);
  });

  test("no connection at all is a connection error", async () => {
    const { events } = await compare(
      () => (reply) => void reply.destroy(),
      (url) => sdk.call(url, { maxRetries: 0 }),
    );
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ status: "error", quality_signals: ["connection_error"] });
  });

  test("an abort before the answer is one event, and no failure of the provider", async () => {
    const run = async (url: string): Promise<unknown> => {
      const controller = new AbortController();
      const call = sdk.call(url, { signal: controller.signal });
      await untilSeen(url);
      controller.abort();
      return call;
    };
    const { events } = await compare(() => () => notify(), run);
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ status: "error", quality_signals: [], error: { type: "APIUserAbortError" } });
  });

  test("a reader that leaves a stream ends it as cancelled, and the server sees it", async () => {
    const respond = (): Respond => (reply) => {
      startEvents(reply);
      for (const piece of sdk.pieces.slice(0, 3)) reply.write(piece);
    };
    const { events } = await compare(respond, (url) => sdk.iterate(url, { leaveAfter: 1 }));
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ status: "ok", streamed: true, stream_end: "consumer_cancelled" });
  });

  test("an abort in mid-stream", async () => {
    const respond = (): Respond => (reply) => {
      startEvents(reply);
      for (const piece of sdk.pieces.slice(0, 3)) reply.write(piece);
    };
    const { events } = await compare(respond, (url) => {
      const controller = new AbortController();
      return sdk.iterate(url, { signal: controller.signal, onPiece: () => controller.abort() });
    });
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ status: "ok", stream_end: "aborted" });
  });

  test("a stream whose connection is cut", async () => {
    const respond = (): Respond => (reply) => {
      startEvents(reply);
      for (const piece of sdk.pieces.slice(0, 3)) reply.write(piece);
      setImmediate(() => reply.destroy());
    };
    const { events } = await compare(respond, (url) => sdk.iterate(url));
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      status: "error",
      stream_end: "network_error",
      quality_signals: ["connection_error"],
    });
  });

  test("a provider that speaks rubbish", async () => {
    const respond = (): Respond => (reply) => {
      reply.writeHead(200, { "content-type": "application/json" });
      reply.end('{"id": "half');
    };
    const { events } = await compare(respond, (url) => sdk.call(url, { maxRetries: 0 }));
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ status: "error", error: { type: "MalformedResponse" } });
  });

  test("a slow reader holds the provider back as it did before", async () => {
    const block = `: ${"x".repeat(64 * 1024)}\n\n`;
    const pushed: number[] = [];
    let stalled: (() => void) | undefined;
    /** Pushes until the caller takes no more for a while; 40 MB would be all. */
    const respond = (): Respond => async (reply) => {
      startEvents(reply);
      reply.write(sdk.pieces[0]);
      let blocks = 0;
      let isFull = false;
      reply.on("drain", () => (isFull = false));
      for (let idle = 0; blocks < 600 && idle < 500;) {
        if (isFull) {
          idle += 1;
          await new Promise((resolve) => setImmediate(resolve));
        } else {
          idle = 0;
          blocks += 1;
          isFull = !reply.write(block);
        }
      }
      pushed.push(blocks);
      stalled?.();
    };
    await compare(respond, (url) => {
      const onPiece = (): Promise<void> => new Promise((resolve) => (stalled = resolve));
      return sdk.iterate(url, { leaveAfter: 1, onPiece });
    });
    expect(pushed).toHaveLength(2);
    expect(Math.max(...pushed)).toBeLessThan(600);
  });

  test("clients made before and after the recording began, and what ends when it does", async () => {
    const server = await serve(answering(sdk));
    const recording = record();
    await sdk.call(server.url);
    expect(await recording.events()).toHaveLength(1);
    await recording.end();
    await sdk.call(server.url);
    expect(recording.handle.stats().events).toBe(1);
  });

  test("fifty calls at once on kept connections are fifty events, each with its own answer", async () => {
    const server = await serve((reply, { body }) =>
      sendEvents(
        reply,
        sdk.pieces.map((piece) => piece.replaceAll("Hello", `Hello ${String(body["stream"])}`)),
      ),
    );
    const recording = record();
    await Promise.all(Array.from({ length: 50 }, () => sdk.iterate(server.url)));
    const events = await recording.end();
    expect(events).toHaveLength(50);
    expect(new Set(events.map(({ event_id }) => event_id)).size).toBe(50);
    expect(events.every(({ stream_end }) => stream_end === "complete")).toBe(true);
    expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: 50 }, (_, at) => at + 1));
  });
});

let waiting: (() => void) | undefined;

/** Called by a server that was asked something. */
function notify(): void {
  waiting?.();
  waiting = undefined;
}

function untilSeen(_url: string): Promise<void> {
  return new Promise((resolve) => {
    waiting = resolve;
  });
}
