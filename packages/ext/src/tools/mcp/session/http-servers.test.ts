import { isTesseraeError, toolResultToText } from "@tesserae/core";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  startHttpServer,
  startNewestHttpServer,
  startSseServer,
  type RunningServer,
} from "../../../../test/mcp/http-server.ts";
import "../../../../test/mcp/published-event-source.ts";
import { McpWorkbench, SseServerParams, StreamableHttpServerParams, type McpServerParams } from "../index.ts";

const KINDS: readonly (readonly [string, () => Promise<RunningServer>, (url: string) => McpServerParams])[] = [
  ["streamable HTTP", startHttpServer, (url) => StreamableHttpServerParams({ url, headers: { "x-mine": "yes" } })],
  ["server-sent events", startSseServer, (url) => SseServerParams({ url, headers: { "x-mine": "yes" } })],
];

async function started(start: () => Promise<RunningServer>): Promise<RunningServer> {
  const server = await start();
  onTestFinished(() => server.close());
  return server;
}

function workbench(serverParams: McpServerParams): McpWorkbench {
  const made = new McpWorkbench({ serverParams });
  onTestFinished(() => made.stop());
  return made;
}

describe.each(KINDS)("a server with %s", (_, start, params) => {
  test("lists and calls its tools, and is sent the headers with every request", async () => {
    const server = await started(start);
    const one = workbench(params(server.url));
    expect(await one.listTools()).toHaveLength(13);
    expect(toolResultToText(await one.callTool("echo", { text: "hello" }))).toBe("echo: hello");
    expect((await one.listPrompts()).prompts).toHaveLength(2);
    expect((await one.readResource("file:///company/users.json")).contents).toHaveLength(1);
    expect(server.requests.length).toBeGreaterThan(3);
    expect(server.requests.every(({ headers }) => headers["x-mine"] === "yes")).toBe(true);
  });

  test("is told of an abort", async () => {
    const server = await started(start);
    const one = workbench(params(server.url));
    await one.start();
    const controller = new AbortController();
    const waiting = one.callTool("wait", {}, { signal: controller.signal });
    await expect.poll(() => server.memory.calls.length).toBe(1);
    controller.abort();
    await expect(waiting).rejects.toSatisfy((error) => isTesseraeError(error, "ERR_ABORTED"));
    await expect.poll(() => server.memory.cancelled).toEqual(["wait"]);
  });

  test("that goes in the middle of a call fails it", async () => {
    const server = await start();
    const one = workbench(params(server.url));
    await one.start();
    const waiting = one.callTool("wait");
    await expect.poll(() => server.memory.calls.length).toBe(1);
    await server.close();
    expect((await waiting).isError).toBe(true);
  });

  test("that is not there rejects the first call", async () => {
    const server = await start();
    await server.close();
    const one = workbench(params(server.url));
    await expect(one.start()).rejects.toThrow(/could not be reached.*ECONNREFUSED/);
    const result = await one.callTool("get_time");
    expect(result.isError).toBe(true);
  });

  test("that forgot the session fails one call; the next begins a new one", async () => {
    const server = await started(start);
    const one = workbench(params(server.url));
    await one.callTool("get_time");
    server.forget();
    expect((await one.callTool("get_time")).isError).toBe(true);
    expect(toolResultToText(await one.callTool("get_time"))).toBe("12:00");
  });
});

describe("a session with streamable HTTP", () => {
  test.each([
    [true, ["DELETE"]],
    [false, []],
  ])("is ended at the server when terminateOnClose is %s", async (terminateOnClose, methods) => {
    const server = await started(startHttpServer);
    const one = workbench(StreamableHttpServerParams({ url: server.url, terminateOnClose }));
    await one.start();
    await one.stop();
    expect(server.requests.map(({ method }) => method).filter((method) => method === "DELETE")).toEqual(methods);
  });

  test("tells the server of what a stop cuts off", async () => {
    const server = await started(startHttpServer);
    const one = workbench(StreamableHttpServerParams({ url: server.url, terminateOnClose: false }));
    await one.start();
    const waiting = one.callTool("wait");
    await expect.poll(() => server.memory.calls.length).toBe(1);
    await one.stop();
    expect((await waiting).isError).toBe(true);
    await expect.poll(() => server.memory.cancelled).toEqual(["wait"]);
  });

  test("outlives a call for which the server was not there", async () => {
    const server = await started(startHttpServer);
    const one = workbench(StreamableHttpServerParams({ url: server.url }));
    await one.callTool("get_time");
    server.refuseNext();
    const refused = await one.callTool("get_time");
    expect(refused.isError).toBe(true);
    expect(toolResultToText(refused)).toContain("was not reached for the call of 'get_time'");
    expect(toolResultToText(await one.callTool("get_time"))).toBe("12:00");
    const ids = server.requests.flatMap(({ headers }) => headers["mcp-session-id"] ?? []);
    expect(new Set(ids).size).toBe(1);
  });
});

test("a server that speaks the protocol of 2026 alone is understood", async () => {
  const server = await started(startNewestHttpServer);
  const one = workbench(StreamableHttpServerParams({ url: server.url }));
  expect(await one.listTools()).toHaveLength(13);
  expect(one.initializeResult?.protocolVersion).toBe("2026-07-28");
  expect(toolResultToText(await one.callTool("echo", { text: "hi" }))).toBe("echo: hi");
});
