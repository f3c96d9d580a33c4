import type { ComponentDefinition, DumpContext, LoadContext } from "../components/component.ts";
import { withoutUndefined } from "../effects/without-undefined.ts";
import type { Json, JsonObject } from "../json.ts";
import type { StaticWorkbench, StaticWorkbenchOptions, ToolOverride } from "./static-workbench.ts";
import type { Tool } from "./tool.ts";

type StaticWorkbenchConfig = {
  readonly tools: readonly JsonObject[];
  readonly tool_overrides?: {
    readonly [tool: string]: {
      readonly name?: string;
      readonly description?: string;
      readonly requires_approval?: boolean;
    };
  };
};

/** How {@link StaticWorkbench} and its streaming form are written. */
export function staticWorkbenchComponent<T extends StaticWorkbench>(
  label: string,
  make: (options: StaticWorkbenchOptions) => T,
): ComponentDefinition<T> {
  return {
    provider: `autogen_core.tools.${label}`,
    componentType: "workbench",
    label,
    description: "A workbench around a fixed list of tools.",
    schema: {
      type: "object",
      properties: {
        tools: { type: "array", items: { "x-component": ["tool"] } },
        tool_overrides: {
          type: "object",
          additionalProperties: {
            type: "object",
            properties: {
              name: { anyOf: [{ type: "string" }, { type: "null" }] },
              description: { anyOf: [{ type: "string" }, { type: "null" }] },
              requires_approval: { type: "boolean" },
            },
          },
        },
      },
    },
    toConfig: (workbench: T, dump: DumpContext) => ({
      tools: workbench.tools.map((tool) => dump.component(tool)),
      tool_overrides: Object.fromEntries(
        Object.entries(workbench.toolOverrides).map(([tool, override]) => [tool, overrideToJson(override)]),
      ),
    }),
    fromConfig: async (config: StaticWorkbenchConfig, load: LoadContext) => {
      const tools: Tool[] = [];
      for (const [index, tool] of (config.tools ?? []).entries()) {
        tools.push(await load.component<Tool>(tool, `/tools/${index}`));
      }
      const toolOverrides = Object.fromEntries(
        Object.entries(config.tool_overrides ?? {}).map(([tool, { name, description, requires_approval }]) => [
          tool,
          { name, description, requiresApproval: requires_approval },
        ]),
      );
      return make({ tools, toolOverrides });
    },
  };
}

function overrideToJson({ name, description, requiresApproval }: ToolOverride): Json {
  return withoutUndefined({ name, description, requires_approval: requiresApproval });
}
