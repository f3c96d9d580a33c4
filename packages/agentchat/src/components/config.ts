import type { JsonObject, LoadContext } from "@tesserae/core";

/** A nested component's JSON in a config. */
export type ComponentJson = JsonObject;

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
