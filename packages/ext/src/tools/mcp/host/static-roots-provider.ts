import { RuntimeError, ValueError, isObject, type ComponentDefinition, type JsonObject } from "@tesserae/core";
import type { McpRoot } from "../mcp-types.ts";
import type { McpRootsProvider } from "./mcp-session-host.ts";

/** Says once and for all where a server may work, or asks a function each time. */
export class StaticRootsProvider implements McpRootsProvider {
  static readonly component: ComponentDefinition<StaticRootsProvider> = {
    provider: "autogen_ext.tools.mcp.StaticRootsProvider",
    componentType: "mcp_roots_provider",
    label: "StaticRootsProvider",
    description: "Tells a server where it may work.",
    schema: {
      type: "object",
      properties: {
        roots: {
          type: "array",
          items: {
            type: "object",
            properties: { uri: { type: "string" }, name: { anyOf: [{ type: "string" }, { type: "null" }] } },
            required: ["uri"],
          },
        },
      },
      required: ["roots"],
    },
    toConfig: ({ roots }) => {
      if (typeof roots === "function") {
        const message = "Roots that a function gives cannot be written as JSON. Give a list.";
        throw new RuntimeError(message, { code: "ERR_COMPONENT_NOT_SERIALIZABLE" });
      }
      return { roots: roots.map(({ uri, name }): JsonObject => (name === undefined ? { uri } : { uri, name })) };
    },
    fromConfig: ({ roots }: { readonly roots: readonly { readonly uri: string; readonly name?: string | null }[] }) =>
      new StaticRootsProvider(roots.map(({ uri, name }) => ({ uri, name: name ?? undefined }))),
  };

  readonly roots: readonly McpRoot[] | (() => readonly McpRoot[] | Promise<readonly McpRoot[]>);

  /** @throws ValueError for roots that are no `file:` addresses, as the protocol demands. */
  constructor(roots: readonly McpRoot[] | (() => readonly McpRoot[] | Promise<readonly McpRoot[]>)) {
    this.roots = typeof roots === "function" ? roots : checked(roots);
  }

  async listRoots(): Promise<readonly McpRoot[]> {
    return typeof this.roots === "function" ? checked(await this.roots()) : this.roots;
  }
}

function checked(roots: readonly McpRoot[]): readonly McpRoot[] {
  for (const root of roots) {
    if (isObject(root) && typeof root.uri === "string" && root.uri.startsWith("file://")) continue;
    throw new ValueError(`A root must have an address that begins with file://, found ${JSON.stringify(root)}.`);
  }
  return roots;
}
