import { readFileSync } from "node:fs";
import { join } from "node:path";
import { dumpComponent } from "@tesserae/core";
import { describe, expect, test } from "vitest";
import { defaultRegistry } from "../../components/index.ts";

/** What Python AutoGen 0.7.5 wrote with the package mcp 1. */
const COMPONENTS = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../../test/mcp/autogen-components.json"), "utf8"),
) as { readonly provider: string; readonly component_type: string; readonly config: object }[];

describe("what Python AutoGen wrote", () => {
  test.each(COMPONENTS)("as $provider is read, and written equal", async (component) => {
    const loaded = await defaultRegistry().load(component, { expected: component.component_type });
    const { provider, component_type, config } = dumpComponent(loaded, { includeSecrets: true });
    expect([provider, component_type]).toEqual([component.provider, component.component_type]);
    expect(config).toEqual(component.config);
  });
});
