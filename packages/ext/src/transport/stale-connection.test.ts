import { afterEach, beforeEach, expect, test } from "vitest";
import { json, type TestReply } from "../testing/test-reply.ts";
import { startTestServer, type TestServer } from "../testing/test-server.ts";
import { HttpTransport } from "./http-transport.ts";

const RESET: TestReply = { type: "reset", when: "before-headers" };

let server: TestServer;
let transport: HttpTransport;

beforeEach(async () => {
  server = await startTestServer(() => json({ ok: true }));
  transport = new HttpTransport();
});

afterEach(async () => {
  await transport.close();
  await server.close();
});

async function call(path = "/"): Promise<string> {
  return (await transport.send({ url: `${server.url}${path}`, body: "{}" })).text();
}

test("a kept connection that breaks before an answer is replaced by a fresh one, once, unseen", async () => {
  await call();
  server.next(RESET);
  expect(await call("/again")).toBe('{"ok":true}');
  expect(server.requests.map(({ path, connection }) => [path, connection])).toEqual([
    ["/", 0],
    ["/again", 0],
    ["/again", 1],
  ]);
});

test("the fresh connection is really fresh, though other kept ones are free", async () => {
  await Promise.all([call(), call(), call()]);
  expect(server.connections).toBe(3);
  server.next(RESET);
  await call("/again");
  expect(server.requests.at(-1)?.connection).toBe(3);
  await server.until(() => server.openConnections === 1);
});

test("when the fresh one breaks too, that is the error", async () => {
  await call();
  server.next(RESET, RESET);
  await expect(call()).rejects.toMatchObject({ code: "ERR_HTTP_CONNECTION", retryable: true });
  expect(server.requests).toHaveLength(3);
});

test("a first connection that breaks is not tried again here", async () => {
  server.next(RESET);
  await expect(call()).rejects.toMatchObject({ code: "ERR_HTTP_CONNECTION", retryable: true });
  expect(server.requests).toHaveLength(1);
});

test("once headers came the request was read and is not sent again", async () => {
  await call();
  server.next({ type: "reset", when: "after-headers" });
  await expect(call()).rejects.toMatchObject({ code: "ERR_HTTP_CUT" });
  expect(server.requests).toHaveLength(2);
});

test("a connection that the server closed while it was free is simply not used", async () => {
  await call();
  server.closeIdle();
  await server.until(() => server.openConnections === 0);
  expect(await call()).toBe('{"ok":true}');
  expect(server.connections).toBe(2);
});

test("nothing is sent again after an abort", async () => {
  await call();
  server.next({ type: "stall" });
  const controller = new AbortController();
  const pending = transport.send({ url: server.url, body: "{}", signal: controller.signal });
  await server.until(() => server.requests.length === 2);
  controller.abort();
  await expect(pending).rejects.toMatchObject({ code: "ERR_ABORTED" });
  await server.until(() => server.openConnections === 0);
  expect(server.requests).toHaveLength(2);
});

test("what is no HTTP is malformed", async () => {
  server.next({ type: "garbage", bytes: "220 mail.example.org ESMTP\r\n" });
  await expect(call()).rejects.toMatchObject({ code: "ERR_HTTP_MALFORMED" });
});

test("a connection that is switched to another protocol fails", async () => {
  server.next({
    type: "garbage",
    bytes: "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n",
  });
  await expect(call()).rejects.toMatchObject({ code: "ERR_HTTP_MALFORMED" });
});

test("an endless head is malformed", async () => {
  server.next({ type: "garbage", bytes: `HTTP/1.1 200 OK\r\nx-long: ${"a".repeat(1_000_000)}\r\n\r\n` });
  await expect(call()).rejects.toMatchObject({ code: "ERR_HTTP_MALFORMED" });
});

test("nobody listening is a connection error that names the place and not the query", async () => {
  await server.close();
  const sent = transport.send({ url: `${server.url}/v1?key=secret` });
  await expect(sent).rejects.toMatchObject({
    code: "ERR_HTTP_CONNECTION",
    retryable: true,
    message: expect.stringContaining(`${server.url}/v1`),
  });
  await expect(sent).rejects.not.toThrow("secret");
});
