import { isTesseraeError, toolResultToText } from "@tesserae/core";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { PIXEL } from "../../../test/mcp/make-server.ts";
import { stdioServer } from "../../../test/mcp/stdio-params.ts";
import { McpWorkbench, StdioServerParams, type McpWorkbenchOptions } from "./index.ts";

function workbench(options: Partial<McpWorkbenchOptions> = {}): McpWorkbench {
  const made = new McpWorkbench({ serverParams: stdioServer(), ...options });
  onTestFinished(() => made.stop());
  return made;
}

describe("a workbench of a server", () => {
  test("lists every tool, over all pages, each with its whole schema", async () => {
    const tools = await workbench().listTools();
    expect(tools).toHaveLength(13);
    expect(tools[0]).toEqual({
      name: "echo",
      description: "Says the same.",
      parameters: {
        type: "object",
        properties: { text: { type: "string" } },
        required: ["text"],
        additionalProperties: false,
      },
    });
    expect(tools.find(({ name }) => name === "draw")?.parameters).toEqual({
      type: "object",
      properties: { root: { $ref: "#/$defs/Node" }, tags: { type: "array", items: {} } },
      required: ["root"],
      additionalProperties: false,
      $defs: {
        Node: {
          type: "object",
          properties: { label: { type: "string" }, children: { type: "array", items: { $ref: "#/$defs/Node" } } },
        },
      },
    });
  });

  test("calls a tool; without arguments it sends none", async () => {
    const one = workbench();
    expect(await one.callTool("echo", { text: "hello" })).toEqual({
      type: "ToolResult",
      name: "echo",
      result: [{ type: "TextResultContent", content: "echo: hello" }],
      isError: false,
    });
    await one.callTool("get_time");
    const { calls } = JSON.parse(toolResultToText(await one.callTool("memory"))) as { calls: object[] };
    expect(calls[1]).toEqual({ name: "get_time", args: {} });
  });

  test("gives text and images as they are, and every other part as its JSON", async () => {
    const { result, isError } = await workbench().callTool("gallery");
    expect(isError).toBe(false);
    expect(result.slice(0, 2)).toEqual([
      { type: "TextResultContent", content: "See:" },
      { type: "ImageResultContent", content: { type: "Image", data: PIXEL, mediaType: "image/png" } },
    ]);
    const rest = result.slice(2).map((part) => (part.type === "TextResultContent" ? JSON.parse(part.content) : part));
    expect(rest).toEqual([
      { type: "resource", resource: { uri: "http://example.com/test", text: "embedded" } },
      { type: "resource_link", uri: "http://example.com/", name: "a link" },
      { type: "audio", data: "UklGRg==", mimeType: "audio/wav" },
    ]);
  });

  test("gives structured content as data, and as text where the server gave none", async () => {
    const result = await workbench().callTool("measure");
    expect(result.structuredContent).toEqual({ degrees: 21.5 });
    expect(toolResultToText(result)).toBe('{"degrees":21.5}');
  });

  test.each([
    ["a tool that says that it failed", "fail", "the kettle is empty"],
    ["a tool that is not there", "no_such_tool", "Tool no_such_tool not found"],
  ])("%s is a result with the server's words", async (_, name, text) => {
    const result = await workbench().callTool(name);
    expect(result).toMatchObject({ name, isError: true });
    expect(toolResultToText(result)).toBe(text);
  });

  test("starts with each kind of call", async () => {
    const calls: readonly ((one: McpWorkbench) => Promise<unknown>)[] = [
      (one) => one.start(),
      (one) => one.listTools(),
      (one) => one.callTool("get_time"),
      (one) => one.listPrompts(),
      (one) => one.getPrompt("documentation"),
      (one) => one.listResources(),
      (one) => one.listResourceTemplates(),
      (one) => one.readResource("file:///company/users.json"),
    ];
    for (const call of calls) {
      const one = workbench();
      expect(one.initializeResult).toBeUndefined();
      await call(one);
      expect(one.initializeResult).toMatchObject({
        serverInfo: { name: "test-server", version: "1.2.3" },
        instructions: "Be kind.",
        capabilities: { tools: {} },
      });
      await one.stop();
      expect(one.initializeResult).toBeUndefined();
    }
  });

  test("offers the server's prompts and resources", async () => {
    const one = workbench();
    const { prompts } = await one.listPrompts();
    expect(prompts.map(({ name }) => name)).toEqual(["code_review", "documentation"]);
    expect(prompts[0]?.arguments).toEqual([{ name: "code", description: "What to review.", required: true }]);
    expect((await one.getPrompt("code_review", { code: "x = 1" })).messages).toEqual([
      { role: "user", content: { type: "text", text: "code_review: x = 1" } },
    ]);
    const { resources } = await one.listResources();
    expect(resources.map(({ uri }) => uri)).toEqual(["file:///company/users.json", "file:///company/projects.json"]);
    expect((await one.readResource("file:///company/projects.json")).contents).toEqual([
      { uri: "file:///company/projects.json", mimeType: "application/json", text: '{"projects":[]}' },
    ]);
    const { resourceTemplates } = await one.listResourceTemplates();
    expect(resourceTemplates).toEqual([{ name: "company", uriTemplate: "file:///company/{name}.json" }]);
    await expect(one.getPrompt("no_such_prompt")).rejects.toThrow("No prompt no_such_prompt");
    await expect(one.readResource("file:///nothing")).rejects.toSatisfy((error) =>
      isTesseraeError(error, "ERR_MCP_REQUEST"),
    );
  });

  test("has a state without content", async () => {
    const one = workbench();
    expect(await one.saveState()).toEqual({ type: "McpWorkBenchState" });
    await one.loadState({ type: "McpWorkBenchState" });
    await one.reset();
    expect(one.initializeResult).toBeUndefined();
  });
});

describe("the life of a workbench", () => {
  test("a second start warns, a stop of what is not started does nothing, and it can be started again", async () => {
    const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
    onTestFinished(() => warn.mockRestore());
    const one = workbench();
    await one.stop();
    await one.start();
    expect(warn).not.toHaveBeenCalled();
    await one.start();
    expect(warn).toHaveBeenCalledWith(expect.stringContaining("is started already"), { code: "TESSERAE_MCP_STARTED" });
    await one.stop();
    expect(toolResultToText(await one.callTool("get_time"))).toBe("12:00");
  });

  test("calls that come at once start one server", async () => {
    const one = workbench();
    await Promise.all([one.listTools(), one.callTool("get_time"), one.callTool("echo", { text: "x" })]);
    const { calls } = JSON.parse(toolResultToText(await one.callTool("memory"))) as { calls: object[] };
    expect(calls).toHaveLength(3);
  });

  test("a server that cannot start rejects the first call with what it wrote, and may be tried again", async () => {
    const one = workbench({ serverParams: stdioServer("--broken") });
    const text = "cannot read the map of the house";
    await expect(one.start()).rejects.toThrow(text);
    await expect(one.listTools()).rejects.toSatisfy((error) => isTesseraeError(error, "ERR_MCP_CONNECTION"));
    const result = await one.callTool("get_time");
    expect(result.isError).toBe(true);
    expect(toolResultToText(result)).toContain(text);
  });

  test("a command that is not there rejects at once", async () => {
    const one = workbench({ serverParams: StdioServerParams({ command: "no-such-program-of-ours" }) });
    await expect(one.start()).rejects.toThrow("no-such-program-of-ours ENOENT");
  });

  test("a server that dies in the middle of a call fails it, with its last words; the next call starts it again", async () => {
    const one = workbench();
    const [other, result] = await Promise.all([one.callTool("wait"), one.callTool("die")]);
    for (const failed of [other, result]) {
      expect(failed.isError).toBe(true);
      expect(toolResultToText(failed)).toContain("the boiler burst");
    }
    expect(toolResultToText(await one.callTool("get_time"))).toBe("12:00");
  });

  test("a stop fails the calls under way", async () => {
    const one = workbench();
    await one.start();
    const waiting = one.callTool("wait");
    await one.callTool("get_time");
    await one.stop();
    const result = await waiting;
    expect(result.isError).toBe(true);
    expect(toolResultToText(result)).toContain("was closed");
  });

  test("a stop in the middle of a start ends it", async () => {
    const one = workbench({ serverParams: stdioServer("--mute") });
    const starting = one.start();
    await one.stop();
    await expect(starting).rejects.toThrow("was closed");
  });

  test("ends where `await using` ends it", async () => {
    const one = workbench();
    await one.start();
    await one[Symbol.asyncDispose]();
    expect(one.initializeResult).toBeUndefined();
  });
});

describe("an abort", () => {
  test("reaches the server, and leaves the call as CancelledError", async () => {
    const one = workbench();
    const controller = new AbortController();
    const waiting = one.callTool("wait", {}, { signal: controller.signal });
    await one.callTool("get_time");
    controller.abort();
    await expect(waiting).rejects.toSatisfy((error) => isTesseraeError(error, "ERR_ABORTED"));
    const { cancelled } = JSON.parse(toolResultToText(await one.callTool("memory"))) as { cancelled: string[] };
    expect(cancelled).toEqual(["wait"]);
  });

  test("before the call keeps it from being made", async () => {
    const one = workbench();
    const options = { signal: AbortSignal.abort() };
    await expect(one.callTool("get_time", {}, options)).rejects.toSatisfy((error) =>
      isTesseraeError(error, "ERR_ABORTED"),
    );
    await expect(one.listTools(options)).rejects.toSatisfy((error) => isTesseraeError(error, "ERR_ABORTED"));
    expect(one.initializeResult).toBeUndefined();
  });

  test("while it starts ends the waiting of that call alone", async () => {
    const one = workbench();
    const controller = new AbortController();
    const first = one.callTool("get_time", {}, { signal: controller.signal });
    const second = one.callTool("get_time");
    controller.abort();
    await expect(first).rejects.toSatisfy((error) => isTesseraeError(error, "ERR_ABORTED"));
    expect(toolResultToText(await second)).toBe("12:00");
  });
});
