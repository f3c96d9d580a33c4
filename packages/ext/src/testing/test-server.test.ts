import { connect } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { events, json } from "./test-reply.ts";
import { startTestServer, type TestServer } from "./test-server.ts";

let server: TestServer;

beforeEach(async () => {
  server = await startTestServer((request) => json({ path: request.path }));
});

afterEach(async () => {
  await server.close();
});

/** All bytes that the server sends on one connection, and whether it was reset. */
function exchange(
  request = "POST /a HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}",
): Promise<{
  text: string;
  reset: boolean;
}> {
  return new Promise((resolve) => {
    const socket = connect(server.port, "127.0.0.1");
    let text = "";
    let reset = false;
    socket.setEncoding("utf8");
    socket.on("data", (chunk: string) => (text += chunk));
    socket.on("error", () => (reset = true));
    socket.on("close", () => resolve({ text, reset }));
    socket.write(request);
  });
}

const bodyOf = (text: string): string => text.slice(text.indexOf("\r\n\r\n") + 4);

describe("a test server", () => {
  test("logs requests, with JSON parsed and other text as it is", async () => {
    await fetch(`${server.url}/a?b=1`, {
      method: "POST",
      body: JSON.stringify({ a: [1] }),
      headers: { "X-Name": "value" },
    });
    await fetch(`${server.url}/b`, { method: "PUT", body: "no json" });
    await fetch(`${server.url}/c`);
    expect(server.requests.map(({ method, path, body }) => [method, path, body])).toEqual([
      ["POST", "/a?b=1", { a: [1] }],
      ["PUT", "/b", "no json"],
      ["GET", "/c", undefined],
    ]);
    expect(server.requests[0]?.headers["x-name"]).toBe("value");
    expect(Buffer.from(server.requests[0]?.rawBody ?? []).toString()).toBe('{"a":[1]}');
  });

  test("answers by the handler, after the planned replies", async () => {
    server.next(json("planned", { status: 418, headers: { "x-planned": "yes" } }));
    const planned = await fetch(`${server.url}/a`);
    expect([planned.status, planned.headers.get("x-planned"), await planned.text()]).toEqual([418, "yes", "planned"]);
    expect(await (await fetch(`${server.url}/a`)).json()).toEqual({ path: "/a" });
  });

  test("answers 500 for what the handler throws, and without a handler", async () => {
    const failing = await startTestServer(() => Promise.reject(new Error("my mistake")));
    const none = await startTestServer();
    const first = await fetch(failing.url);
    expect([first.status, await first.text()]).toEqual([500, "The handler failed: Error: my mistake"]);
    expect((await fetch(none.url)).status).toBe(500);
    await failing.close();
    await none.close();
  });

  test("sends events as a provider does, split anywhere", async () => {
    const list = ["plain", { event: "delta", id: "7", data: { text: "ü\nb" } }, { data: "two\nlines" }];
    const expected = 'data: plain\n\nevent: delta\nid: 7\ndata: {"text":"ü\\nb"}\n\ndata: two\ndata: lines\n\n';
    server.next(events(list), { ...events(list), chunkBytes: 1 });
    for (let index = 0; index < 2; index += 1) {
      const response = await fetch(server.url);
      expect(response.headers.get("content-type")).toBe("text/event-stream");
      expect(await response.text()).toBe(expected);
    }
  });

  test("lets a test write a stream at its own pace, and tells it when the client goes", async () => {
    let gone = false;
    server.next({
      type: "stream",
      write: async (stream) => {
        await stream.event("one");
        await stream.whenClosed;
        gone = stream.closed;
      },
    });
    const controller = new AbortController();
    const response = await fetch(server.url, { signal: controller.signal });
    const reader = response.body?.getReader();
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe("data: one\n\n");
    controller.abort();
    await server.until(() => gone);
  });
});

describe("faults", () => {
  test("a reset before the headers sends nothing", async () => {
    server.next({ type: "reset", when: "before-headers" });
    expect(await exchange()).toEqual({ text: "", reset: true });
  });

  test("a reset after the headers", async () => {
    server.next({ type: "reset", when: "after-headers", status: 202 });
    const { text } = await exchange();
    expect(text).toMatch(/^HTTP\/1\.1 202 /);
    expect(text).not.toContain("\r\n0\r\n");
  });

  test("a cut sends the length of the whole and a part of it", async () => {
    server.next({ type: "cut", reply: json({ a: "0123456789" }), afterBytes: 8 });
    const { text, reset } = await exchange();
    expect(text).toContain("content-length: 18");
    expect([bodyOf(text), reset]).toEqual(['{"a":"01', false]);
  });

  test("a stall sends what it should and leaves the connection open", async () => {
    server.next({ type: "stall", reply: json({ a: "0123456789" }), afterBytes: 8 }, { type: "stall" });
    const first = exchange();
    await server.until(() => server.requests.length === 1);
    const second = exchange();
    await server.until(() => server.requests.length === 2);
    expect(server.openConnections).toBe(2);
    await server.close();
    expect(bodyOf((await first).text)).toBe('{"a":"01');
    expect((await second).text).toBe("");
  });

  test("garbage is sent as it is", async () => {
    server.next({ type: "garbage", bytes: "not http" });
    expect((await exchange()).text).toBe("not http");
  });

  test("a client that goes in the middle of its request is no failure", async () => {
    const socket = connect(server.port, "127.0.0.1");
    socket.write("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nabc");
    await server.until(() => server.openConnections === 1);
    socket.destroy();
    await server.until(() => server.openConnections === 0);
    expect(server.requests).toHaveLength(0);
  });
});

describe("closing", () => {
  test("breaks what is open, frees the port, and may be repeated", async () => {
    server.next({ type: "stall" });
    const pending = fetch(server.url).catch(() => "broken");
    await server.until(() => server.requests.length === 1);
    await server.close();
    await server.close();
    expect(await pending).toBe("broken");
    expect(server.openConnections).toBe(0);
    await expect(fetch(server.url)).rejects.toThrow();
  });

  test("until() passes on what the condition throws", async () => {
    await expect(
      server.until(() => {
        throw new Error("wrong");
      }),
    ).rejects.toThrow("wrong");
  });
});
