import type { CreateOptions } from "@tesserae/core";
import { toolSchemaOf } from "../shared/tool-schema.ts";

/**
 * Gives a tool its real name: models that know tools as `plugin-function` may put the name of a plugin before it. A name
 * that is offered is never changed.
 */
export function toolNamer(tools: NonNullable<CreateOptions["tools"]>): (name: string) => string {
  const known = new Set(tools.map((tool) => toolSchemaOf(tool).name));
  return (name) => {
    if (known.has(name)) return name;
    for (let at = name.indexOf("-"); at !== -1; at = name.indexOf("-", at + 1)) {
      const rest = name.slice(at + 1);
      if (known.has(rest)) return rest;
    }
    return name;
  };
}
