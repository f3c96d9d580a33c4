import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { afterEach, describe, expect, test, vi } from "vitest";
import { CHAT, CHAT_COST, CHAT_EVENTS } from "../../../test/capture/answers.ts";
import { CLIENTS } from "../../../test/capture/http-clients.ts";
import { startModelServer, type ModelServer } from "../../../test/capture/model-server.ts";
import { startRecording } from "../../../test/capture/recording.ts";
import type { TessenEvent } from "../../events/tessen-event.ts";
import { PackedBody } from "./content-decoding.ts";

const cleanUps: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  vi.restoreAllMocks();
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const TEXT = JSON.stringify(CHAT);

function unpack(encoding: string, ...chunks: Uint8Array[]): string | undefined {
  const packed = PackedBody.of(encoding);
  for (const chunk of chunks) packed?.push(chunk);
  const bytes = packed?.unpacked();
  return bytes === undefined ? undefined : Buffer.from(bytes).toString();
}

describe("a packed body", () => {
  test.each([
    ["gzip", gzipSync(TEXT)],
    ["GZip", gzipSync(TEXT)],
    [" x-gzip ", gzipSync(TEXT)],
    ["br", brotliCompressSync(TEXT)],
    ["zstd", zstdCompressSync(TEXT)],
    ["deflate", deflateSync(TEXT)],
    ["deflate", deflateRawSync(TEXT)],
    ["gzip, br", brotliCompressSync(gzipSync(TEXT))],
    ["br,gzip", gzipSync(brotliCompressSync(TEXT))],
    [" BR ,\tGZIP, identity", gzipSync(brotliCompressSync(TEXT))],
    ["identity,deflate,,zstd", zstdCompressSync(deflateSync(TEXT))],
  ])("of %s is read", (encoding, bytes) => {
    expect(unpack(encoding, bytes.subarray(0, 7), bytes.subarray(7))).toBe(TEXT);
  });

  test.each([undefined, "", "identity", " Identity , "])("is none with %s", (encoding) => {
    expect(PackedBody.of(encoding)).toBeUndefined();
  });

  test.each([
    ["of an unknown kind", "gzip, rot13", gzipSync(TEXT)],
    ["that is none", "gzip", Buffer.from(TEXT)],
    ["in another order", "br, gzip", brotliCompressSync(gzipSync(TEXT))],
    ["that unpacks to more than anybody wants", "gzip", gzipSync(Buffer.alloc(80 * 1024 * 1024))],
    ["of very many layers", "gzip,gzip,gzip,gzip,gzip,gzip", gzipSync(TEXT)],
  ])("%s cannot be read", (_name, encoding, bytes) => {
    expect(unpack(encoding, bytes)).toBeUndefined();
  });

  test.each([
    ["gzip", gzipSync],
    ["br", brotliCompressSync],
    ["deflate", deflateSync],
    ["zstd", zstdCompressSync],
  ] as const)("of %s that was cut is read as far as it came", (encoding, pack) => {
    const long = Array.from({ length: 40_000 }, (_, at) => `${at * 7919}`).join(" ");
    const bytes = pack(long);
    const text = unpack(encoding, bytes.subarray(0, bytes.length - 100));
    expect(text?.length).toBeGreaterThan(1000);
    expect(long.startsWith(text ?? "-")).toBe(true);
  });
});

async function serve(encoding: string, type: string, bytes: Uint8Array): Promise<ModelServer> {
  const server = await startModelServer((reply) => {
    reply.writeHead(200, { "content-type": type, "content-encoding": encoding });
    reply.end(bytes);
  });
  cleanUps.push(() => server.close());
  return server;
}

async function recorded(server: ModelServer, ask: (url: string) => Promise<unknown>): Promise<TessenEvent[]> {
  const told = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  const recording = startRecording({ hosts: [server.host] });
  await ask(`${server.url}/v1/chat/completions`).catch(() => undefined);
  const events = await recording.end();
  expect(recording.handle.stats().failures).toEqual({});
  expect(told).not.toHaveBeenCalled();
  return events;
}

describe.each(CLIENTS)("%s", (_name, ask) => {
  const body = { model: "gpt-4o" };

  test("an answer and a stream that are packed twice are read, usage and all", async () => {
    const pack = (text: string): Buffer => brotliCompressSync(gzipSync(text));
    const whole = await serve("gzip, BR", "application/json", pack(TEXT));
    expect(await recorded(whole, (url) => ask(url, { body }))).toMatchObject([
      { status: "ok", response_body: CHAT, cost_usd: CHAT_COST },
    ]);
    const stream = await serve("gzip, BR", "text/event-stream", pack(CHAT_EVENTS.join("")));
    expect(await recorded(stream, (url) => ask(url, { body }))).toMatchObject([
      { status: "ok", streamed: true, stream_end: "complete", chunks_captured: CHAT_EVENTS.length },
    ]);
  });

  test.each(["application/json", "text/event-stream"])(
    "a %s that is broken, or packed as nobody knows, is a body that could not be read, and no failed hook",
    async (type) => {
      for (const encoding of ["gzip", "rot13"]) {
        const server = await serve(encoding, type, Buffer.from("no gzip at all"));
        const events = await recorded(server, (url) => ask(url, { body }));
        expect(events).toMatchObject([
          { body_unavailable: true, http_status: 200, cost_usd: null, quality_signals: [] },
        ]);
        expect(events[0]).not.toHaveProperty("response_body");
      }
    },
  );
});
