import { ComponentError, tool, type ComponentIssue, type ComponentRegistry, type Json } from "@tesserae/core";
import { messageOf } from "../cli/report-error.ts";
import { withoutMaskedSecrets } from "./component-json.ts";

/**
 * What is wrong with a component that its schema cannot tell, such as two agents of one name: it is made, with a
 * stand-in for every function and every variable of the environment, and never run.
 */
export async function constructionIssues(registry: ComponentRegistry, json: Json): Promise<readonly ComponentIssue[]> {
  try {
    await registry.load(withoutMaskedSecrets(json), {
      resolve: { tool: standInTools },
      environment: standInEnvironment,
    });
    return [];
  } catch (error) {
    if (error instanceof ComponentError) return error.issues;
    return [{ pointer: "", message: messageOf(error) }];
  }
}

/** Has a tool under every name. */
const standInTools: Readonly<Record<string, unknown>> = new Proxy(
  {},
  {
    getOwnPropertyDescriptor: () => ({ configurable: true, enumerable: true }),
    get: (_, name) =>
      typeof name === "string"
        ? tool({
            name: name.replaceAll(/[^a-zA-Z0-9_-]/g, "_").slice(0, 64) || "_",
            description: "",
            parameters: { type: "object", properties: {} },
            execute: () => null,
          })
        : undefined,
  },
);

/** Has a value for every variable. */
const standInEnvironment: Readonly<Record<string, string>> = new Proxy({}, { get: () => "stand-in" });
