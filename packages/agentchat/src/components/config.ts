import type { JsonObject, LoadContext } from "@tesserae/core";

/** A nested component's JSON in a config. */
export type ComponentJson = JsonObject;

/** An agent's name: an identifier of Python's. */
export const AGENT_NAME_SCHEMA: JsonObject = {
  type: "string",
  pattern: String.raw`^[\p{ID_Start}_]\p{ID_Continue}*$`,
  description: "Letters, digits and underscores, no digit first; unique in a team.",
};

/* @__NO_SIDE_EFFECTS__ */
/** A schema that accepts null too: Python writes absent values so in hand-made files. */
export function nullable(...schemas: readonly JsonObject[]): JsonObject {
  return { anyOf: [...schemas, { type: "null" }] };
}

/** Loads a list of nested components, in order. */
export async function loadList<T extends object>(
  load: LoadContext,
  list: readonly ComponentJson[],
  pointer: string,
): Promise<T[]> {
  const loaded: T[] = [];
  for (const [index, item] of list.entries()) loaded.push(await load.component<T>(item, `${pointer}/${index}`));
  return loaded;
}
