import { describe, expect, test } from "vitest";
import { coreComponents } from "../components/core-components.ts";
import { dumpComponent } from "../components/dump.ts";
import { ComponentRegistry } from "../components/registry.ts";
import { isTool } from "./function-tool-components.ts";
import { ProviderTool, providerTool } from "./provider-tool.ts";
import { StaticWorkbench } from "./static-workbench.ts";

const search = providerTool({ type: "web_search_20250305", name: "web_search", max_uses: 2 });

describe("a tool that the provider runs", () => {
  test("is a tool among others, told to the client in the provider's form", () => {
    expect(isTool(search)).toBe(true);
    const form = { type: "web_search_20250305", name: "web_search", max_uses: 2 };
    expect(new StaticWorkbench({ tools: [search] }).staticTools).toEqual([{ name: "web_search", provider: form }]);
    expect(providerTool({ type: "openrouter:web_search" }).name).toBe("openrouter_web_search");
  });

  test("is never run here: a call that comes is answered with what went wrong", async () => {
    const result = await new StaticWorkbench({ tools: [search] }).callTool("web_search", {});
    expect(result).toMatchObject({ isError: true });
    expect(JSON.stringify(result)).toContain("run by the provider");
  });

  test.each([{}, { type: "" }, null])("without a type is refused: %j", (form) => {
    expect(() => providerTool(form as { type: string })).toThrow(/type/);
  });

  test("round-trips as a component", async () => {
    const registry = new ComponentRegistry().register(...coreComponents());
    const json = dumpComponent(search);
    expect(json).toMatchObject({ provider: "tesserae.tools.ProviderTool", component_type: "tool" });
    const loaded = await registry.load<ProviderTool>(JSON.parse(JSON.stringify(json)));
    expect(loaded).toBeInstanceOf(ProviderTool);
    expect(loaded.schema).toEqual(search.schema);
  });
});
