import { ValueError, type ToolOverride } from "@tesserae/core";
import type { McpTool } from "./mcp-types.ts";

/** The names under which a server's tools are shown, and back. */
export class ToolNames {
  readonly #overrides: { readonly [tool: string]: ToolOverride };
  readonly #own = new Map<string, string>();

  /** @throws ValueError for one name that is given twice. */
  constructor(overrides: { readonly [tool: string]: ToolOverride }) {
    this.#overrides = overrides;
    for (const [tool, { name }] of Object.entries(overrides)) {
      if (name === undefined || name === tool) continue;
      const other = this.#own.get(name);
      if (other !== undefined) throw taken(tool, name, other);
      this.#own.set(name, tool);
    }
  }

  /** The server's name of a tool. One that was renamed can be called by it too. */
  own(name: string): string {
    return this.#own.get(name) ?? name;
  }

  /**
   * Whether the overrides fit what the server has. One for a tool that is not there is a mistake: a call that it should
   * put to a person would be made without.
   *
   * @throws ValueError
   */
  check(tools: readonly McpTool[]): void {
    const names = new Set(tools.map((tool) => tool.name));
    for (const [tool, { name }] of Object.entries(this.#overrides)) {
      if (!names.has(tool)) {
        throw new ValueError(`A tool override names '${tool}', but the server's tools are ${[...names].join(", ")}.`);
      }
      if (name !== undefined && name !== tool && names.has(name)) throw taken(tool, name, name);
    }
  }
}

function taken(tool: string, name: string, other: string): ValueError {
  return new ValueError(`The override of '${tool}' gives it the name '${name}', which '${other}' has already.`);
}
