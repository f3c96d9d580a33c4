import type { Server } from "node:http";
import type { Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { LOOPBACK_CERTIFICATE } from "../testing/loopback-certificate.ts";
import { json } from "../testing/test-reply.ts";
import { startTestServer, type TestServer } from "../testing/test-server.ts";
import { HttpTransport } from "./http-transport.ts";

const TRUST = { ca: LOOPBACK_CERTIFICATE.cert };

/** A proxy that opens tunnels, with what it was asked for. */
interface TestProxy {
  readonly url: string;
  readonly asked: { readonly authority: string; readonly authorization: string | undefined }[];
  /** Opens a tunnel, unless it is set to refuse with a status or to say nothing. */
  answer: "tunnel" | "silence" | number;
  /** Called when a request for a tunnel is left without an answer. */
  onSilence: () => void;
  close(): Promise<void>;
}

async function startProxy(): Promise<TestProxy> {
  const sockets = new Set<Socket>();
  const server: Server = process.getBuiltinModule("node:http").createServer();
  server.on("connection", (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const proxy: TestProxy = {
    url: `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`,
    asked: [],
    answer: "tunnel",
    onSilence: () => {},
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  server.on("connect", (request, socket) => {
    proxy.asked.push({ authority: request.url ?? "", authorization: request.headers["proxy-authorization"] });
    if (proxy.answer === "silence") {
      proxy.onSilence();
      return;
    }
    if (proxy.answer !== "tunnel") {
      socket.end(`HTTP/1.1 ${proxy.answer} No\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    const [host, port] = (request.url ?? "").split(":");
    const upstream = process.getBuiltinModule("node:net").connect(Number(port), host, () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      upstream.pipe(socket).pipe(upstream);
    });
    sockets.add(upstream);
    upstream.on("error", () => socket.destroy());
    socket.on("error", () => upstream.destroy());
    socket.on("close", () => upstream.destroy());
  });
  return proxy;
}

describe("https", () => {
  let server: TestServer;
  let proxy: TestProxy;

  beforeEach(async () => {
    server = await startTestServer(() => json({ ok: true }), { tls: LOOPBACK_CERTIFICATE });
    proxy = await startProxy();
  });

  afterEach(async () => {
    vi.useRealTimers();
    vi.unstubAllEnvs();
    await server.close();
    await proxy.close();
  });

  test("goes direct without a proxy, keeps its connection, and trusts what it is told to", async () => {
    const transport = new HttpTransport({ tls: TRUST });
    for (let index = 0; index < 3; index += 1) {
      expect(await (await transport.send({ url: server.url, body: "{}" })).text()).toBe('{"ok":true}');
    }
    expect(server.connections).toBe(1);
    await transport.close();
  });

  test("a certificate that is not trusted is an error that a retry does not mend", async () => {
    const transport = new HttpTransport();
    await expect(transport.send({ url: server.url })).rejects.toMatchObject({
      code: "ERR_HTTP_CONNECTION",
      retryable: false,
      message: expect.stringContaining("self-signed certificate"),
    });
    await transport.close();
  });

  test("goes through a tunnel, which is kept; the proxy sees the name and the user, not the request", async () => {
    const transport = new HttpTransport({ proxy: proxy.url.replace("//", "//me:pw@"), tls: TRUST });
    for (let index = 0; index < 3; index += 1) {
      expect(await (await transport.send({ url: server.url, body: "{}" })).text()).toBe('{"ok":true}');
    }
    expect(proxy.asked).toEqual([
      { authority: `127.0.0.1:${server.port}`, authorization: `Basic ${Buffer.from("me:pw").toString("base64")}` },
    ]);
    expect(server.connections).toBe(1);
    expect(server.requests[0]?.headers["proxy-authorization"]).toBeUndefined();
    await transport.close();
    await server.until(() => server.openConnections === 0);
  });

  test("checks the certificate behind the tunnel", async () => {
    const transport = new HttpTransport({ proxy: proxy.url });
    await expect(transport.send({ url: server.url })).rejects.toMatchObject({
      code: "ERR_HTTP_CONNECTION",
      retryable: false,
    });
    expect(server.requests).toHaveLength(0);
    await transport.close();
  });

  test.each([
    [407, false],
    [403, false],
    [502, true],
  ])("a tunnel refused with %d", async (status, retryable) => {
    proxy.answer = status;
    const transport = new HttpTransport({ proxy: proxy.url, tls: TRUST });
    await expect(transport.send({ url: server.url })).rejects.toMatchObject({
      code: "ERR_HTTP_CONNECTION",
      retryable,
      message: expect.stringContaining(`status ${status}`),
    });
    await transport.close();
  });

  test("a proxy that is not there", async () => {
    await proxy.close();
    const transport = new HttpTransport({ proxy: proxy.url, tls: TRUST });
    await expect(transport.send({ url: server.url })).rejects.toMatchObject({
      code: "ERR_HTTP_CONNECTION",
      retryable: true,
    });
    await transport.close();
  });

  test("a proxy that says nothing ends with the connect timeout", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    proxy.answer = "silence";
    proxy.onSilence = () => vi.advanceTimersByTime(60_000);
    const transport = new HttpTransport({ proxy: proxy.url, tls: TRUST, connectTimeoutMs: 60_000 });
    await expect(transport.send({ url: server.url })).rejects.toMatchObject({ code: "ERR_HTTP_TIMEOUT" });
    await transport.close();
  });

  test("an abort and a close while the tunnel is made", async () => {
    proxy.answer = "silence";
    const transport = new HttpTransport({ proxy: proxy.url, tls: TRUST });
    const controller = new AbortController();
    const first = transport.send({ url: server.url, signal: controller.signal }).catch((error: unknown) => error);
    const second = transport.send({ url: server.url }).catch((error: unknown) => error);
    controller.abort();
    expect(await first).toMatchObject({ code: "ERR_ABORTED" });
    await transport.close();
    expect(await second).toMatchObject({ code: "ERR_ABORTED" });
  });

  test("the environment is read once, at construction", async () => {
    proxy.answer = 502;
    vi.stubEnv("https_proxy", proxy.url);
    vi.stubEnv("no_proxy", "example.net");
    const transport = new HttpTransport({ tls: TRUST });
    const off = new HttpTransport({ tls: TRUST, proxy: false });
    vi.unstubAllEnvs();
    await expect(transport.send({ url: "https://models.example.org/v1" })).rejects.toThrow("status 502");
    expect(proxy.asked.map(({ authority }) => authority)).toEqual(["models.example.org:443"]);
    expect(await (await off.send({ url: server.url })).text()).toBe('{"ok":true}');
    // The environment's proxy is not asked for what is on this machine.
    expect(await (await transport.send({ url: server.url })).text()).toBe('{"ok":true}');
    expect(proxy.asked).toHaveLength(1);
    await transport.close();
    await off.close();
  });
});

test("http through a proxy sends it the whole address, without a tunnel", async () => {
  const proxy = await startTestServer(() => json({ from: "proxy" }));
  const transport = new HttpTransport({ proxy: proxy.url.replace("//", "//me:pw@") });
  const response = await transport.send({ url: "http://models.example.org:8080/v1/chat?x=1", body: "{}" });
  expect(await response.text()).toBe('{"from":"proxy"}');
  expect(proxy.requests[0]).toMatchObject({ method: "POST", path: "http://models.example.org:8080/v1/chat?x=1" });
  expect(proxy.requests[0]?.headers).toMatchObject({
    host: "models.example.org:8080",
    "proxy-authorization": `Basic ${Buffer.from("me:pw").toString("base64")}`,
  });
  await transport.close();
  await proxy.close();
});
