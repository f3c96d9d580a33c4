import { createServer as createSecureServer } from "node:https";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { afterEach, describe, expect, test } from "vitest";
import { LOOPBACK_CERTIFICATE } from "../../test/gateway/loopback-certificate.ts";
import { ConnectionPool } from "./connection-pool.ts";
import type { AnswerHead, Connection, RequestToSend } from "@tesserae/wire/http1";

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A server that does with each connection what the test says. */
async function serve(onConnection: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    onConnection(socket);
  });
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
  });
  return await listening(server);
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

function poolFor(port: number, isSecure = false): ConnectionPool {
  const pool = new ConnectionPool({
    isSecure,
    hostname: isSecure ? "localhost" : "127.0.0.1",
    port,
    host: `localhost:${port}`,
    connectTimeoutMs: 5000,
    lookup: undefined,
  });
  closing.push(() => pool.close());
  return pool;
}

interface Answer {
  readonly connection: Connection;
  readonly head: AnswerHead | undefined;
  readonly body: string;
  readonly error: NodeJS.ErrnoException | undefined;
}

const REQUEST: RequestToSend = { method: "POST", path: "/x", headers: ["a", "b"], body: Buffer.from("hé") };

/** Sends a request; resolves with what came of it. */
function ask(pool: ConnectionPool, request: RequestToSend = REQUEST): Promise<Answer> {
  return new Promise((resolve) => {
    let head: AnswerHead | undefined;
    let body = "";
    const over = (error?: NodeJS.ErrnoException): void => resolve({ connection, head, body, error });
    const connection = pool.send(request, {
      onHead: (found) => (head = found),
      onBytes: (bytes, start, end) => (body += bytes.toString("latin1", start, end)),
      onReadEnd: () => {},
      onWhole: () => over(),
      onBroken: over,
    });
  });
}

/** Answers every request with the same bytes. */
const answering =
  (text: string, seen: string[] = []) =>
  (socket: Socket): void => {
    socket.on("data", (bytes) => {
      seen.push(bytes.toString("latin1"));
      socket.write(text);
    });
  };
const OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

test("a request is written as it is, with what HTTP wants; small and large ones alike", async () => {
  let text = "";
  const port = await serve((socket) => {
    socket.on("data", (bytes) => {
      text += bytes.toString("latin1");
      if (text.endsWith("!")) socket.write(OK);
    });
  });
  const pool = poolFor(port);
  for (const size of [1, 100_000]) {
    text = "";
    const body = Buffer.from(`${"é".repeat(size)}!`);
    expect(await ask(pool, { ...REQUEST, body })).toMatchObject({ body: "ok", error: undefined });
    const head = `POST /x HTTP/1.1\r\nhost: localhost:${port}\r\na: b\r\ncontent-length: ${body.length}\r\nconnection: keep-alive\r\n\r\n`;
    expect(text).toBe(head + body.toString("latin1"));
  }
});

test.each([
  [{ headers: ["a", "b\r\nforged: 1"] }],
  [{ headers: ["a", "b\u0000"] }],
  [{ path: "/x y" }],
  [{ path: "/x\r\nforged: 1" }],
])("%j is not written at all", async (more) => {
  const pool = poolFor(await serve(() => {}));
  await expect(ask(pool, { ...REQUEST, ...more })).rejects.toThrow(/characters/);
});

describe("a connection", () => {
  test("serves one request after the other, the last used one first", async () => {
    let connections = 0;
    const port = await serve((socket) => {
      connections += 1;
      answering(OK)(socket);
    });
    const pool = poolFor(port);
    const both = await Promise.all([ask(pool), ask(pool)]);
    expect(connections).toBe(2);
    const third = await ask(pool);
    expect(third.connection).toBe(both[1]?.connection);
    expect([third.connection.isReused, connections]).toEqual([true, 2]);
  });

  test.each([
    ["says that it closes", "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok"],
    ["was used up by an old version", "HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nok"],
    ["may lie idle for a moment only", "HTTP/1.1 200 OK\r\nkeep-alive: timeout=1\r\ncontent-length: 2\r\n\r\nok"],
    ["sent more than its answer", `${OK}HTTP/1.1 200 OK\r\n`],
  ])("that %s is not used again", async (_, text) => {
    const pool = poolFor(await serve(answering(text)));
    const first = await ask(pool);
    const second = await ask(pool);
    expect([first.body, second.body]).toEqual(["ok", "ok"]);
    expect(second.connection).not.toBe(first.connection);
  });

  test("over which something comes that nobody asked for is not used again", async () => {
    const sockets: Socket[] = [];
    const port = await serve((socket) => {
      sockets.push(socket);
      answering(OK)(socket);
    });
    const pool = poolFor(port);
    await ask(pool);
    const closed = new Promise((resolve) => sockets[0]?.once("close", resolve));
    sockets[0]?.write(OK);
    await closed;
    expect(await ask(pool)).toMatchObject({ body: "ok", error: undefined });
    expect(sockets).toHaveLength(2);
  });

  test("that ends ends a body whose length nobody said, and breaks off every other", async () => {
    const answer = async (text: string): Promise<Answer> =>
      await ask(poolFor(await serve((socket) => socket.once("data", () => socket.end(text)))));
    expect(await answer("HTTP/1.1 200 OK\r\n\r\nall")).toMatchObject({ body: "all", error: undefined });
    expect(await answer("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nall")).toMatchObject({
      error: { code: "ECONNRESET" },
    });
    expect(await answer("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nall\r\n")).toMatchObject({
      body: "all",
      error: { code: "ECONNRESET" },
    });
    expect(await answer("")).toMatchObject({ head: undefined, error: { code: "ECONNRESET" } });
  });

  test("over which no HTTP comes is broken off", async () => {
    expect(await ask(poolFor(await serve(answering("SSH-2.0-x\r\n\r\n"))))).toMatchObject({
      error: { code: "EPROTO" },
    });
  });
});

test("what is over is not kept when the upstream is no longer wanted", async () => {
  const pool = poolFor(await serve(answering(OK)));
  const first = await ask(pool);
  pool.retire();
  const second = await ask(pool);
  const third = await ask(pool);
  expect(new Set([first.connection, second.connection, third.connection]).size).toBe(3);
});

describe("a secure upstream", () => {
  const secureServer = async (): Promise<number> =>
    await listening(createSecureServer(LOOPBACK_CERTIFICATE, (_, response) => response.end("ok")));

  test("whose certificate nobody vouches for hears nothing", async () => {
    expect(await ask(poolFor(await secureServer(), true))).toMatchObject({
      head: undefined,
      error: { code: "DEPTH_ZERO_SELF_SIGNED_CERT" },
    });
  });

  test("that is trusted is asked over one connection, large requests too", async () => {
    const before = getCACertificates("default");
    setDefaultCACertificates([...before, LOOPBACK_CERTIFICATE.cert]);
    try {
      const pool = poolFor(await secureServer(), true);
      const large = { ...REQUEST, body: Buffer.alloc(200_000, "x") };
      const answers = [await ask(pool), await ask(pool, large), await ask(pool)];
      expect(answers.map(({ head, body }) => [head?.status, body])).toEqual([1, 2, 3].map(() => [200, "ok"]));
      expect(new Set(answers.map(({ connection }) => connection)).size).toBe(1);
    } finally {
      setDefaultCACertificates(before);
    }
  });
});
