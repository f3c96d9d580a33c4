import { createServer, type RequestListener, type Server } from "node:http";
import { RuntimeError } from "@tesserae/core";
import { afterEach, expect, test } from "vitest";
import { DockerEngine, EngineError } from "./engine-client.ts";

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function engineThat(handler: RequestListener): Promise<DockerEngine> {
  const server = createServer(handler);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return new DockerEngine({ type: "tcp", host: "127.0.0.1", port, tls: false });
}

test("a refusal is an error with the engine's words and status", async () => {
  const engine = await engineThat((_, response) => response.writeHead(409).end('{"message":"in use"}'));
  const refused = await engine.call("GET", "/x").catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(EngineError);
  expect(refused).toMatchObject({ status: 409, message: "in use" });
});

test.each<[string, RequestListener]>([
  ["hangs up", (request) => request.socket.destroy()],
  [
    "breaks off",
    (_, response) => response.writeHead(200, { "content-length": 9 }).write("{", () => response.destroy()),
  ],
  ["says what is no JSON", (_, response) => response.end("<html>")],
])("one that %s is a RuntimeError that names its address", async (_, handler) => {
  const engine = await engineThat(handler);
  await expect(engine.call("GET", "/x")).rejects.toThrow(RuntimeError);
  await expect(engine.call("GET", "/x")).rejects.toThrow(/The container engine at 127\.0\.0\.1:\d+ does not answer/);
});

test("queries and bodies are written as the engine reads them", async () => {
  const seen: string[] = [];
  const engine = await engineThat((request, response) => {
    seen.push(`${request.method} ${request.url} ${request.headers["content-type"]}`);
    request.on("data", (chunk) => seen.push(String(chunk))).on("end", () => response.end());
  });
  expect(await engine.call("POST", "/x", { query: { a: "1 & 2" }, body: { ä: 1 } })).toBeUndefined();
  expect(seen).toEqual(["POST /x?a=1+%26+2 application/json", '{"ä":1}']);
});
