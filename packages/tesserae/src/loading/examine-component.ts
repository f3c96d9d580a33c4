import { ComponentError, tool, type ComponentIssue, type ComponentRegistry, type LoadOptions } from "@tesserae/core";
import { messageOf } from "../cli/report-error.ts";

/** What `validate` found in a component file. */
export interface ComponentReport {
  readonly errors: readonly ComponentIssue[];
  readonly warnings: readonly ComponentIssue[];
  /** The names of the functions that running it needs. */
  readonly functions: readonly string[];
}

/**
 * Everything that is wrong with a component: what its schemas tell; and when they tell nothing what only making it
 * tells, such as two agents of one name. Functions and variables of the environment have stand-ins; nothing is run.
 */
export async function examineComponent(registry: ComponentRegistry, json: unknown): Promise<ComponentReport> {
  const functions = new Set<string>();
  const options: LoadOptions = { resolve: { tool: standInTools(functions) }, environment: STAND_IN_ENVIRONMENT };
  const { errors, warnings } = await registry.validate(json, options);
  const all = errors.length > 0 ? errors : await constructionIssues(registry, json, options);
  return { errors: all, warnings, functions: [...functions] };
}

async function constructionIssues(
  registry: ComponentRegistry,
  json: unknown,
  options: LoadOptions,
): Promise<readonly ComponentIssue[]> {
  try {
    await registry.load(json, options);
    return [];
  } catch (error) {
    if (error instanceof ComponentError) return error.issues;
    return [{ pointer: "", message: messageOf(error) }];
  }
}

/** Has a tool under every name, and notes which were asked for. */
function standInTools(asked: Set<string>): Readonly<Record<string, unknown>> {
  return new Proxy(
    {},
    {
      getOwnPropertyDescriptor: () => ({ configurable: true, enumerable: true }),
      get: (_, name) => {
        if (typeof name !== "string") return undefined;
        asked.add(name);
        return tool({
          name: name.replaceAll(/[^a-zA-Z0-9_-]/g, "_").slice(0, 64) || "_",
          description: "",
          parameters: { type: "object", properties: {} },
          execute: () => null,
        });
      },
    },
  );
}

/** Has a value for every variable. */
const STAND_IN_ENVIRONMENT: Readonly<Record<string, string>> = new Proxy({}, { get: () => "stand-in" });
