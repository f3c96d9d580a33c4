import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { json, type TestStream } from "../testing/test-reply.ts";
import { startTestServer, type TestServer } from "../testing/test-server.ts";
import { CallWatch } from "./call-watch.ts";
import { HttpTransport } from "./http-transport.ts";
import type { HttpTransportOptions } from "./types.ts";

// Only timers are faked: sockets are real, and time passes when a test says so.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe.each(["sockets", "fetch"] as const)("a timeout, over %s", (way) => {
  let server: TestServer;
  let transport: HttpTransport;

  beforeEach(async () => {
    server = await startTestServer(() => json({ ok: true }));
    transport = new HttpTransport(way === "fetch" ? { fetch: globalThis.fetch } : {});
  });

  afterEach(async () => {
    await transport.close();
    await server.close();
  });

  /** The platform's fetch closes its sockets by timers of its own on some versions of Node; see `abort.test.ts` for it. */
  async function connectionGone(): Promise<void> {
    if (way === "sockets") await server.until(() => server.openConnections === 0);
  }

  test("of the first byte ends a call whose headers do not come", async () => {
    server.next({ type: "stall" });
    const failure = transport.send({ url: server.url, firstByteTimeoutMs: 3_000 }).catch((error: unknown) => error);
    await server.until(() => server.requests.length === 1);
    vi.advanceTimersByTime(3_000);
    expect(await failure).toMatchObject({
      code: "ERR_HTTP_TIMEOUT",
      retryable: true,
      message: expect.stringContaining("3000 ms (firstByteTimeoutMs)"),
    });
    await connectionGone();
  });

  test("of the first byte does not matter after the headers", async () => {
    server.next({ type: "stream", write: (stream) => stream.send("late") });
    const response = await transport.send({ url: server.url, firstByteTimeoutMs: 3_000 });
    vi.advanceTimersByTime(10_000);
    expect(await response.text()).toBe("late");
  });

  test("of the whole ends a body that does not come to its end", async () => {
    server.next({ type: "stall", reply: json({ some: "text" }), afterBytes: 4 });
    const response = await transport.send({ url: server.url, timeoutMs: 5_000 });
    const failure = response.text().catch((error: unknown) => error);
    vi.advanceTimersByTime(4_999);
    vi.advanceTimersByTime(1);
    expect(await failure).toMatchObject({ code: "ERR_HTTP_TIMEOUT", message: expect.stringContaining("timeoutMs") });
    await connectionGone();
  });

  test("of silence ends a stream that went quiet while somebody waits for it", async () => {
    server.next({ type: "stream", write: (stream) => stream.send("hello").then(() => stream.whenClosed) });
    const response = await transport.send({ url: server.url, idleTimeoutMs: 1_000 });
    const iterator = response.batches();
    await iterator.next();
    const failure = iterator.next().catch((error: unknown) => error);
    vi.advanceTimersByTime(1_000);
    expect(await failure).toMatchObject({
      code: "ERR_HTTP_TIMEOUT",
      message: expect.stringContaining("idleTimeoutMs"),
    });
    await connectionGone();
  });

  test("of silence begins anew with every chunk, and does not run while the reader is busy", async () => {
    let send: ((text: string) => Promise<void>) | undefined;
    server.next({
      type: "stream",
      write: async (stream) => {
        send = (text) => stream.send(text);
        await stream.send("1");
        await stream.whenClosed;
      },
    });
    const response = await transport.send({ url: server.url, idleTimeoutMs: 1_000 });
    const iterator = response.batches();
    await iterator.next();
    for (const text of ["2", "3", "4"]) {
      // Busy for longer than the limit: the server is not to blame.
      vi.advanceTimersByTime(5_000);
      const next = iterator.next();
      vi.advanceTimersByTime(999);
      await send?.(text);
      const { value } = await next;
      expect(value?.map((chunk) => Buffer.from(chunk).toString())).toEqual([text]);
    }
    await iterator.return?.();
  });

  test("of silence begins anew while text() waits, too", async () => {
    let send: ((text: string) => Promise<void>) | undefined;
    server.next({
      type: "stream",
      write: async (stream) => {
        send = (text) => stream.send(text);
        await stream.send("1");
        await stream.whenClosed;
      },
    });
    const response = await transport.send({ url: server.url, idleTimeoutMs: 1_000 });
    const failure = response.text().catch((error: unknown) => error);
    const arrived = vi.spyOn(CallWatch.prototype, "activity");
    for (const text of ["2", "3", "4"]) {
      vi.advanceTimersByTime(999);
      const before = arrived.mock.calls.length;
      await send?.(text);
      while (arrived.mock.calls.length === before) await new Promise((resolve) => setImmediate(resolve));
    }
    vi.advanceTimersByTime(1_000);
    expect(await failure).toMatchObject({
      code: "ERR_HTTP_TIMEOUT",
      message: expect.stringContaining("idleTimeoutMs"),
    });
  });

  test("leaves no timer behind, however a call ends", async () => {
    const limits = { timeoutMs: 61_001, firstByteTimeoutMs: 61_002, idleTimeoutMs: 61_003 };
    const set = vi.spyOn(globalThis, "setTimeout");
    const cleared = vi.spyOn(globalThis, "clearTimeout");
    await (await transport.send({ url: server.url, ...limits })).text();
    server.next({ type: "cut", reply: json({ some: "text" }), afterBytes: 2 });
    await expect((await transport.send({ url: server.url, ...limits })).text()).rejects.toThrow();
    (await transport.send({ url: server.url, ...limits })).cancel();
    for await (const _batch of (await transport.send({ url: server.url, ...limits })).batches());
    const ours = set.mock.results.filter((_result, index) => (set.mock.calls[index]?.[1] ?? 0) > 61_000);
    expect(ours.length).toBeGreaterThanOrEqual(8);
    const gone = new Set(cleared.mock.calls.map(([timer]) => timer));
    expect(ours.filter(({ value }) => !gone.has(value))).toEqual([]);
  });
});

describe("connections", () => {
  async function withServer(
    options: HttpTransportOptions,
    run: (transport: HttpTransport) => Promise<void>,
  ): Promise<void> {
    const transport = new HttpTransport(options);
    try {
      await run(transport);
    } finally {
      await transport.close();
    }
  }

  test("TLS that is never answered ends with the connect timeout", async () => {
    const sockets = new Set<{ destroy(): void }>();
    const silent = process.getBuiltinModule("node:net").createServer((socket) => {
      socket.on("error", () => {});
      sockets.add(socket);
      socket.once("data", () => vi.advanceTimersByTime(2_000));
    });
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const address = silent.address();
    const port = typeof address === "object" ? address?.port : undefined;
    await withServer({ connectTimeoutMs: 2_000 }, async (transport) => {
      await expect(transport.send({ url: `https://127.0.0.1:${port}` })).rejects.toMatchObject({
        code: "ERR_HTTP_TIMEOUT",
        retryable: true,
        message: expect.stringContaining("connectTimeoutMs"),
      });
    });
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => silent.close(resolve));
  });

  test("the connect timeout leaves no timer behind once connected", async () => {
    const server = await startTestServer(() => json({ ok: true }));
    await withServer({ connectTimeoutMs: 2_000 }, async (transport) => {
      const before = vi.getTimerCount();
      await (await transport.send({ url: server.url })).text();
      expect(vi.getTimerCount()).toBe(before);
    });
    await server.close();
  });

  test("a free one is closed after its time, one in use is not", async () => {
    let silent: TestStream | undefined;
    const server = await startTestServer(({ path }) =>
      path === "/quick"
        ? json({ ok: true })
        : {
            type: "stream",
            write: async (stream) => {
              silent = stream;
              await server.until(() => server.requests.length === 2 && server.openConnections === 1);
              await stream.send("still here");
            },
          },
    );
    await withServer({ freeSocketTimeoutMs: 20 }, async (transport) => {
      const long = await transport.send({ url: `${server.url}/silent` });
      await (await transport.send({ url: `${server.url}/quick` })).text();
      expect(await long.text()).toBe("still here");
      expect(silent?.closed).toBe(true);
    });
    await server.close();
  });
});
