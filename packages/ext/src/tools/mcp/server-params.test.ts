import { isTesseraeError } from "@tesserae/core";
import { describe, expect, test } from "vitest";
import { McpWorkbench, SseServerParams, StdioServerParams, StreamableHttpServerParams } from "./index.ts";
import { serverLabel } from "./server-params.ts";

describe("the parameters of a server", () => {
  test("have AutoGen's defaults", () => {
    expect(StdioServerParams({ command: "npx" })).toEqual({
      type: "StdioServerParams",
      command: "npx",
      args: [],
      encoding: "utf-8",
      encodingErrorHandler: "strict",
      readTimeoutSeconds: 5,
    });
    const url = "http://127.0.0.1:8000/sse";
    expect(SseServerParams({ url })).toEqual({ type: "SseServerParams", url, timeout: 5, sseReadTimeout: 300 });
    expect(StreamableHttpServerParams({ url })).toEqual({
      type: "StreamableHttpServerParams",
      url,
      timeout: 30,
      sseReadTimeout: 300,
      terminateOnClose: true,
    });
  });

  test.each([
    ["no command", () => StdioServerParams({ command: "" }), "/command"],
    ["one argument", () => StdioServerParams({ command: "x", args: "y" as never }), "/args"],
    ["another encoding", () => StdioServerParams({ command: "x", encoding: "latin-1" }), "/encoding"],
    [
      "another handler",
      () => StdioServerParams({ command: "x", encodingErrorHandler: "?" as never }),
      "/encoding_error",
    ],
    ["a variable that is no text", () => StdioServerParams({ command: "x", env: { A: 1 as never } }), "/env"],
    ["no time", () => StdioServerParams({ command: "x", readTimeoutSeconds: 0 }), "/read_timeout_seconds"],
    ["milliseconds", () => SseServerParams({ url: "http://x", sseReadTimeout: 1e10 }), "/sse_read_timeout"],
    ["no address", () => SseServerParams({ url: "example.com" }), "/url"],
    ["an address of a file", () => StreamableHttpServerParams({ url: "file:///x" }), "/url"],
    ["a header that is no text", () => SseServerParams({ url: "http://x", headers: { a: 1 as never } }), "/headers"],
    ["something else", () => new McpWorkbench({ serverParams: { command: "x" } as never }), "must be made with"],
  ])("with %s are refused", (_, make, place) => {
    expect(make).toThrow(place);
    expect(make).toThrow(expect.toSatisfy((error: unknown) => isTesseraeError(error, "ERR_INVALID_ARGUMENT")));
  });

  test("are called by a name that shows no key", () => {
    expect(serverLabel(StreamableHttpServerParams({ url: "https://host/mcp?key=sk-1" }))).toBe(
      "the MCP server at https://host/mcp",
    );
    expect(serverLabel(StdioServerParams({ command: "npx", args: ["--key", "sk-1"] }))).toBe("the MCP server 'npx'");
  });
});
