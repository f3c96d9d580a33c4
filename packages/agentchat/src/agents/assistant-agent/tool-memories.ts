import { StaticWorkbench, isObject, type Json, type JsonObject, type Tool, type Workbench } from "@tesserae/core";

/*
 * Agents and teams as tools keep a conversation of their own. It is part of that of the agent that has them: saved, loaded
 * and forgotten with it, so that no other conversation of the agent sees it.
 */

function remembering(workbenches: readonly Workbench[]): readonly Tool[] {
  return workbenches
    .flatMap((workbench) => (workbench instanceof StaticWorkbench ? workbench.tools : []))
    .filter(({ reset }) => reset !== undefined);
}

/** The states of the tools that remember their calls, as a member `tools`; nothing where there are none. */
export async function saveTools(workbenches: readonly Workbench[]): Promise<JsonObject> {
  const tools = remembering(workbenches).map(async (tool) => [tool.name, await tool.saveStateJson()] as const);
  return tools.length === 0 ? {} : { tools: Object.fromEntries(await Promise.all(tools)) };
}

/** Takes back what {@link saveTools} gave; a state of Python's has none. */
export async function loadTools(workbenches: readonly Workbench[], tools: Json | undefined): Promise<void> {
  if (!isObject(tools)) return;
  for (const tool of remembering(workbenches)) {
    const state = tools[tool.name];
    if (isObject(state)) await tool.loadStateJson(state);
  }
}

/** Lets the tools forget their calls. */
export async function resetTools(workbenches: readonly Workbench[]): Promise<void> {
  for (const tool of remembering(workbenches)) await tool.reset?.();
}

/** Lets the tools forget the calls that wait for a person: whoever made them has turned to something else. */
export async function closeToolCalls(workbenches: readonly Workbench[]): Promise<void> {
  const { tools } = await saveTools(workbenches);
  await loadTools(workbenches, JSON.parse(JSON.stringify(tools ?? null, withoutOpen)) as Json);
}

/** What every call of a tool begins with stays known. */
function withoutOpen(key: string, value: Json): unknown {
  if (key === "open_call" && isObject(value)) return { fresh: value["fresh"] };
  return key === "open_turn" || key === "pending_request_id" ? undefined : value;
}
