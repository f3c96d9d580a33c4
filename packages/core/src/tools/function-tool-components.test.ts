import { describe, expect, test } from "vitest";
import { coreComponents } from "../components/core-components.ts";
import { dumpComponent } from "../components/dump.ts";
import { ComponentRegistry } from "../components/registry.ts";
import { tool } from "./function-tool.ts";
import type { Tool } from "./tool.ts";

const add: Tool = tool({
  name: "add",
  description: "Ours.",
  parameters: { type: "object", properties: { a: { type: "integer" } } },
  execute: ({ a }) => `${String(a)}!`,
});
const registry = new ComponentRegistry().register(...coreComponents());
const python = {
  provider: "autogen_core.tools.FunctionTool",
  component_type: "tool",
  version: 1,
  component_version: 1,
  description: "Create custom tools by wrapping standard Python functions.",
  label: "FunctionTool",
  config: {
    source_code: "def add(a: int) -> str:\n    raise SystemExit\n",
    name: "add",
    description: "Python's.",
    global_imports: ["os", { module: "typing", imports: ["Any", { name: "List", alias: "L" }] }],
    has_cancellation_support: false,
  },
};

describe("a function tool in JSON", () => {
  test("is its name; the function is given when loading", async () => {
    const dump = dumpComponent(add);
    expect(dump).toMatchObject({
      provider: "tesserae.tools.FunctionTool",
      config: { name: "add", description: "Ours." },
    });
    expect(await registry.load(dump, { resolve: { tool: { add } } })).toBe(add);
  });

  test("that Python wrote is found by its name; the source is kept as data and never run", async () => {
    const loaded = await registry.load<Tool>(python, { resolve: { tool: { add } } });
    expect(await loaded.runJson({ a: 1 })).toBe("1!");
    expect(loaded.schema).toMatchObject({ name: "add", description: "Python's." });
    expect(dumpComponent(loaded)).toEqual(python);
  });

  test("without the function says how to give it; what is no tool is refused", async () => {
    await expect(registry.load(python)).rejects.toMatchObject({ code: "ERR_COMPONENT_UNRESOLVED" });
    await expect(registry.load(python, { resolve: { tool: { add: () => 1 } } })).rejects.toThrow(/is not a tool/);
  });
});
