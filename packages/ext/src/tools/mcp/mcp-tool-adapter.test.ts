import { ComponentRegistry, dumpComponent, isTesseraeError } from "@tesserae/core";
import { describe, expect, onTestFinished, test } from "vitest";
import { startHttpServer } from "../../../test/mcp/http-server.ts";
import { stdioServer } from "../../../test/mcp/stdio-params.ts";
import {
  SseMcpToolAdapter,
  SseServerParams,
  StdioMcpToolAdapter,
  StreamableHttpMcpToolAdapter,
  StreamableHttpServerParams,
  createMcpServerSession,
  mcpServerTools,
} from "./index.ts";

const ECHO = { name: "echo", description: "Says the same.", inputSchema: { type: "object" } } as const;

describe("a tool of a server", () => {
  test("is found by its name, and tells the model what the server says of it", async () => {
    const tool = await StdioMcpToolAdapter.fromServerParams(stdioServer(), "echo");
    expect(tool.schema).toEqual({
      name: "echo",
      description: "Says the same.",
      parameters: {
        type: "object",
        properties: { text: { type: "string" } },
        required: ["text"],
        additionalProperties: false,
      },
    });
    expect(tool.repeat).toBe("safe");
    const content = await tool.runJson({ text: "hi" });
    expect(content).toEqual([{ type: "text", text: "echo: hi" }]);
    expect(tool.returnValueAsString(content)).toBe('[{"type":"text","text":"echo: hi"}]');
  });

  test("that is not there is refused with a list of those that are", async () => {
    await expect(StdioMcpToolAdapter.fromServerParams(stdioServer(), "nope")).rejects.toThrow(
      "Available tools: echo, get_time, order_dish",
    );
  });

  test("that says that it failed throws the JSON of what it gave", async () => {
    const tool = new StdioMcpToolAdapter({ serverParams: stdioServer(), tool: { ...ECHO, name: "fail" } });
    const running = tool.runJson({});
    await expect(running).rejects.toThrow('[{"type":"text","text":"the kettle is empty"}]');
    await expect(running).rejects.toSatisfy((error) => isTesseraeError(error, "ERR_MCP_REQUEST"));
  });

  test("opens a connection for each call, and closes it", async () => {
    const server = await startHttpServer();
    onTestFinished(() => server.close());
    const serverParams = StreamableHttpServerParams({ url: server.url });
    const tool = await StreamableHttpMcpToolAdapter.fromServerParams(serverParams, "echo");
    await tool.runJson({ text: "1" });
    await tool.runJson({ text: "2" });
    const ends = server.requests.filter(({ method }) => method === "DELETE");
    expect(ends).toHaveLength(3);
    expect(new Set(ends.map(({ headers }) => headers["mcp-session-id"])).size).toBe(3);
  });

  test("makes no connection when its call is aborted already", async () => {
    const tool = new StdioMcpToolAdapter({ serverParams: stdioServer("--broken"), tool: ECHO });
    await expect(tool.runJson({}, { signal: AbortSignal.abort() })).rejects.toSatisfy((error) =>
      isTesseraeError(error, "ERR_ABORTED"),
    );
  });

  test("without a name or a schema is refused", () => {
    const make = (): unknown => new StdioMcpToolAdapter({ serverParams: stdioServer(), tool: { name: "x" } as never });
    expect(make).toThrow("must have a name and an inputSchema");
  });
});

describe("the tools of a server", () => {
  test("share the session that they are given", async () => {
    const session = createMcpServerSession(stdioServer());
    onTestFinished(() => session.close());
    const tools = await mcpServerTools(stdioServer(), session);
    expect(tools).toHaveLength(13);
    const [echo, time] = tools;
    await Promise.all([echo?.runJson({ text: "1" }), time?.runJson({})]);
    const memory = tools.find(({ name }) => name === "memory");
    const [content] = (await memory?.runJson({})) ?? [];
    expect((JSON.parse(String(content?.["text"])) as { calls: object[] }).calls).toHaveLength(3);
    const controller = new AbortController();
    const waiting = tools.find(({ name }) => name === "wait")?.runJson({}, { signal: controller.signal });
    await time?.runJson({});
    controller.abort();
    await expect(waiting).rejects.toSatisfy((error) => isTesseraeError(error, "ERR_ABORTED"));
    const [after] = (await memory?.runJson({})) ?? [];
    expect((JSON.parse(String(after?.["text"])) as { cancelled: string[] }).cancelled).toEqual(["wait"]);
  });

  test("are adapters of its kind", async () => {
    expect((await mcpServerTools(stdioServer()))[0]).toBeInstanceOf(StdioMcpToolAdapter);
  });
});

describe("as a component", () => {
  const registry = new ComponentRegistry().register(
    StdioMcpToolAdapter,
    SseMcpToolAdapter,
    StreamableHttpMcpToolAdapter,
  );
  const url = "http://127.0.0.1:1/mcp";

  test.each([
    new StdioMcpToolAdapter({ serverParams: stdioServer(), tool: ECHO }),
    new SseMcpToolAdapter({ serverParams: SseServerParams({ url }), tool: ECHO }),
    new StreamableHttpMcpToolAdapter({ serverParams: StreamableHttpServerParams({ url }), tool: ECHO }),
  ])("$constructor.name is written and read", async (adapter) => {
    const dumped = dumpComponent(adapter);
    expect(dumped).toMatchObject({
      provider: `autogen_ext.tools.mcp.${adapter.constructor.name}`,
      component_type: "tool",
      config: { server_params: { type: adapter.serverParams.type }, tool: ECHO },
    });
    const loaded = await registry.load<StdioMcpToolAdapter>(dumped, { expected: "tool" });
    expect(loaded.schema).toEqual(adapter.schema);
    expect(dumpComponent(loaded)).toEqual(dumped);
  });

  test("AutoGen's file, with nulls for what the server left out, is read", async () => {
    const loaded = await registry.load<StdioMcpToolAdapter>({
      provider: "autogen_ext.tools.mcp.StdioMcpToolAdapter",
      config: {
        server_params: { command: "npx", args: [], env: null },
        tool: {
          name: "echo",
          description: null,
          inputSchema: { type: "object" },
          annotations: null,
          outputSchema: null,
        },
      },
    });
    expect(loaded.tool).toEqual({ name: "echo", inputSchema: { type: "object" } });
    expect(loaded.serverParams.type).toBe("StdioServerParams");
  });
});
