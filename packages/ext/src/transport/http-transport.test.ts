import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { json } from "../testing/test-reply.ts";
import { startTestServer, type TestServer } from "../testing/test-server.ts";
import { HttpTransport } from "./http-transport.ts";

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

describe("a request", () => {
  test("goes out with its method, path, headers and body, and brings status, headers and text", async () => {
    server.next({
      type: "body",
      status: 201,
      headers: { "X-Request-Id": "req_1", "set-cookie": "a=1" },
      body: { greeting: "grüße 🌍" },
    });
    const response = await transport.send({
      method: "PUT",
      url: `${server.url}/v1/things?limit=2`,
      headers: { "Content-Type": "application/json", Authorization: "Bearer key" },
      body: JSON.stringify({ name: "Ünal 🌍" }),
    });
    expect(response.status).toBe(201);
    expect(response.headers["content-type"]).toBe("application/json");
    expect(response.headers["set-cookie"]).toBe("a=1");
    expect(response.requestId).toBe("req_1");
    expect(JSON.parse(await response.text())).toEqual({ greeting: "grüße 🌍" });
    const [request] = server.requests;
    expect(request).toMatchObject({ method: "PUT", path: "/v1/things?limit=2", body: { name: "Ünal 🌍" } });
    expect(request?.headers).toMatchObject({
      authorization: "Bearer key",
      "content-type": "application/json",
      "content-length": String(request?.rawBody.byteLength),
      "accept-encoding": "gzip, deflate, br",
      connection: "keep-alive",
      host: `127.0.0.1:${server.port}`,
    });
  });

  test("without a body is a GET and has no length; a POST without a body says that its length is 0", async () => {
    await (await transport.send({ url: server.url })).text();
    await (await transport.send({ url: server.url, method: "POST" })).text();
    expect(server.requests.map(({ method, path }) => [method, path])).toEqual([
      ["GET", "/"],
      ["POST", "/"],
    ]);
    expect(server.requests[0]?.headers["content-length"]).toBeUndefined();
    expect(server.requests[1]?.headers).toMatchObject({ "content-length": "0" });
    expect(server.requests[1]?.headers["transfer-encoding"]).toBeUndefined();
  });

  test("sends bytes as they are", async () => {
    const body = Uint8Array.from({ length: 300_000 }, (_, index) => index % 256);
    await (await transport.send({ url: server.url, body })).text();
    expect(Buffer.compare(server.requests[0]?.rawBody ?? Buffer.alloc(0), body)).toBe(0);
  });

  test("leaves framing headers to the transport and lets the caller choose the encoding", async () => {
    const headers = { "Content-Length": "7", Host: "evil", Connection: "close", "Accept-Encoding": "identity" };
    await (await transport.send({ url: server.url, headers, body: "text" })).text();
    expect(server.requests[0]?.headers).toEqual({
      "accept-encoding": "identity",
      "content-length": "4",
      connection: "keep-alive",
      host: `127.0.0.1:${server.port}`,
    });
  });

  test("resolves for every status; the body of an error can be read", async () => {
    for (const status of [304, 400, 429, 500, 529]) {
      server.next({ type: "body", status, body: status === 304 ? undefined : { error: status } });
      const response = await transport.send({ url: server.url, body: "{}" });
      expect(response.status).toBe(status);
      expect(await response.text()).toBe(status === 304 ? "" : JSON.stringify({ error: status }));
    }
    expect(server.connections).toBe(1);
  });

  test("HEAD and 204 have an empty body", async () => {
    const head = await transport.send({ url: server.url, method: "HEAD" });
    expect(await head.text()).toBe("");
    server.next({ type: "body", status: 204 });
    expect(await (await transport.send({ url: server.url })).text()).toBe("");
    expect(server.connections).toBe(1);
  });
});

describe("what cannot be sent", () => {
  test.each(["", "/v1", "ftp://host/", "http://", "nonsense"])("the address %j is refused", async (url) => {
    await expect(transport.send({ url })).rejects.toMatchObject({ code: "ERR_INVALID_ARGUMENT" });
  });

  test("user and password in the address are refused and not repeated", async () => {
    const sent = transport.send({ url: "http://me:secret@127.0.0.1/" });
    await expect(sent).rejects.toMatchObject({ code: "ERR_INVALID_ARGUMENT" });
    await expect(sent).rejects.not.toThrow("secret");
  });

  test("a header with a line end is refused; its value is not repeated", async () => {
    const sent = transport.send({ url: server.url, headers: { "x-key": "secret\r\nx-evil: 1" } });
    await expect(sent).rejects.toMatchObject({
      code: "ERR_INVALID_ARGUMENT",
      message: expect.stringContaining("x-key"),
    });
    await expect(sent).rejects.not.toThrow("secret");
    expect(server.requests).toHaveLength(0);
  });

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31])("the timeout %d is refused", async (timeoutMs) => {
    await expect(transport.send({ url: server.url, timeoutMs })).rejects.toThrow("timeoutMs");
  });

  test.each([{ maxBodyBytes: 0 }, { maxBodyBytes: Number.NaN }, { connectTimeoutMs: -1 }, { freeSocketTimeoutMs: 0 }])(
    "the options %j are refused",
    (options) => {
      expect(() => new HttpTransport(options)).toThrow(Object.keys(options)[0]);
    },
  );

  test("nothing goes out of a closed transport, and closing twice is fine", async () => {
    await transport.close();
    await transport.close();
    await expect(transport.send({ url: server.url })).rejects.toMatchObject({ code: "ERR_INVALID_STATE" });
  });
});

describe("connections", () => {
  test("one after the other shares one connection", async () => {
    for (let index = 0; index < 10; index += 1) await (await transport.send({ url: server.url, body: "{}" })).text();
    expect(server.connections).toBe(1);
    expect(server.requests).toHaveLength(10);
  });

  test("many at once each get their own, and keep it", async () => {
    const one = async (): Promise<string> => (await transport.send({ url: server.url, body: "{}" })).text();
    const answers = await Promise.all(Array.from({ length: 100 }, one));
    expect(new Set(answers)).toEqual(new Set(['{"ok":true}']));
    expect(server.connections).toBe(100);
    await Promise.all(Array.from({ length: 100 }, one));
    expect(server.connections).toBe(100);
  });

  test("the one used last is used first", async () => {
    const [first, second] = await Promise.all([
      transport.send({ url: `${server.url}/a` }),
      transport.send({ url: `${server.url}/b` }),
    ]);
    await first.text();
    await second.text();
    const last = server.requests.find(({ path }) => path === "/b")?.connection;
    await (await transport.send({ url: `${server.url}/c` })).text();
    expect(server.requests[2]?.connection).toBe(last);
  });

  test("each transport has its own", async () => {
    const other = new HttpTransport();
    await (await transport.send({ url: server.url })).text();
    await (await other.send({ url: server.url })).text();
    expect(server.connections).toBe(2);
    await other.close();
    await server.until(() => server.openConnections === 1);
  });

  test("closing breaks calls in flight as cancelled", async () => {
    server.next({ type: "stall" }, { type: "stall", reply: json({ long: "answer" }), afterBytes: 3 });
    const pending = transport.send({ url: server.url });
    await server.until(() => server.requests.length === 1);
    const half = await transport.send({ url: server.url });
    const failures = Promise.allSettled([pending, half.text()]);
    await transport.close();
    const aborted = { status: "rejected", reason: expect.objectContaining({ code: "ERR_ABORTED" }) };
    expect(await failures).toEqual([aborted, aborted]);
    await server.until(() => server.openConnections === 0);
  });

  test("a free one does not keep the process alive", async () => {
    const program = `
      import { HttpTransport } from ${JSON.stringify(new URL("http-transport.ts", import.meta.url).href)};
      const response = await new HttpTransport().send({ url: ${JSON.stringify(server.url)} });
      console.log(await response.text());`;
    const execFile = promisify(process.getBuiltinModule("node:child_process").execFile);
    const flags = ["--conditions=source", "--no-warnings", "--input-type=module", "--eval", program];
    const { stdout, stderr } = await execFile(process.execPath, flags, { timeout: 50_000 });
    expect([stdout, stderr]).toEqual(['{"ok":true}\n', ""]);
  });
});
