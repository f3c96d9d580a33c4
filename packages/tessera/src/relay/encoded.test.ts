import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  beginStream,
  CHAT,
  chatEvents,
  startMockUpstream,
  type MockUpstream,
} from "../../test/gateway/mock-upstream.ts";
import { startTestGateway, type TestGateway } from "../../test/gateway/parts.ts";
import { call } from "../../test/gateway/raw-client.ts";
import { decodedCopy } from "./decoded-copy.ts";

let upstream: MockUpstream;
let gateway: TestGateway;
beforeAll(async () => {
  upstream = await startMockUpstream(() => {});
  gateway = await startTestGateway(upstream.url);
});
afterAll(async () => {
  await gateway.close();
  await upstream.close();
});

const CODINGS: readonly (readonly [string, (text: string) => Buffer])[] = [
  ["gzip", gzipSync],
  ["deflate", deflateSync],
  ["deflate", deflateRawSync],
  ["br", brotliCompressSync],
  ["zstd", zstdCompressSync],
  ["gzip, br", (text) => brotliCompressSync(gzipSync(text))],
];
const ask = (body: string) => call(`${gateway.url}/v1/chat/completions`, body);
const lastOutcome = () => gateway.rows.at(-1)?.outcome;

describe.each(CODINGS)("an answer that came as %s", (encoding, encode) => {
  test("reaches the caller as it came, and the books have its usage", async () => {
    const bytes = encode(JSON.stringify(CHAT));
    upstream.handler = (_, response) => {
      response.writeHead(200, { "content-type": "application/json", "content-encoding": encoding });
      response.end(bytes);
    };
    const answer = await ask('{"model":"gpt-4o"}');
    expect(answer.body.equals(bytes)).toBe(true);
    expect(answer.headers).toMatchObject({
      "content-encoding": encoding,
      "content-length": String(bytes.length),
      "x-tessera-cost-actual-usd": "0.000021",
    });
    expect(lastOutcome()).toMatchObject({
      status: "complete",
      usageSource: "provider",
      usage: { inputTokens: 9, outputTokens: 3 },
      finish: "stop",
    });
  });

  test("as a stream does so too", async () => {
    const bytes = encode(chatEvents(50, true).join(""));
    upstream.handler = (_, response) => {
      beginStream(response, { "content-encoding": encoding });
      response.write(bytes.subarray(0, 20), () => setImmediate(() => response.end(bytes.subarray(20))));
    };
    const answer = await ask('{"model":"gpt-4o","stream":true,"stream_options":{"include_usage":true}}');
    expect(answer.body.equals(bytes)).toBe(true);
    expect(lastOutcome()).toMatchObject({
      status: "complete",
      usageSource: "provider",
      usage: { inputTokens: 9, outputTokens: 50 },
      finish: "stop",
    });
  });
});

test("what says that the money is spent is heard through its coding", async () => {
  const body = { error: { message: "no", type: "insufficient_quota", code: "insufficient_quota" } };
  upstream.handler = (_, response) => {
    response.writeHead(429, { "content-type": "application/json", "content-encoding": "gzip" });
    response.end(gzipSync(JSON.stringify(body)));
  };
  expect((await ask('{"model":"gpt-4o"}')).headers["x-should-retry"]).toBe("false");
});

test("what cannot be read is passed on all the same, and its usage is estimated", async () => {
  for (const type of ["application/json", "text/event-stream"]) {
    upstream.handler = (_, response) => {
      response.writeHead(200, { "content-type": type, "content-encoding": "gzip" });
      response.end("no gzip at all");
    };
    expect((await ask('{"model":"gpt-4o"}')).body.toString()).toBe("no gzip at all");
    expect(lastOutcome()).toMatchObject({ status: "complete", usageSource: "estimated" });
  }
});

test("a compressed stream that breaks off is seen as broken by the caller, and its usage is estimated", async () => {
  const bytes = gzipSync(chatEvents(50, true).join(""));
  upstream.handler = (_, response, socket) => {
    beginStream(response, { "content-encoding": "gzip" });
    response.write(bytes.subarray(0, 30), () => setImmediate(() => socket.resetAndDestroy()));
  };
  await expect(ask('{"model":"gpt-4o","stream":true}')).rejects.toThrow(/aborted|hang up/);
  expect(lastOutcome()).toMatchObject({ status: "upstream_truncated", usageSource: "estimated" });
});

test("a small body that would be huge is not made so", () => {
  expect(decodedCopy(gzipSync(Buffer.alloc(17 * 1024 * 1024)), "gzip")).toBeUndefined();
  expect(decodedCopy(Buffer.alloc(2 * 1024 * 1024), "br")).toBeUndefined();
  expect(decodedCopy(gzipSync("x"), "gzip, gzip, gzip")).toBeUndefined();
  expect(decodedCopy(Buffer.from("x"), "rot13")).toBeUndefined();
});
