import { ListMemory, StaticWorkbench } from "@tesserae/core";
import { describe, expect, test } from "vitest";
import { Handoff } from "../../base/handoff.ts";
import { ScriptedClient } from "../../testing/scripted-client.ts";
import { addTool } from "../../testing/tools.ts";
import { AssistantAgent } from "./assistant-agent.ts";
import type { AssistantAgentOptions } from "./options.ts";

function make(options: Partial<Record<keyof AssistantAgentOptions, unknown>>): AssistantAgent {
  return new AssistantAgent({ name: "a", modelClient: new ScriptedClient([]), ...options } as AssistantAgentOptions);
}

const silent = new ScriptedClient([], { functionCalling: false });

describe("an assistant is refused", () => {
  test.each<readonly [Partial<Record<keyof AssistantAgentOptions, unknown>>, RegExp]>([
    [{ name: "two words" }, /must be a valid Python identifier/],
    [{ name: undefined }, /AssistantAgent needs the option name/],
    [{ modelClient: undefined }, /modelClient/],
    [{ modelClient: 5 }, /modelClient/],
    [{ modelClient: silent, tools: [addTool()] }, /does not support function calling/],
    [{ modelClient: silent, tools: [] }, /does not support function calling/],
    [{ modelClient: silent, handoffs: ["b"] }, /needed for handoffs/],
    [{ tools: [() => 1] }, /Unsupported tool type: a function/],
    [{ tools: [null] }, /Unsupported tool type: null/],
    [{ tools: addTool() }, /tools must be a list/],
    [{ tools: [addTool(), addTool()] }, /Tool names must be unique/],
    [{ tools: [addTool()], workbench: new StaticWorkbench({ tools: [] }) }, /Tools cannot be used with a workbench/],
    [{ handoffs: [5] }, /Unsupported handoff type/],
    [{ handoffs: "b" }, /handoffs must be a list/],
    [{ handoffs: ["b", new Handoff({ target: "b" })] }, /Handoff names must be unique/],
    [{ tools: [addTool("transfer_to_b")], handoffs: ["b"] }, /Handoff names must be unique from tool names/],
    [{ tools: [addTool("b")], handoffs: ["b"] }, /Handoff names must be unique from tool names/],
    [{ maxToolIterations: 0 }, /must be greater than 0, got 0/],
    [{ maxToolIterations: 1.5 }, /must be greater than 0, got 1.5/],
    [{ outputContentType: { type: "object", properties: {} } }, /contentType\(name, schema\) or a Standard Schema/],
    [{ memory: new ListMemory() }, /Expected Memory, List\[Memory\], or None/],
  ])("%j", (options, problem) => {
    expect(() => make(options)).toThrow(problem);
  });
});

describe("defaults", () => {
  test("are AutoGen's", () => {
    const { settings } = make({});
    expect(settings).toMatchObject({
      modelClientStream: false,
      reflectOnToolUse: false,
      maxToolIterations: 1,
      toolCallSummaryFormat: "{result}",
      metadata: {},
    });
    expect(settings.system).toMatchObject([{ content: expect.stringContaining("TERMINATE") }]);
    expect(settings.workbenches).toHaveLength(1);
  });

  test("with an output type the tools' results are reflected on", () => {
    const outputContentType = { name: "A", jsonSchema: {}, parse: (value: unknown) => value };
    expect(make({ outputContentType }).settings.reflectOnToolUse).toBe(true);
    expect(make({ outputContentType, reflectOnToolUse: false }).settings.reflectOnToolUse).toBe(false);
  });

  test("a system message of null is none", () => {
    expect(make({ systemMessage: null }).settings.system).toEqual([]);
  });

  test("an empty list of tools beside a workbench is no conflict", () => {
    const workbench = new StaticWorkbench({ tools: [] });
    expect(make({ tools: [], workbench }).settings.workbenches).toEqual([workbench]);
  });
});

describe("what the agent does not own it does not close", () => {
  test("unless it is told that it does", async () => {
    let stopped = 0;
    class Bench extends StaticWorkbench {
      override async stop(): Promise<void> {
        stopped += 1;
      }
    }
    const workbench = new Bench({ tools: [] });
    await make({ workbench }).close();
    expect(stopped).toBe(0);
    await make({ workbench, ownsResources: true }).close();
    expect(stopped).toBe(1);
  });
});
