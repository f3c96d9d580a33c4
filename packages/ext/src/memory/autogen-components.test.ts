import { readFileSync } from "node:fs";
import { join } from "node:path";
import { dumpComponent } from "@tesserae/core";
import { describe, expect, test } from "vitest";
import { defaultRegistry } from "../components/index.ts";

/** What Python AutoGen 0.7.5 wrote, with chromadb 1.5.9 and mem0ai 2.2.1; it cannot write a memory in Redis. */
const COMPONENTS = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../test/memory/autogen-components.json"), "utf8"),
) as { readonly provider: string; readonly component_type: string; readonly config: object }[];

/** The keys that Python's own reading loses, and their defaults. */
const LOST = { persistence_path: "./chroma_db" };

describe("what Python AutoGen wrote", () => {
  test.each(COMPONENTS)("as $provider is read, and written equal", async (component) => {
    const loaded = await defaultRegistry().load(component, { expected: component.component_type });
    const { provider, component_type, config } = dumpComponent(loaded, { includeSecrets: true });
    expect([provider, component_type]).toEqual([component.provider, component.component_type]);
    const isWhole =
      !("client_type" in component.config) || "persistence_path" in component.config || "host" in component.config;
    expect(config).toEqual(isWhole ? component.config : { ...component.config, ...LOST });
  });
});
