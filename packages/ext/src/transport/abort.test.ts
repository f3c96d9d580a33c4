import { getEventListeners } from "node:events";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { events, json, type TestStream } from "../testing/test-reply.ts";
import { startTestServer, type TestServer } from "../testing/test-server.ts";
import { HttpTransport } from "./http-transport.ts";
import type { HttpRequest } from "./types.ts";

const ABORTED = { code: "ERR_ABORTED", name: "AbortError" };

describe.each(["sockets", "fetch"] as const)("an abort, over %s", (way) => {
  let server: TestServer;
  let transport: HttpTransport;
  let controller: AbortController;

  beforeEach(async () => {
    server = await startTestServer(() => json({ ok: true }));
    transport = new HttpTransport(way === "fetch" ? { fetch: globalThis.fetch } : {});
    controller = new AbortController();
  });

  afterEach(async () => {
    expect(getEventListeners(controller.signal, "abort")).toHaveLength(0);
    await transport.close();
    await server.close();
  });

  const request = (extra: Partial<HttpRequest> = {}): HttpRequest => ({
    url: server.url,
    body: "{}",
    signal: controller.signal,
    ...extra,
  });

  /** A stream that goes on for as long as the client stays. */
  function endless(): { opened: Promise<TestStream> } {
    let open = (_stream: TestStream): void => {};
    const opened = new Promise<TestStream>((resolve) => {
      open = resolve;
    });
    server.next({
      type: "stream",
      write: async (stream) => {
        await stream.event("first");
        open(stream);
        await stream.whenClosed;
      },
    });
    return { opened };
  }

  test("before the call: nothing is sent", async () => {
    controller.abort(new Error("no more"));
    await expect(transport.send(request())).rejects.toMatchObject({ ...ABORTED, cause: { message: "no more" } });
    expect(server.connections).toBe(0);
  });

  test("before an answer: rejects and destroys the connection", async () => {
    server.next({ type: "stall" });
    const failure = transport.send(request()).catch((error: unknown) => error);
    await server.until(() => server.requests.length === 1);
    controller.abort();
    expect(await failure).toMatchObject(ABORTED);
    await server.until(() => server.openConnections === 0);
  });

  test("in the same tick as the call", async () => {
    const failure = transport.send(request()).catch((error: unknown) => error);
    controller.abort();
    expect(await failure).toMatchObject(ABORTED);
    await server.until(() => server.openConnections === 0);
  });

  test("while text() waits", async () => {
    server.next({ type: "stall", reply: json({ long: "answer" }), afterBytes: 4 });
    const response = await transport.send(request());
    const failure = response.text().catch((error: unknown) => error);
    controller.abort();
    expect(await failure).toMatchObject(ABORTED);
    await server.until(() => server.openConnections === 0);
  });

  test("while next() waits: it rejects, then the iterator is at its end, and the server sees the client go", async () => {
    const { opened } = endless();
    const response = await transport.send(request());
    const iterator = response.batches();
    expect((await iterator.next()).done).toBe(false);
    const failure = iterator.next().catch((error: unknown) => error);
    controller.abort();
    expect(await failure).toMatchObject(ABORTED);
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    await (
      await opened
    ).whenClosed;
  });

  test("between two next(): what is queued is dropped", async () => {
    const { opened } = endless();
    const response = await transport.send(request());
    await opened;
    controller.abort();
    await expect(response.batches().next()).rejects.toMatchObject(ABORTED);
  });

  test("after all has arrived but before it is handed over", async () => {
    server.next({ ...events(["one", "two"]), chunkBytes: 3 });
    const response = await transport.send(request());
    const iterator = response.chunks[Symbol.asyncIterator]();
    await iterator.next();
    // The server is done with the answer before the next one is.
    const other = await transport.send({ url: server.url });
    await other.text();
    controller.abort();
    const rest = async (): Promise<void> => {
      while ((await iterator.next()).done !== true);
    };
    await expect(rest()).rejects.toMatchObject(ABORTED);
  });

  test("cancel() by the reader drops the connection, and reading on is an error", async () => {
    const { opened } = endless();
    const response = await transport.send(request());
    response.cancel();
    response.cancel();
    await (
      await opened
    ).whenClosed;
    await expect(response.text()).rejects.toMatchObject({ code: "ERR_INVALID_STATE" });
  });

  test("cancel() while next() waits rejects it", async () => {
    const { opened } = endless();
    const response = await transport.send(request());
    const iterator = response.batches();
    await iterator.next();
    const failure = iterator.next().catch((error: unknown) => error);
    response.cancel();
    expect(await failure).toMatchObject(ABORTED);
    await (
      await opened
    ).whenClosed;
  });

  test("leaving the loop early drops the connection", async () => {
    const { opened } = endless();
    const response = await transport.send(request());
    for await (const chunk of response.chunks) {
      expect(Buffer.from(chunk).toString()).toBe("data: first\n\n");
      break;
    }
    await (
      await opened
    ).whenClosed;
  });

  test("a signal that outlives many calls gathers no listeners, however they end", async () => {
    await (await transport.send(request())).text();
    server.next(json({ error: 1 }, { status: 500 }));
    await (await transport.send(request())).text();
    server.next(events(["a", "b"]));
    for await (const _chunk of (await transport.send(request())).chunks);
    server.next({ type: "cut", reply: json({ some: "text" }), afterBytes: 3 });
    await expect((await transport.send(request())).text()).rejects.toMatchObject({ code: "ERR_HTTP_CUT" });
    (await transport.send(request())).cancel();
    // The last one that the server may see: on a busy machine it is given up before it gets there.
    server.next({ type: "stall" });
    await expect(transport.send(request({ firstByteTimeoutMs: 5 }))).rejects.toMatchObject({
      code: "ERR_HTTP_TIMEOUT",
    });
    await expect(transport.send(request({ url: "nonsense" }))).rejects.toMatchObject({ code: "ERR_INVALID_ARGUMENT" });
    await expect(transport.send(request({ headers: { "a b": "c" } }))).rejects.toThrow();
    // The hook above looks at the listeners.
  });

  test("hundreds of calls may share a signal without a warning", async () => {
    const warnings: Error[] = [];
    const note = (warning: Error): void => void warnings.push(warning);
    process.on("warning", note);
    await Promise.all(Array.from({ length: 50 }, async () => (await transport.send(request())).text()));
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", note);
    expect(warnings).toEqual([]);
  });
});
