import { afterEach, beforeEach, expect, test } from "vitest";
import { brotliCompressSync, constants, createGzip, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { json } from "../testing/test-reply.ts";
import { startTestServer, type TestServer } from "../testing/test-server.ts";
import { HttpTransport } from "./http-transport.ts";

const TEXT = JSON.stringify({ text: "grüße 🌍 ".repeat(2_000) });

let server: TestServer;
let transport: HttpTransport;

beforeEach(async () => {
  server = await startTestServer(() => json({ ok: true }));
  transport = new HttpTransport({ maxBodyBytes: 200_000 });
});

afterEach(async () => {
  await transport.close();
  await server.close();
});

async function textOf(encoding: string, body: Uint8Array, chunkBytes?: number): Promise<string> {
  server.next({ type: "body", headers: { "content-encoding": encoding }, body, chunkBytes });
  return (await transport.send({ url: server.url })).text();
}

test.each([
  ["gzip", gzipSync(TEXT)],
  ["x-gzip", gzipSync(TEXT)],
  ["GZIP", gzipSync(TEXT)],
  ["br", brotliCompressSync(TEXT)],
  ["deflate", deflateSync(TEXT)],
  ["deflate", deflateRawSync(TEXT)],
  ["gzip, br", brotliCompressSync(gzipSync(TEXT))],
  ["identity", Buffer.from(TEXT)],
  ["", Buffer.from(TEXT)],
])("the encoding %j is undone, in one piece and in many", async (encoding, body) => {
  expect(await textOf(encoding, body)).toBe(TEXT);
  expect(await textOf(encoding, body, 7)).toBe(TEXT);
  expect(server.connections).toBe(1);
});

test("an empty body needs no decoder", async () => {
  expect(await textOf("gzip", new Uint8Array())).toBe("");
});

test.each([
  ["a cut one", gzipSync(TEXT).subarray(0, 60)],
  ["what is none", Buffer.from("this is not compressed at all")],
])("%s is malformed", async (_name, body) => {
  await expect(textOf("gzip", body)).rejects.toMatchObject({ code: "ERR_HTTP_MALFORMED" });
});

test("an encoding that nobody asked for is refused by name", async () => {
  await expect(textOf("zebra", Buffer.from("x"))).rejects.toMatchObject({
    code: "ERR_HTTP_MALFORMED",
    retryable: false,
    message: expect.stringContaining("zebra"),
  });
  await server.until(() => server.openConnections === 0);
});

test("a small body that unpacks to a huge one stops at the limit", async () => {
  const bomb = gzipSync(Buffer.alloc(50_000_000));
  expect(bomb.byteLength).toBeLessThan(60_000);
  await expect(textOf("gzip", bomb)).rejects.toMatchObject({ code: "ERR_HTTP_TOO_LARGE" });
});

test("a compressed stream is handed on event by event", async () => {
  let release: (() => void) | undefined;
  server.next({
    type: "stream",
    headers: { "content-encoding": "gzip" },
    write: async (stream) => {
      const gzip = createGzip({ flush: constants.Z_SYNC_FLUSH });
      gzip.on("data", (chunk: Uint8Array) => void stream.send(chunk));
      for (const text of ["one", "two", "three"]) {
        const wait = new Promise<void>((resolve) => {
          release = resolve;
        });
        gzip.write(text);
        await wait;
      }
      const over = new Promise((resolve) => gzip.once("end", resolve));
      gzip.end();
      await over;
    },
  });
  const seen: string[] = [];
  for await (const chunk of (await transport.send({ url: server.url })).chunks) {
    seen.push(Buffer.from(chunk).toString());
    release?.();
  }
  expect(seen).toEqual(["one", "two", "three"]);
});

test("an abort ends a compressed stream", async () => {
  const controller = new AbortController();
  server.next({
    type: "stall",
    reply: { type: "body", headers: { "content-encoding": "gzip" }, body: gzipSync(TEXT) },
    afterBytes: 40,
  });
  const response = await transport.send({ url: server.url, signal: controller.signal });
  const failure = response.text().catch((error: unknown) => error);
  controller.abort();
  expect(await failure).toMatchObject({ code: "ERR_ABORTED" });
  await server.until(() => server.openConnections === 0);
});

test("the reader's pace holds a compressed stream back, and nothing is lost", async () => {
  const large = Buffer.alloc(20_000_000, "abcdefghij");
  server.next({ type: "body", headers: { "content-encoding": "gzip" }, body: gzipSync(large) });
  let bytes = 0;
  for await (const chunk of (await transport.send({ url: server.url })).chunks) {
    bytes += chunk.byteLength;
    if (bytes % 7 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  expect(bytes).toBe(large.byteLength);
});

test("the encoding that is asked for can be chosen or left out", async () => {
  const plain = new HttpTransport({ acceptEncoding: false });
  const only = new HttpTransport({ acceptEncoding: "gzip" });
  await (await plain.send({ url: server.url })).text();
  await (await only.send({ url: server.url })).text();
  expect(server.requests.map(({ headers }) => headers["accept-encoding"])).toEqual([undefined, "gzip"]);
  await plain.close();
  await only.close();
});
