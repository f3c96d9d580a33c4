import { ComponentRegistry, MASKED_SECRET, dumpComponent, toolResultToText } from "@tesserae/core";
import { describe, expect, onTestFinished, test } from "vitest";
import { stdioServer } from "../../../test/mcp/stdio-params.ts";
import { McpWorkbench, StdioServerParams, StreamableHttpServerParams, type McpWorkbenchOptions } from "./index.ts";

function workbench(toolOverrides: McpWorkbenchOptions["toolOverrides"]): McpWorkbench {
  const made = new McpWorkbench({ serverParams: stdioServer(), toolOverrides });
  onTestFinished(() => made.stop());
  return made;
}

async function shown(one: McpWorkbench, at: number): Promise<readonly (string | undefined)[]> {
  const tool = (await one.listTools())[at];
  return [tool?.name, tool?.description];
}

describe("overrides", () => {
  test.each([
    [{ name: "say", description: "Speaks." }, "say", "Speaks."],
    [{ description: "Speaks." }, "echo", "Speaks."],
    [{ name: "say" }, "say", "Says the same."],
    [{ name: "echo" }, "echo", "Says the same."],
    [{}, "echo", "Says the same."],
  ])("%o shows %s", async (override, name, description) => {
    const one = workbench({ echo: override });
    expect(await shown(one, 0)).toEqual([name, description]);
    const result = await one.callTool(name, { text: "hi" });
    expect([result.name, toolResultToText(result)]).toEqual([name, "echo: hi"]);
    // The server's own name stays callable.
    expect(toolResultToText(await one.callTool("echo", { text: "hi" }))).toBe("echo: hi");
  });

  test("one name for two tools is refused at once", () => {
    expect(() => workbench({ echo: { name: "x" }, ls: { name: "x" } })).toThrow(
      "The override of 'ls' gives it the name 'x', which 'echo' has already.",
    );
  });

  test("a name that another tool of the server has, and a tool that it has not, are refused when it is asked", async () => {
    await expect(workbench({ echo: { name: "ls" } }).listTools()).rejects.toThrow("which 'ls' has already");
    await expect(workbench({ ecko: { requiresApproval: true } }).listTools()).rejects.toThrow(
      "A tool override names 'ecko', but the server's tools are echo, get_time",
    );
  });

  test("say which calls a person must approve; the server says which may be repeated", async () => {
    const one = workbench({ order_dish: { name: "order", requiresApproval: true } });
    expect(one.toolTraits("echo").repeat).toBe("never");
    await one.listTools();
    expect(one.toolTraits("echo")).toEqual({ repeat: "safe", requiresApproval: undefined });
    expect(one.toolTraits("get_time").repeat).toBe("safe");
    expect(one.toolTraits("order")).toEqual({ repeat: "never", requiresApproval: true });
  });
});

describe("as a component", () => {
  const registry = new ComponentRegistry().register(McpWorkbench);

  test("AutoGen's JSON is read and written", async () => {
    const json = {
      provider: "autogen_ext.tools.mcp.McpWorkbench",
      component_type: "workbench",
      version: 1,
      component_version: 1,
      config: {
        server_params: {
          type: "StdioServerParams",
          command: "npx",
          args: ["-y", "@modelcontextprotocol/server-filesystem", "."],
          env: null,
          read_timeout_seconds: 60,
        },
        tool_overrides: { read_file: { name: "open_document", description: null } },
        model_client: null,
      },
    };
    const loaded = await registry.load<McpWorkbench>(json);
    expect(loaded.serverParams).toEqual({
      type: "StdioServerParams",
      command: "npx",
      args: ["-y", "@modelcontextprotocol/server-filesystem", "."],
      encoding: "utf-8",
      encodingErrorHandler: "strict",
      readTimeoutSeconds: 60,
    });
    const dumped = dumpComponent(loaded);
    expect(dumped.config).toEqual({
      server_params: {
        type: "StdioServerParams",
        command: "npx",
        args: ["-y", "@modelcontextprotocol/server-filesystem", "."],
        encoding: "utf-8",
        encoding_error_handler: "strict",
        read_timeout_seconds: 60,
      },
      tool_overrides: { read_file: { name: "open_document" } },
    });
    expect(dumpComponent(await registry.load(dumped))).toEqual(dumped);
  });

  test.each([
    ["headers", StreamableHttpServerParams({ url: "http://127.0.0.1/mcp", headers: { "x-key": "sk-test" } })],
    ["env", StdioServerParams({ command: "npx", env: { KEY: "sk-test" }, cwd: "/tmp" })],
  ])("the values of %s are masked, and masked ones refused", async (key, serverParams) => {
    const one = new McpWorkbench({ serverParams });
    const dumped = dumpComponent(one);
    expect(JSON.stringify(dumped)).not.toContain("sk-test");
    expect(JSON.stringify(dumped)).toContain(MASKED_SECRET);
    await expect(registry.load(dumped)).rejects.toThrow(
      new RegExp(`/config/server_params/${key}/\\S+: the secret is masked`),
    );
    const whole = dumpComponent(one, { includeSecrets: true });
    expect((await registry.load<McpWorkbench>(whole)).serverParams).toEqual(serverParams);
    const named = JSON.parse(JSON.stringify(whole).replace("sk-test", "$env:MY_KEY")) as unknown;
    const loaded = await registry.load<McpWorkbench>(named, { environment: { MY_KEY: "sk-test" } });
    expect(loaded.serverParams).toEqual(serverParams);
  });

  test("says where its parameters are wrong", async () => {
    const json = {
      provider: "autogen_ext.tools.mcp.McpWorkbench",
      config: { server_params: { type: "SseServerParams", url: "ftp://host" } },
    };
    await expect(registry.load(json)).rejects.toThrow("/config/server_params/url: must be an address that begins with");
  });
});
