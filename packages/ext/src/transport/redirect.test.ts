import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { json, type TestReply } from "../testing/test-reply.ts";
import { startTestServer, type TestServer } from "../testing/test-server.ts";
import { HttpTransport } from "./http-transport.ts";

function to(location: string, status = 307): TestReply {
  return { type: "body", status, headers: { location }, body: "moved" };
}

describe.each(["sockets", "fetch"] as const)("a redirect, over %s", (way) => {
  let server: TestServer;
  let other: TestServer;
  let transport: HttpTransport;

  beforeEach(async () => {
    server = await startTestServer(() => json({ ok: true }));
    other = await startTestServer(() => json({ stolen: true }));
    transport = new HttpTransport(way === "fetch" ? { fetch: globalThis.fetch } : {});
  });

  afterEach(async () => {
    await transport.close();
    await server.close();
    await other.close();
  });

  const request = (): Parameters<HttpTransport["send"]>[0] => ({
    url: `${server.url}/old?x=1`,
    headers: { authorization: "Bearer key" },
    body: '{"a":1}',
  });

  test.each([307, 308])("%d within the origin repeats method, headers and body", async (status) => {
    server.next(to("/new?y=2", status));
    const response = await transport.send(request());
    expect([response.status, await response.text()]).toEqual([200, '{"ok":true}']);
    expect(server.requests[1]).toMatchObject({ method: "POST", path: "/new?y=2", body: { a: 1 } });
    expect(server.requests[1]?.headers["authorization"]).toBe("Bearer key");
  });

  test("to another origin is handed to the caller: the key goes nowhere else", async () => {
    server.next(to(`${other.url}/steal`));
    const response = await transport.send(request());
    expect(response.status).toBe(307);
    expect(response.headers["location"]).toBe(`${other.url}/steal`);
    expect(await response.text()).toBe("moved");
    expect(other.requests).toHaveLength(0);
  });

  test.each([301, 302, 303])("%d is handed to the caller: it would turn the POST into a GET", async (status) => {
    server.next(to("/new", status));
    const response = await transport.send(request());
    expect(response.status).toBe(status);
    response.cancel();
    expect(server.requests).toHaveLength(1);
  });

  test.each(["http://", "http://me:pw@127.0.0.1/", "javascript:alert(1)"])(
    "to %j is handed to the caller",
    async (location) => {
      server.next(to(location));
      const response = await transport.send(request());
      expect(response.status).toBe(307);
      response.cancel();
    },
  );

  test("that goes in circles ends with the redirect itself", async () => {
    server.next(...Array.from({ length: 20 }, () => to("/old?x=1")));
    const response = await transport.send(request());
    expect(response.status).toBe(307);
    response.cancel();
    expect(server.requests).toHaveLength(6);
  });
});
