import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  beginStream,
  CHAT,
  chatEvents,
  json,
  messageEvents,
  startMockUpstream,
  type MockUpstream,
} from "../../test/gateway/mock-upstream.ts";
import { startTestGateway, type TestGateway } from "../../test/gateway/parts.ts";
import { AUTHORIZED, call, open } from "../../test/gateway/raw-client.ts";
import { signal } from "../../test/gateway/signal.ts";

let upstream: MockUpstream;
let gateway: TestGateway;

beforeAll(async () => {
  upstream = await startMockUpstream((_, response) => json(response, CHAT));
});
afterAll(() => upstream.close());
beforeEach(async () => {
  gateway = await startTestGateway(upstream.url);
  return () => gateway.close();
});

const STREAM = '{"model":"gpt-4o","stream":true,"stream_options":{"include_usage":true},"messages":[]}';
const chatUrl = (): string => `${gateway.url}/v1/chat/completions`;

/** The text of a stream as far as it comes, whether or not it is broken off. */
async function textOf(answer: IncomingMessage): Promise<string> {
  let text = "";
  try {
    for await (const chunk of answer) text += String(chunk);
  } catch {
    text += "<broken>";
  }
  return text;
}

describe("a caller that goes", () => {
  test("in the middle of a stream ends the upstream's work, and the books say what it had", async () => {
    const closed = signal();
    upstream.handler = (_, response) => {
      beginStream(response);
      for (const event of chatEvents(3, true).slice(0, 4)) response.write(event);
      response.on("close", closed.resolve);
    };
    const { answer, destroy } = open(chatUrl(), STREAM);
    await once(await answer, "data");
    destroy();
    (await answer).on("error", () => {});
    await closed.promise;
    const { outcome } = await gateway.row();
    expect(outcome).toMatchObject({ status: "aborted", httpStatus: 499, usageSource: "estimated", finish: null });
    // Three parts of ` wördN 😀`, twelve bytes each.
    expect(outcome.usage?.outputTokens).toBe(9);
    expect(gateway.reservations[0]?.settled?.[1]).toBe((outcome.usage?.inputTokens ?? 0) + 9);
  });

  test.each([STREAM, '{"model":"gpt-4o"}'])("before anything came ends the upstream's work: %s", async (body) => {
    const closed = signal();
    const asked = signal();
    upstream.handler = (_, response) => {
      response.on("close", closed.resolve);
      asked.resolve();
    };
    const { answer, destroy } = open(chatUrl(), body);
    answer.catch(() => {});
    await asked.promise;
    destroy();
    await closed.promise;
    expect((await gateway.row()).outcome).toMatchObject({
      status: "aborted",
      usageSource: "estimated",
      usage: { outputTokens: 0 },
    });
  });

  test("does not open the breaker, however often", async () => {
    upstream.handler = (_, response) => response.socket?.on("close", () => {});
    for (let time = 0; time < 25; time++) {
      const before = upstream.requests.length;
      const { answer, destroy } = open(chatUrl(), STREAM);
      answer.catch(() => {});
      await upstream.until(() => upstream.requests.length > before);
      destroy();
      await gateway.row(time);
    }
    upstream.handler = (_, response) => json(response, CHAT);
    expect((await call(chatUrl(), STREAM)).status).toBe(200);
  });

  test("leaves no connection behind, 50 at once", async () => {
    let asked = 0;
    upstream.handler = (_, response) => {
      beginStream(response);
      response.write(chatEvents(1, true)[0]);
      asked += 1;
    };
    const before = upstream.connections;
    const calls = Array.from({ length: 50 }, () => open(chatUrl(), STREAM));
    const answers = await Promise.all(calls.map(({ answer }) => answer));
    for (const answer of answers) answer.on("error", () => {});
    expect(asked).toBe(50);
    for (const { destroy } of calls) destroy();
    await gateway.row(49);
    await upstream.until(() => upstream.connections <= before);
    expect(gateway.rows.every(({ outcome }) => outcome.status === "aborted")).toBe(true);
  });

  test("where answers are drained lets the upstream finish, and the books have its usage", async () => {
    await using draining = await startTestGateway(upstream.url, { settings: { onClientAbort: "drain" } });
    const [first = "", ...rest] = chatEvents(3, true);
    const gone = signal();
    upstream.handler = (_, response) => {
      beginStream(response);
      response.write(first);
      void gone.promise.then(() => response.end(rest.join("")));
    };
    const { answer, destroy } = open(`${draining.url}/v1/chat/completions`, STREAM);
    const incoming = await answer;
    await once(incoming, "data");
    incoming.on("error", () => {});
    destroy();
    // Comes after the news that the caller has gone.
    await call(`${draining.url}/healthz`);
    gone.resolve();
    const { outcome } = await draining.row();
    expect(outcome).toMatchObject({
      status: "aborted",
      httpStatus: 499,
      usageSource: "provider",
      usage: { outputTokens: 3 },
    });
  });
});

describe("an upstream that breaks off", () => {
  test.each([
    ["/v1/chat/completions", chatEvents(10, true), /data: \{"error":\{"message":"The upstream openai [^}]*"api_error"/],
    ["/v1/messages", messageEvents(10), /event: error\ndata: \{"type":"error","error":\{"type":"api_error"/],
    [
      "/v1/responses",
      ['event: response.created\ndata: {"type":"response.created","sequence_number":4,"response":{"id":"r"}}\n\n'],
      /event: error\ndata: \{"type":"error","code":"tessera_upstream_unreachable","message":"[^"]*","param":null,"sequence_number":5\}/,
    ],
  ])("in the middle of %s is told as an error of the stream", async (path, events, expected) => {
    const sent = events.slice(0, 5).join("");
    upstream.handler = (_, response, socket) => {
      beginStream(response);
      response.write(`${sent}data: {"half`, () => setImmediate(() => socket.resetAndDestroy()));
    };
    const text = await textOf(await open(gateway.url + path, STREAM).answer);
    expect(text.slice(0, sent.length)).toBe(sent);
    const rest = text.slice(sent.length);
    expect(rest).toMatch(expected);
    expect(rest).not.toContain("half");
    expect(text).not.toMatch(/\[DONE\]|message_stop|<broken>/);
    expect((await gateway.row()).outcome).toMatchObject({ status: "upstream_truncated", usageSource: "estimated" });
  });

  test("in the middle of JSON is told as an error in its place", async () => {
    upstream.handler = (_, response, socket) => {
      response.writeHead(200, { "content-type": "application/json", "content-length": 1000 });
      response.write('{"id":', () => setImmediate(() => socket.resetAndDestroy()));
    };
    const answer = await call(chatUrl(), '{"model":"gpt-4o"}');
    expect(answer.status).toBe(502);
    expect(JSON.parse(answer.body.toString())).toMatchObject({ error: { code: "tessera_upstream_unreachable" } });
    expect(answer.headers).toMatchObject({ "x-should-retry": "true", "retry-after": "1" });
    // What came of the answer was paid for.
    const { outcome } = await gateway.row();
    expect(outcome).toMatchObject({ status: "upstream_truncated", usageSource: "estimated" });
    expect(outcome.usage).toMatchObject({ inputTokens: 5, outputTokens: 2 });
  });

  test("in the middle of an error is told as an error, and costs nothing", async () => {
    upstream.handler = (_, response, socket) => {
      response.writeHead(400, { "content-type": "application/json", "content-length": 1000 });
      response.write('{"error":', () => setImmediate(() => socket.resetAndDestroy()));
    };
    expect((await call(chatUrl(), '{"model":"gpt-4o"}')).status).toBe(502);
    expect((await gateway.row()).outcome).toMatchObject({ status: "error", usage: null });
  });

  test("in the middle of what flows is seen as broken by the caller", async () => {
    upstream.handler = (_, response, socket) => {
      response.writeHead(200, { "content-type": "audio/mpeg" });
      response.write("abc", () => setImmediate(() => socket.resetAndDestroy()));
    };
    await expect(call(chatUrl(), '{"model":"gpt-4o"}')).rejects.toThrow(/aborted|hang up/);
    expect((await gateway.row()).outcome.status).toBe("upstream_truncated");
  });
});

describe("an upstream that is silent", () => {
  test("before its answer is a 504, which a retry may mend", async () => {
    await using quick = await startTestGateway(upstream.url, { settings: { timeouts: { headers: 60 } } });
    upstream.handler = () => {};
    const answer = await call(`${quick.url}/v1/messages`, '{"model":"c"}');
    expect(answer.status).toBe(504);
    expect(answer.headers["x-should-retry"]).toBe("true");
    expect(JSON.parse(answer.body.toString())).toMatchObject({
      type: "error",
      error: { code: "tessera_upstream_timeout" },
    });
  });

  test("in the middle of a stream ends it by an error", async () => {
    await using quick = await startTestGateway(upstream.url, { settings: { timeouts: { idle: 60 } } });
    upstream.handler = (_, response) => {
      beginStream(response);
      response.write(chatEvents(1, true)[0]);
    };
    const text = await textOf(await open(`${quick.url}/v1/chat/completions`, STREAM).answer);
    expect(text).toContain("stopped in the middle");
  });
});

describe("a caller that is slow", () => {
  test("stops the upstream, and what waits for it stays small", async () => {
    const piece = `data: ${"x".repeat(16_000)}\n\n`;
    const pieces = 3000;
    let written = 0;
    const stalled = signal();
    upstream.handler = (_, response) => {
      beginStream(response);
      const write = (): void => {
        while (written < pieces) {
          written += 1;
          if (response.write(piece)) continue;
          response.once("drain", write);
          // What fits into the buffers of two connections fits; then nobody takes more.
          if (written > 10) stalled.resolve();
          return;
        }
        response.end("data: [DONE]\n\n");
      };
      write();
    };
    const answer = await open(chatUrl(), STREAM).answer;
    await stalled.promise;
    // The buffers of the two connections hold some megabytes; the rest of the 48 is still with the upstream.
    expect(written * piece.length).toBeLessThan(24_000_000);
    let length = 0;
    for await (const chunk of answer) length += (chunk as Buffer).length;
    expect(length).toBe(piece.length * pieces + "data: [DONE]\n\n".length);
    expect((await gateway.row()).outcome.status).toBe("complete");
  });

  test("for too long is left", async () => {
    await using quick = await startTestGateway(upstream.url, { settings: { timeouts: { stall: 50 } } });
    const piece = `data: ${"x".repeat(60_000)}\n\n`;
    const closed = signal();
    upstream.handler = (_, response) => {
      beginStream(response);
      const write = (): void => {
        while (response.write(piece)) {
          // As much as is taken.
        }
        response.once("drain", write);
      };
      response.on("close", closed.resolve);
      write();
    };
    const answer = await open(`${quick.url}/v1/chat/completions`, STREAM).answer;
    answer.on("error", () => {});
    await closed.promise;
    expect((await quick.row()).outcome.status).toBe("aborted");
    answer.destroy();
  });
});

describe("an upstream that fails before its answer", () => {
  test.each([502, 503, 504, 529])("with %i is asked once more, and the books say so", async (status) => {
    let failures = 1;
    upstream.handler = (_, response) => {
      if (failures-- > 0) json(response, { error: { message: "busy" } }, status);
      else json(response, CHAT);
    };
    expect((await call(chatUrl(), '{"model":"gpt-4o"}')).status).toBe(200);
    expect(gateway.rows[0]?.outcome.failedAttempts).toEqual([{ status, usage: null }]);
  });

  test.each([
    [500, {}],
    [429, { "retry-after": "0" }],
    [503, { "retry-after": "5" }],
    [503, { "x-should-retry": "false" }],
  ])("with %i %j is not asked again", async (status, headers: Record<string, string>) => {
    const before = upstream.requests.length;
    upstream.handler = (_, response) => json(response, { error: { message: "busy" } }, status, headers);
    expect(await call(chatUrl(), '{"model":"gpt-4o"}')).toMatchObject({ status, headers });
    expect(upstream.requests.length - before).toBe(1);
  });

  test("twice is relayed as it says", async () => {
    upstream.handler = (_, response) =>
      json(response, '{"error":{"message":"busy"}}', 503, { "x-request-id": "req_2" });
    const answer = await call(chatUrl(), '{"model":"gpt-4o"}');
    expect(answer).toMatchObject({ status: 503, headers: { "x-request-id": "req_2" } });
    expect(answer.body.toString()).toBe('{"error":{"message":"busy"}}');
  });

  test("often is left alone for a while", async () => {
    upstream.handler = (_, response) => json(response, { error: { message: "broken" } }, 500);
    for (let time = 0; time < 20; time++) await call(chatUrl(), '{"model":"gpt-4o"}');
    const before = upstream.requests.length;
    const answer = await call(chatUrl(), '{"model":"gpt-4o"}');
    expect(answer.status).toBe(503);
    expect(JSON.parse(answer.body.toString())).toMatchObject({ error: { code: "tessera_breaker_open" } });
    expect(Number(answer.headers["retry-after"])).toBeLessThanOrEqual(60);
    expect(upstream.requests.length).toBe(before);
    upstream.handler = (_, response) => json(response, CHAT);
    expect((await call(chatUrl(), '{"model":"gpt-4o-mini"}')).status).toBe(200);
  });

  test("since nobody listens is a 502 after one retry", async () => {
    await using alone = await startTestGateway("http://127.0.0.1:1");
    const answer = await call(`${alone.url}/v1/chat/completions`, '{"model":"gpt-4o"}', AUTHORIZED);
    expect(answer.status).toBe(502);
    const { error } = JSON.parse(answer.body.toString()) as { readonly error: { readonly message: string } };
    expect(error.message).toBe("The upstream openai could not be reached (ECONNREFUSED).");
    expect(alone.rows[0]?.outcome).toMatchObject({ status: "error", failedAttempts: [{ status: null }], usage: null });
  });

  test("since an idle connection was closed meanwhile is asked again on a fresh one", async () => {
    upstream.handler = (_, response) => json(response, CHAT);
    await call(chatUrl(), '{"model":"gpt-4o"}');
    upstream.handler = (_, response, socket) => {
      upstream.handler = (_, next) => json(next, CHAT);
      socket.resetAndDestroy();
      response.destroy();
    };
    expect((await call(chatUrl(), '{"model":"gpt-4o"}')).status).toBe(200);
    expect(gateway.rows[1]?.outcome.failedAttempts).toEqual([{ status: null, usage: null }]);
  });

  test("since its name leads into the private network is refused at the connection", async () => {
    await using guarded = await startTestGateway(upstream.url, {
      upstreams: [{ id: "openai", kind: "openai", baseURL: "https://provider.example/v1" }],
      lookup: (_hostname, options, callback) =>
        options.all === true
          ? callback(null, [{ address: "169.254.169.254", family: 4 }])
          : callback(null, "169.254.169.254", 4),
    });
    const answer = await call(`${guarded.url}/v1/chat/completions`, '{"model":"gpt-4o"}');
    expect(answer.status).toBe(502);
    expect(answer.headers["x-should-retry"]).toBe("false");
    expect(answer.body.toString()).toContain("EPRIVATEADDRESS");
    expect(answer.body.toString()).not.toContain("169.254");
  });
});
