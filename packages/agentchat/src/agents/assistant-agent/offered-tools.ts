import { listTools, type RunContext, type ToolSchema, type Workbench } from "@tesserae/core";
import type { Handoff } from "../../base/handoff.ts";

/** What the model is offered in a step, and who runs it. */
export interface OfferedTools {
  readonly tools: readonly ToolSchema[];
  /** By tool name; the first workbench that lists a name has it. */
  readonly owners: ReadonlyMap<string, Workbench>;
}

/** The tools of all workbenches, in order, then the handoffs; `undefined` where a workbench must be asked. */
export function staticallyOfferedTools(
  workbenches: readonly Workbench[],
  handoffs: Iterable<Handoff>,
): OfferedTools | undefined {
  const lists: (readonly ToolSchema[])[] = [];
  for (const { staticTools } of workbenches) {
    if (staticTools === undefined) return undefined;
    lists.push(staticTools);
  }
  return offered(workbenches, lists, handoffs);
}

/** Asks every workbench for its tools, once a step. */
export async function askForOfferedTools(
  context: RunContext,
  workbenches: readonly Workbench[],
  handoffs: Iterable<Handoff>,
): Promise<OfferedTools> {
  const lists: (readonly ToolSchema[])[] = [];
  for (const workbench of workbenches) lists.push(await listTools(context, workbench));
  return offered(workbenches, lists, handoffs);
}

/** What the model is told of a tool that it was not offered. */
export function notFound(name: string): string {
  return `Error: tool '${name}' not found in any workbench`;
}

function offered(
  workbenches: readonly Workbench[],
  lists: readonly (readonly ToolSchema[])[],
  handoffs: Iterable<Handoff>,
): OfferedTools {
  const owners = new Map<string, Workbench>();
  for (const [index, workbench] of workbenches.entries()) {
    for (const { name } of lists[index] ?? []) if (!owners.has(name)) owners.set(name, workbench);
  }
  return { tools: [...lists.flat(), ...Array.from(handoffs, (handoff) => handoff.toolSchema)], owners };
}
