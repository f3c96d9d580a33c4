import { isObject } from "../json.ts";
import { pointerToken } from "../json-pointer.ts";

/** A place in a config that holds a component. */
export interface NestedComponent {
  readonly pointer: string;
  readonly value: unknown;
  /** The component types that may stand there. */
  readonly expected: readonly string[];
}

/**
 * The components in a config, found by the schema's `x-component` marks; `pointer` is the config's place.
 * Where a schema offers alternatives, a list is read by those for lists, anything else by the others.
 */
export function* nestedComponents(schema: unknown, value: unknown, pointer: string): Generator<NestedComponent> {
  if (!isObject(schema) || value === undefined || value === null) return;
  const expected = schema["x-component"];
  if (Array.isArray(expected)) {
    yield { pointer, value, expected: expected.map(String) };
    return;
  }
  const { anyOf, items, properties, additionalProperties } = schema;
  if (Array.isArray(anyOf)) {
    for (const branch of anyOf) {
      if (isForLists(branch) === Array.isArray(value)) yield* nestedComponents(branch, value, pointer);
    }
  }
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* nestedComponents(items, item, `${pointer}/${index}`);
  } else if (isObject(value)) {
    for (const [key, item] of Object.entries(value)) {
      const own = isObject(properties) && Object.hasOwn(properties, key) ? properties[key] : additionalProperties;
      yield* nestedComponents(own, item, `${pointer}${pointerToken(key)}`);
    }
  }
}

/** Anything that looks like a component, for a config whose schema is not known. */
export function* likelyComponents(value: unknown, pointer: string): Generator<NestedComponent> {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* likelyComponents(item, `${pointer}/${index}`);
  } else if (isEnvelope(value)) {
    yield { pointer, value, expected: [] };
  } else if (isObject(value)) {
    for (const [key, item] of Object.entries(value)) yield* likelyComponents(item, `${pointer}${pointerToken(key)}`);
  }
}

/** True for an object that has the two keys by which a component is known. */
export function isEnvelope(value: unknown): boolean {
  return isObject(value) && typeof value["provider"] === "string" && isObject(value["config"]);
}

function isForLists(schema: unknown): boolean {
  return isObject(schema) && (schema["type"] === "array" || "items" in schema);
}
