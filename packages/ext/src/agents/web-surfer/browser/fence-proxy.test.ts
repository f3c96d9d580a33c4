import { once } from "node:events";
import { request, type IncomingMessage } from "node:http";
import { createServer, connect, type AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { describe, expect, onTestFinished, test } from "vitest";
import { startSite } from "../../../../test/web-surfer/browser.ts";
import { AddressFence, type FenceOptions } from "./address-fence.ts";
import { FenceProxy } from "./fence-proxy.ts";

async function started(options: FenceOptions): Promise<FenceProxy> {
  const proxy = await FenceProxy.start(new AddressFence(options));
  onTestFinished(() => proxy.close());
  return proxy;
}

async function get(
  proxy: FenceProxy,
  url: string,
): Promise<{ readonly status: number | undefined; readonly body: string }> {
  const asking = request(proxy.url, { path: url, headers: { host: new URL(url).host, "x-mine": "1" } });
  asking.end();
  const [response] = (await once(asking, "response")) as [IncomingMessage];
  return { status: response.statusCode, body: await text(response) };
}

/** What a proxy answers to CONNECT, and what comes after it. */
async function tunnel(proxy: FenceProxy, target: string, say: string): Promise<string> {
  const { port } = new URL(proxy.url);
  const socket = connect(Number(port), "127.0.0.1");
  socket.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n${say}`);
  return text(socket);
}

describe("the proxy of a fence", () => {
  test("passes on what is allowed, with its headers, and sends the rest back with the reason", async () => {
    const { url, asked } = await startSite({
      "/page": (incoming, response) => response.end(`${incoming.headers["x-mine"]} ${incoming.headers.host}`),
    });
    const { host } = new URL(url);
    const proxy = await started({ allowedHosts: [host] });
    expect(await get(proxy, `${url}/page?a=1`)).toEqual({ status: 200, body: `1 ${host}` });
    expect(asked).toEqual(["/page?a=1"]);
    const refused = await get(proxy, "http://127.0.0.1:1/");
    expect(refused).toEqual({ status: 403, body: "The host 127.0.0.1 is not among the allowed ones." });
  });

  test("keeps out of this machine", async () => {
    const { url, asked } = await startSite({ "/": "secret" });
    const proxy = await started({});
    expect((await get(proxy, url)).status).toBe(403);
    expect((await get(proxy, url.replace("127.0.0.1", "localhost"))).status).toBe(403);
    expect(await tunnel(proxy, new URL(url).host, "GET / HTTP/1.0\r\n\r\n")).toMatch(/^HTTP\/1\.1 403/);
    expect(asked).toEqual([]);
  });

  test("is a tunnel for what is allowed, and closes both ends together", async () => {
    const echo = createServer((socket) => socket.end("hello from inside"));
    echo.listen(0, "127.0.0.1");
    await once(echo, "listening");
    onTestFinished(() => void echo.close());
    const target = `127.0.0.1:${(echo.address() as AddressInfo).port}`;
    const proxy = await started({ allowedHosts: [target] });
    expect(await tunnel(proxy, target, "")).toBe("HTTP/1.1 200 Connection Established\r\n\r\nhello from inside");
  });

  test("says that a server cannot be reached, and is no server itself", async () => {
    const proxy = await started({ allowedHosts: ["127.0.0.1"] });
    expect((await get(proxy, "http://127.0.0.1:9/")).status).toBe(502);
    const asking = request(proxy.url);
    asking.end();
    const [response] = (await once(asking, "response")) as [IncomingMessage];
    response.resume();
    expect(response.statusCode).toBe(400);
  });

  test("ends with what goes through it", async () => {
    const silent = createServer(() => undefined);
    silent.listen(0, "127.0.0.1");
    await once(silent, "listening");
    onTestFinished(() => void silent.close());
    const target = `127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const proxy = await FenceProxy.start(new AddressFence({ allowedHosts: [target] }));
    const going = tunnel(proxy, target, "");
    await once(silent, "connection");
    await proxy.close();
    await going.catch(() => undefined);
  });
});
