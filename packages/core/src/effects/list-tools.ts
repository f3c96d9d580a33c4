import type { Json, JsonObject } from "../json.ts";
import type { RunContext } from "../run/run-context.ts";
import type { ToolSchema } from "../tools/tool.ts";
import type { Workbench } from "../tools/workbench.ts";
import { effect } from "./effect.ts";
import { toolToJson } from "./model-request.ts";

/** The tools of a workbench. A leaf `tools`, unless the workbench knows them without asking anybody. */
export function listTools(context: RunContext, workbench: Workbench): Promise<readonly ToolSchema[]> {
  if (workbench.staticTools !== undefined) return Promise.resolve(workbench.staticTools);
  const { signal } = context;
  const name = workbench.name ?? "workbench";
  return effect<readonly ToolSchema[]>(
    context,
    {
      kind: "tools",
      name,
      repeat: "safe",
      request: () => ({ workbench: name }),
      codec: {
        encode: (tools) => tools.map(toolToJson),
        decode: (json) => (Array.isArray(json) ? json.map(toSchema) : []),
      },
    },
    () => workbench.listTools({ signal }),
  );
}

/** What {@link toolToJson} wrote has the members of a schema, and nothing else. */
function toSchema(json: Json): ToolSchema {
  return json as JsonObject & ToolSchema;
}
