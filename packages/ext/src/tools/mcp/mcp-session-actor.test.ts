import { ComponentRegistry, dumpComponent, isTesseraeError } from "@tesserae/core";
import { describe, expect, onTestFinished, test } from "vitest";
import { stdioServer } from "../../../test/mcp/stdio-params.ts";
import { McpSessionActor, McpSessionHost, StaticRootsProvider } from "./index.ts";

async function actor(): Promise<McpSessionActor> {
  const made = new McpSessionActor(stdioServer());
  onTestFinished(() => made.close());
  await made.initialize();
  return made;
}

describe("a session by commands", () => {
  test("does what each says", async () => {
    const one = await actor();
    expect(one.initializeResult?.serverInfo.name).toBe("test-server");
    expect(await one.call("list_tools")).toHaveProperty("tools.length", 13);
    expect(await one.call("list_prompts")).toHaveProperty("prompts.length", 2);
    expect(await one.call("list_resources")).toHaveProperty("resources.length", 2);
    expect(await one.call("list_resource_templates")).toHaveProperty("resourceTemplates.length", 1);
    expect(await one.call("call_tool", { name: "echo", kargs: { text: "hi" } })).toMatchObject({
      content: [{ type: "text", text: "echo: hi" }],
    });
    const prompt = await one.call("get_prompt", { name: "code_review", kargs: { arguments: { code: "x" } } });
    expect(prompt).toMatchObject({ messages: [{ content: { text: "code_review: x" } }] });
    const read = await one.call("read_resource", { kargs: { uri: "file:///company/users.json" } });
    expect(read).toMatchObject({ contents: [{ text: '{"users":[]}' }] });
  });

  test("before it is initialised, and after its end, is refused", async () => {
    const one = new McpSessionActor(stdioServer());
    await one.close();
    await expect(one.call("list_tools")).rejects.toSatisfy((error) => isTesseraeError(error, "ERR_INVALID_STATE"));
    const other = await actor();
    const [waiting] = await Promise.allSettled([other.call("call_tool", { name: "wait" }), other.call("shutdown")]);
    expect(String(waiting.status === "rejected" && waiting.reason)).toContain("was closed");
    await expect(other.call("list_tools")).rejects.toThrow("call initialize() first");
  });

  test("after its server died rejects with the cause", async () => {
    const one = await actor();
    const commands = ["wait", "die"].map((name) => one.call("call_tool", { name }));
    for (const outcome of await Promise.allSettled(commands)) {
      expect(String(outcome.status === "rejected" && outcome.reason)).toContain("the boiler burst");
    }
    await expect(one.call("list_tools")).rejects.toMatchObject({ cause: { code: "CONNECTION_CLOSED" } });
  });

  test.each([
    ["call_tool", undefined, "needs name"],
    ["get_prompt", { kargs: {} }, "needs name"],
    ["get_prompt", { name: "x", kargs: { arguments: { code: 1 } } }, "must be an object of texts"],
    ["read_resource", { name: "x" }, "needs kargs.uri"],
    ["dance" as never, {}, 'Unknown command of an MCP session: "dance"'],
  ] as const)("%s with %o is refused", async (command, args, message) => {
    const refused = (await actor()).call(command, args);
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.toSatisfy((error) => isTesseraeError(error, "ERR_INVALID_ARGUMENT"));
  });

  test("is written and read", async () => {
    const host = new McpSessionHost({ roots: new StaticRootsProvider([{ uri: "file:///x" }]) });
    const dumped = dumpComponent(new McpSessionActor(stdioServer(), host));
    expect(dumped).toMatchObject({
      provider: "autogen_ext.tools.mcp.McpSessionActor",
      component_type: "mcp_session_actor",
    });
    const registry = new ComponentRegistry().register(McpSessionActor, McpSessionHost, StaticRootsProvider);
    expect(dumpComponent(await registry.load(dumped))).toEqual(dumped);
  });
});
