import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  beginStream,
  CHAT,
  chatEvents,
  json,
  MESSAGE,
  messageEvents,
  startMockUpstream,
  type MockUpstream,
} from "../../test/gateway/mock-upstream.ts";
import { KEY, startTestGateway, type TestGateway } from "../../test/gateway/parts.ts";
import { AUTHORIZED, call, open } from "../../test/gateway/raw-client.ts";

let upstream: MockUpstream;
let gateway: TestGateway;
let chat: string;

beforeAll(async () => {
  upstream = await startMockUpstream((_, response) => json(response, CHAT));
  gateway = await startTestGateway(upstream.url);
  chat = `${gateway.url}/v1/chat/completions`;
});

afterAll(async () => {
  await gateway.close();
  await upstream.close();
});

const lastSeen = () => upstream.requests.at(-1);
const lastRow = () => gateway.rows.at(-1);

/** Writes bytes in pieces that are cut at every so many bytes, each in its own write, and ends. */
function writeCut(response: ServerResponse, bytes: Buffer, size: number): void {
  const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
    bytes.subarray(at * size, (at + 1) * size),
  );
  const next = (): void => {
    const piece = pieces.shift();
    if (piece === undefined) response.end();
    else response.write(piece, () => setImmediate(next));
  };
  next();
}

describe("a request", () => {
  const body =
    '{"model":"gpt-4o","temperature":1.0,"x":12345678901234567890,  "messages":[{"role":"user","content":"h\\u00e9"}]}';

  test("reaches the upstream byte for byte, with its own headers and the provider's key", async () => {
    upstream.handler = (_, response) => json(response, CHAT);
    await call(chat, body, {
      ...AUTHORIZED,
      "x-tessera-workload": "w",
      "x-tesserae-run": "r",
      "OpenAI-Beta": "b",
      "x-own": "1",
    });
    expect(lastSeen()?.body.toString()).toBe(body);
    expect(lastSeen()?.headers).toEqual({
      authorization: "Bearer sk-provider",
      "content-type": "application/json",
      "openai-beta": "b",
      "x-own": "1",
      "accept-encoding": "identity",
      "content-length": String(Buffer.byteLength(body)),
      host: upstream.url.slice("http://".length),
      connection: "keep-alive",
    });
    expect(lastSeen()?.url).toBe("/v1/chat/completions");
  });

  test("says in the books what it said in its headers and its body", async () => {
    const tagged = '{"model":"gpt-4o","tessera_customer_tag":"c-7","messages":[]}';
    await call(chat, tagged, {
      ...AUTHORIZED,
      "x-tessera-workload": "triage",
      "x-tessera-feature-tag": "f",
      "x-tessera-request-id": "mine",
      "x-tesserae-run": "run_1",
      "x-tesserae-agent": "team%2Fagent",
    });
    expect(lastSeen()?.body.toString()).toBe('{"model":"gpt-4o","messages":[]}');
    expect(lastRow()?.exchange).toMatchObject({
      callerId: "mine",
      model: "gpt-4o",
      endpoint: "chat.completions",
      protocol: "openai-chat",
      featureTag: "f",
      customerTag: "c-7",
      place: { run: "run_1", agent: "team/agent" },
      workload: { name: "triage" },
    });
    expect(lastRow()?.exchange.id).toMatch(/^tsr_[0-9A-HJKMNP-TV-Z]{26}$/);
  });

  test("finds its upstream by path, by header, by the model's prefix, by the dialect", async () => {
    const by = async (path: string, model: string, headers: Record<string, string> = {}) => {
      await call(gateway.url + path, JSON.stringify({ model }), { ...AUTHORIZED, ...headers });
      const sent = JSON.parse(lastSeen()?.body.toString() ?? "") as { readonly model: string };
      return [lastRow()?.exchange.upstream.id, lastSeen()?.url, sent.model];
    };
    const path = "/v1/chat/completions";
    expect(await by("/v1/compatible/chat/completions", "m")).toEqual(["compatible", path, "m"]);
    expect(await by(path, "m", { "x-tessera-provider": "compatible" })).toEqual(["compatible", path, "m"]);
    expect(await by(path, "compatible/x/y")).toEqual(["compatible", path, "x/y"]);
    expect(await by(path, "other/x")).toEqual(["openai", path, "other/x"]);
    expect(await by("/v1/messages", "c")).toEqual(["anthropic", "/v1/messages", "c"]);
    const beta = "/v1/messages?beta=true";
    expect(await by(`/v1/anthropic${beta}`, "c")).toEqual(["anthropic", beta, "c"]);
    const count = "/v1/messages/count_tokens";
    expect(await by("/v1/anthropic/messages/count_tokens", "c")).toEqual(["anthropic", count, "c"]);
  });

  test("without a body is relayed as one: models and stored responses", async () => {
    await call(`${gateway.url}/v1/models?limit=2`);
    expect(lastSeen()).toMatchObject({ method: "GET", url: "/v1/models?limit=2" });
    await call(`${gateway.url}/v1/models`, undefined, { ...AUTHORIZED, "anthropic-version": "2023-06-01" });
    expect(lastRow()?.exchange.upstream.id).toBe("anthropic");
    await call(`${gateway.url}/v1/openai/responses/resp_1`, undefined, AUTHORIZED, "DELETE");
    expect(lastSeen()).toMatchObject({ method: "DELETE", url: "/v1/responses/resp_1", body: Buffer.alloc(0) });
    expect(lastSeen()?.headers).not.toHaveProperty("content-length");
  });
});

describe("an answer", () => {
  test("keeps its status, bytes and end-to-end headers, and gets the gateway's own", async () => {
    const text = '{"id":"x",  "n":1.0,"usage":{"prompt_tokens":9,"completion_tokens":3}}';
    upstream.handler = (_, response) => {
      response.writeHead(200, "Fine", [
        "Content-Type",
        "application/json",
        "X-Request-Id",
        "req_1",
        "Set-Cookie",
        "a=1",
        "Set-Cookie",
        "b=2",
        "Connection",
        "X-Hop",
        "X-Hop",
        "1",
        "X-Tessera-Stack",
        "forged",
        "Date",
        "Sun, 01 Jan 2026 00:00:00 GMT",
      ]);
      response.end(text);
    };
    const answer = await call(chat, '{"model":"gpt-4o"}', { ...AUTHORIZED, "x-tessera-request-id": "mine" });
    expect(answer.body.toString()).toBe(text);
    expect(answer.rawHeaders.slice(0, 10)).toEqual([
      "Content-Type",
      "application/json",
      "X-Request-Id",
      "req_1",
      "Set-Cookie",
      "a=1",
      "Set-Cookie",
      "b=2",
      "Date",
      "Sun, 01 Jan 2026 00:00:00 GMT",
    ]);
    expect(answer.headers).toMatchObject({
      "x-tessera-request-id": lastRow()?.exchange.id,
      "x-tessera-caller-request-id": "mine",
      "x-tessera-workload": "default",
      "x-tessera-stack": "none",
      "x-tessera-cache": "bypass",
      "x-tessera-cost-original-usd": "0.000021",
      "x-tessera-cost-actual-usd": "0.000021",
      "x-tessera-cap-remaining-usd": "1.50",
      "content-length": String(text.length),
    });
    expect(Number(answer.headers["x-tessera-overhead-ms"])).toBeGreaterThan(0);
    expect(answer.headers).not.toHaveProperty("x-hop");
  });

  test("of an error is relayed as it is, with its waits", async () => {
    const text = '{"error":{"message":"Slow down","type":"requests","code":"rate_limit_exceeded"}}';
    const headers = { "retry-after": "120", "x-ratelimit-remaining-requests": "0", "x-request-id": "req_9" };
    upstream.handler = (_, response) => json(response, text, 429, headers);
    const answer = await call(chat, '{"model":"gpt-4o"}');
    expect(answer).toMatchObject({ status: 429, headers });
    expect(answer.body.toString()).toBe(text);
    expect(answer.headers).not.toHaveProperty("x-should-retry");
    expect(lastRow()?.outcome).toMatchObject({ status: "error", httpStatus: 429, usage: null });
  });

  test.each([
    { error: { message: "You exceeded your quota", type: "insufficient_quota", code: "insufficient_quota" } },
    {
      type: "error",
      error: { type: "rate_limit_error", message: "x", details: { error_code: "enforced_spend_limit_reached" } },
    },
  ])("that says the money is spent is not retried: %j", async (body) => {
    upstream.handler = (_, response) => json(response, body, 429);
    const answer = await call(chat, '{"model":"gpt-4o"}');
    expect(answer.headers["x-should-retry"]).toBe("false");
    expect(JSON.parse(answer.body.toString())).toEqual(body);
  });

  test("larger than what is held flows through, and its usage is found at its end", async () => {
    const vectors = `[${"0.123456,".repeat(600_000)}0]`;
    const text = `{"data":${vectors},"model":"m","usage":{"prompt_tokens":7,"total_tokens":7}}`;
    for (const headers of [{ "content-length": String(text.length) }, {}]) {
      upstream.handler = (_, response) => {
        response.writeHead(200, { "content-type": "application/json", ...headers });
        response.end(text);
      };
      const answer = await call(`${gateway.url}/v1/embeddings`, '{"model":"m","input":"x"}');
      expect(answer.body.equals(Buffer.from(text))).toBe(true);
      expect(answer.headers).not.toHaveProperty("x-tessera-cost-actual-usd");
      expect(lastRow()?.outcome).toMatchObject({
        status: "complete",
        usage: { inputTokens: 7 },
        usageSource: "provider",
      });
    }
  });

  test("that is rubbish is relayed, and nothing is believed of it", async () => {
    upstream.handler = (_, response) => json(response, "<html>oops");
    const answer = await call(chat, '{"model":"gpt-4o"}');
    expect(answer.body.toString()).toBe("<html>oops");
    expect(lastRow()?.outcome).toMatchObject({ usageSource: "estimated", finish: null });
  });
});

describe("a stream", () => {
  const asking = '{"model":"gpt-4o","stream":true,"stream_options":{"include_usage":true}}';

  test.each([1, 2, 3, 7, 64, 1000, 100_000])("cut every %i bytes is the same stream", async (size) => {
    const bytes = Buffer.from(chatEvents(200, true).join(""));
    upstream.handler = (_, response) => {
      beginStream(response, { "x-request-id": "req_s" });
      writeCut(response, bytes, size);
    };
    const answer = await call(chat, asking);
    expect(answer.body.equals(bytes)).toBe(true);
    expect(answer.headers).toMatchObject({
      "content-type": "text/event-stream; charset=utf-8",
      "x-request-id": "req_s",
    });
    const outcome = {
      status: "complete",
      usage: { inputTokens: 9, outputTokens: 200 },
      usageSource: "provider",
      finish: "stop",
    };
    expect(lastRow()?.outcome).toMatchObject(outcome);
  });

  test("is passed on event by event: the first is there before the second is sent", async () => {
    const [first = "", second = "", ...rest] = chatEvents(3, true);
    let upstreamResponse: ServerResponse | undefined;
    upstream.handler = (_, response) => {
      upstreamResponse = response;
      beginStream(response);
      response.write(first);
    };
    const answer = await open(chat, asking).answer;
    const [chunk] = (await once(answer, "data")) as [Buffer];
    expect(chunk.toString()).toBe(first);
    upstreamResponse?.end(second + rest.join(""));
    await once(answer, "end");
  });

  test("whose headers come before its first event begins at once", async () => {
    let upstreamResponse: ServerResponse | undefined;
    upstream.handler = (_, response) => {
      upstreamResponse = response;
      beginStream(response);
      response.flushHeaders();
    };
    const answer = await open(chat, asking).answer;
    expect(answer.statusCode).toBe(200);
    upstreamResponse?.end(chatEvents(1, true).join(""));
    answer.resume();
    await once(answer, "end");
  });

  test.each([5, 100_000])(
    "of a caller who did not ask for the usage is without it, and the books have it (%i)",
    async (size) => {
      upstream.handler = ({ body }, response) => {
        beginStream(response);
        writeCut(response, Buffer.from(chatEvents(20, body.includes('"include_usage":true')).join("")), size);
      };
      const answer = await call(chat, '{"model":"gpt-4o","stream":true}');
      expect(lastSeen()?.body.toString()).toBe(
        '{"model":"gpt-4o","stream":true,"stream_options":{"include_usage":true}}',
      );
      const events = chatEvents(20, true);
      events.splice(-2, 1);
      expect(answer.body.toString()).toBe(events.join(""));
      expect(lastRow()?.outcome).toMatchObject({
        usage: { inputTokens: 9, outputTokens: 20 },
        usageSource: "provider",
      });
    },
  );

  test("in strict fidelity is asked for as the caller did, and its usage is estimated", async () => {
    await using strict = await startTestGateway(upstream.url, { settings: { fidelity: "strict" } });
    upstream.handler = (_, response) => {
      beginStream(response);
      response.end(chatEvents(20, false).join(""));
    };
    const answer = await call(`${strict.url}/v1/chat/completions`, '{"model":"gpt-4o","stream":true}');
    expect(lastSeen()?.body.toString()).toBe('{"model":"gpt-4o","stream":true}');
    expect(answer.body.toString()).toBe(chatEvents(20, false).join(""));
    expect(strict.rows[0]?.outcome).toMatchObject({ status: "complete", usageSource: "estimated", finish: "stop" });
    expect(strict.rows[0]?.outcome.usage?.outputTokens).toBeGreaterThan(20);
  });

  test("of a server that does not know the option is asked for again without it, and then always so", async () => {
    await using learning = await startTestGateway(upstream.url);
    upstream.handler = ({ body }, response) => {
      if (body.includes("stream_options")) return json(response, { error: { message: "Unknown stream_options" } }, 400);
      beginStream(response);
      response.end(chatEvents(2, false).join(""));
    };
    const before = upstream.requests.length;
    for (let time = 0; time < 2; time++) {
      const answer = await call(`${learning.url}/v1/compatible/chat/completions`, '{"model":"m","stream":true}');
      expect(answer.body.toString()).toBe(chatEvents(2, false).join(""));
    }
    expect(upstream.requests.length - before).toBe(3);
  });

  test("of messages keeps its bytes, and its usage is that of its start and its end", async () => {
    const bytes = Buffer.from(messageEvents(300).join(""));
    upstream.handler = (_, response) => {
      beginStream(response);
      writeCut(response, bytes, 333);
    };
    const answer = await call(`${gateway.url}/v1/messages`, '{"model":"claude-sonnet-4-6","stream":true}', {
      "x-api-key": `${KEY}~sk-ant-1`,
    });
    expect(answer.body.equals(bytes)).toBe(true);
    expect(lastSeen()?.headers["x-api-key"]).toBe("sk-ant-1");
    const outcome = { status: "complete", usage: { inputTokens: 9, outputTokens: 300 }, finish: "end_turn" };
    expect(lastRow()?.outcome).toMatchObject({ ...outcome, servedModel: MESSAGE.model });
  });

  test("tells its cost in trailers to whom reads them", async () => {
    upstream.handler = (_, response) => {
      beginStream(response);
      response.end(chatEvents(3, true).join(""));
    };
    const answer = await call(chat, asking, { ...AUTHORIZED, te: "trailers" });
    expect(answer.trailers).toEqual({
      "x-tessera-cost-original-usd": "0.000021",
      "x-tessera-cost-actual-usd": "0.000021",
    });
  });

  test("that ends without its end is relayed, and not taken for whole", async () => {
    upstream.handler = (_, response) => {
      beginStream(response);
      response.end(chatEvents(3, true).slice(0, 3).join(""));
    };
    await call(chat, asking);
    expect(lastRow()?.outcome).toMatchObject({ status: "upstream_truncated", usageSource: "estimated" });
  });
});
