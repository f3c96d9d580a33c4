import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { events, eventText, json } from "../testing/test-reply.ts";
import { startTestServer, type TestServer } from "../testing/test-server.ts";
import { CallWatch } from "./call-watch.ts";
import { HttpTransport } from "./http-transport.ts";
import { type BodySink, ResponseBody } from "./response-body.ts";
import { decodeUtf8 } from "./utf8.ts";

describe.each(["sockets", "fetch"] as const)("a body, over %s", (way) => {
  let server: TestServer;
  let transport: HttpTransport;

  beforeEach(async () => {
    server = await startTestServer(() => json({ ok: true }));
    transport = new HttpTransport({ maxBodyBytes: 100_000, ...(way === "fetch" ? { fetch: globalThis.fetch } : {}) });
  });

  afterEach(async () => {
    await transport.close();
    await server.close();
  });

  test("comes whole, wherever it is split", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: "binary", maxLength: 40 }),
        fc.integer({ min: 1, max: 7 }),
        async (text, chunkBytes) => {
          const sent = Buffer.from(text)
            .toString()
            .replace(/^\uFEFF/, "");
          server.next({ type: "body", body: sent, chunkBytes }, { type: "body", body: sent, chunkBytes });
          expect(await (await transport.send({ url: server.url })).text()).toBe(sent.replace(/^\uFEFF/, ""));
          const chunks: Uint8Array[] = [];
          for await (const chunk of (await transport.send({ url: server.url })).chunks) chunks.push(chunk);
          expect(Buffer.concat(chunks).toString()).toBe(sent);
        },
      ),
      { numRuns: 30 },
    );
  });

  test("loses its byte order mark as text, and takes broken UTF-8", async () => {
    server.next({ type: "body", body: Buffer.from([0xef, 0xbb, 0xbf, 0x7b, 0x7d]) });
    expect(await (await transport.send({ url: server.url })).text()).toBe("{}");
    server.next({ type: "body", body: Buffer.from([0x61, 0xff, 0x62]) });
    expect(await (await transport.send({ url: server.url })).text()).toBe("a\uFFFDb");
  });

  test("is streamed as it comes: each event before the next one is sent", async () => {
    let release: (() => void) | undefined;
    server.next({
      type: "stream",
      write: async (stream) => {
        for (let index = 0; index < 5; index += 1) {
          const wait = new Promise<void>((resolve) => {
            release = resolve;
          });
          await stream.event({ event: "delta", data: { index } });
          await wait;
        }
      },
    });
    const seen: string[] = [];
    for await (const chunk of (await transport.send({ url: server.url })).chunks) {
      seen.push(Buffer.from(chunk).toString());
      release?.();
    }
    expect(seen).toEqual([0, 1, 2, 3, 4].map((index) => eventText([{ event: "delta", data: { index } }])));
  });

  test("can be read once, in one way", async () => {
    const response = await transport.send({ url: server.url });
    await response.text();
    await expect(response.text()).rejects.toMatchObject({ code: "ERR_INVALID_STATE" });
    expect(() => response.batches()).toThrow(expect.objectContaining({ code: "ERR_INVALID_STATE" }));
  });

  test("is asked for one batch at a time", async () => {
    server.next({ type: "stall", reply: json({}), afterBytes: 0 });
    const response = await transport.send({ url: server.url });
    const iterator = response.batches();
    const first = iterator.next().catch((error: unknown) => error);
    await expect(iterator.next()).rejects.toMatchObject({ code: "ERR_INVALID_STATE" });
    response.cancel();
    await first;
  });

  test("that breaks gives what came, then the error, then its end", async () => {
    server.next({ type: "cut", reply: events(["one", "two", "three"]), afterBytes: 13 });
    const response = await transport.send({ url: server.url });
    const iterator = response.chunks[Symbol.asyncIterator]();
    let text = "";
    const read = async (): Promise<void> => {
      for (let item = await iterator.next(); item.done !== true; item = await iterator.next()) {
        text += Buffer.from(item.value).toString();
      }
    };
    await expect(read()).rejects.toMatchObject({ code: "ERR_HTTP_CUT" });
    expect(text).toBe("data: one\n\nda");
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
  });

  test("that breaks has no text", async () => {
    server.next({ type: "cut", reply: json({ a: "long enough" }), afterBytes: 5 });
    await expect((await transport.send({ url: server.url })).text()).rejects.toMatchObject({
      code: "ERR_HTTP_CUT",
      retryable: true,
    });
  });

  test("that is larger than allowed has no text, whether it says its length or not", async () => {
    const body = "x".repeat(100_001);
    for (const chunkBytes of [undefined, 10_000]) {
      server.next({ type: "body", body, chunkBytes });
      const text = transport.send({ url: server.url }).then((response) => response.text());
      await expect(text).rejects.toMatchObject({ code: "ERR_HTTP_TOO_LARGE", retryable: false });
    }
    server.next({ type: "body", body: body.slice(1) });
    expect(await (await transport.send({ url: server.url })).text()).toHaveLength(100_000);
  });

  test("larger than that may be streamed", async () => {
    server.next({ type: "body", body: "x".repeat(3_000_000) });
    let bytes = 0;
    for await (const chunk of (await transport.send({ url: server.url })).chunks) bytes += chunk.byteLength;
    expect(bytes).toBe(3_000_000);
  });
});

describe("a reader that falls behind", () => {
  /** A source that a test feeds by hand. */
  function handFed(): { body: ResponseBody; sink: () => BodySink; calls: string[]; watch: CallWatch } {
    const calls: string[] = [];
    let sink: BodySink | undefined;
    const watch = new CallWatch({ url: "http://127.0.0.1" }, () => {});
    const source = {
      start: (given: BodySink) => void (sink = given),
      pause: () => void calls.push("pause"),
      resume: () => void calls.push("resume"),
      destroy: () => void calls.push("destroy"),
    };
    const body = new ResponseBody(source, watch, "http://127.0.0.1", 10_000_000);
    return {
      body,
      calls,
      watch,
      sink: () => {
        if (sink === undefined) throw new Error("not started");
        return sink;
      },
    };
  }
  const chunk = new Uint8Array(100 * 1024);

  test("stops the source at 256 KiB and lets it go on when it has taken what was there", async () => {
    const { body, calls, sink } = handFed();
    sink().data(chunk);
    sink().data(chunk);
    expect(calls).toEqual([]);
    sink().data(chunk);
    sink().data(chunk);
    expect(calls).toEqual(["pause"]);
    const iterator = body.batches();
    expect((await iterator.next()).value).toHaveLength(4);
    expect(calls).toEqual(["pause", "resume"]);
    sink().end();
    expect((await iterator.next()).done).toBe(true);
    expect(calls).toEqual(["pause", "resume"]);
  });

  test("who wants the whole does not stop it, also when it was stopped before", async () => {
    const { body, calls, sink } = handFed();
    for (let index = 0; index < 5; index += 1) sink().data(chunk);
    const text = body.text();
    for (let index = 0; index < 5; index += 1) sink().data(chunk);
    sink().end();
    expect(await text).toHaveLength(10 * chunk.byteLength);
    expect(calls).toEqual(["pause", "resume"]);
  });

  test("whatever comes after the end is nothing, and the source is destroyed once", async () => {
    const { body, calls, sink } = handFed();
    body.cancel();
    sink().data(chunk);
    sink().end();
    sink().fail(new Error("late"));
    body.cancel();
    expect(calls).toEqual(["destroy"]);
    await expect(body.text()).rejects.toMatchObject({ code: "ERR_INVALID_STATE" });
  });

  test("an end or an error in the same turn as the last bytes comes after them", async () => {
    for (const error of [undefined, new Error("cut")]) {
      const { body, sink } = handFed();
      const iterator = body.batches();
      const first = iterator.next();
      sink().data(chunk);
      if (error === undefined) sink().end();
      else sink().fail(error);
      expect(await first).toEqual({ done: false, value: [chunk] });
      if (error === undefined) expect(await iterator.next()).toEqual({ done: true, value: undefined });
      else await expect(iterator.next()).rejects.toBe(error);
      expect(await iterator.next()).toEqual({ done: true, value: undefined });
    }
  });

  test("an abort in the same turn as bytes wins", async () => {
    const { body, calls, sink } = handFed();
    const iterator = body.batches();
    const first = iterator.next();
    sink().data(chunk);
    body.abort(new Error("stop"));
    await expect(first).rejects.toThrow("stop");
    expect(calls).toEqual(["destroy"]);
  });
});

describe("over sockets", () => {
  test("chunks that arrived together are handed over together", async () => {
    const server = await startTestServer(() => ({
      type: "stream",
      write: (stream) => void Array.from({ length: 50 }, (_, index) => stream.event(String(index))),
    }));
    const transport = new HttpTransport();
    const batches: string[] = [];
    for await (const batch of (await transport.send({ url: server.url })).batches()) batches.push(decodeUtf8(batch));
    expect(batches.join("")).toBe(Array.from({ length: 50 }, (_, index) => `data: ${index}\n\n`).join(""));
    expect(batches.length).toBeLessThan(10);
    await transport.close();
    await server.close();
  });

  test("a loop left after the whole body came leaves the connection usable", async () => {
    const server = await startTestServer(() => json({ ok: true }));
    const transport = new HttpTransport();
    for (let index = 0; index < 3; index += 1) {
      for await (const _chunk of (await transport.send({ url: server.url })).chunks) break;
    }
    expect(server.connections).toBe(1);
    await transport.close();
    await server.close();
  });
});
