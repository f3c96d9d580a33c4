import { isObject, type JsonObject } from "../json.ts";
import { compileSchema, type CompiledSchema } from "../schema/index.ts";
import type { ComponentDefinition } from "./component.ts";
import type { ComponentIssue } from "./component-error.ts";
import { MASKED_SECRET } from "./dump.ts";

const compiled = new WeakMap<ComponentDefinition, CompiledSchema>();

/** Everything that is wrong with a config, nested components not included. */
export function configIssues(definition: ComponentDefinition, config: unknown, pointer: string): ComponentIssue[] {
  let schema = compiled.get(definition);
  if (schema === undefined) {
    schema = compileSchema(definition.schema);
    compiled.set(definition, schema);
  }
  const outcome = schema.validate(config);
  const issues = outcome.ok
    ? []
    : outcome.issues.map((issue) => ({ pointer: `${pointer}${issue.pointer}`, message: issue.message }));
  return [...issues, ...secretIssues(definition, config, pointer)];
}

/** A place in a config that holds a component. */
export interface NestedComponent {
  readonly pointer: string;
  readonly value: unknown;
  /** The component types that may stand there. */
  readonly expected: readonly string[];
}

/** The components in a config, found by the schema's `x-component` marks. */
export function* nestedComponents(schema: unknown, value: unknown, pointer: string): Generator<NestedComponent> {
  if (!isObject(schema) || value === undefined || value === null) return;
  const expected = schema["x-component"];
  if (Array.isArray(expected)) {
    yield { pointer, value, expected: expected.map(String) };
    return;
  }
  const { anyOf, items, properties, additionalProperties } = schema;
  if (Array.isArray(anyOf)) for (const branch of anyOf) yield* nestedComponents(branch, value, pointer);
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* nestedComponents(items, item, `${pointer}/${index}`);
  } else if (isObject(value)) {
    for (const [key, item] of Object.entries(value)) {
      const own = isObject(properties) && Object.hasOwn(properties, key) ? properties[key] : additionalProperties;
      yield* nestedComponents(own, item, `${pointer}/${escapePointer(key)}`);
    }
  }
}

/** The keys of a config that its schema does not know. */
export function unknownKeys(definition: ComponentDefinition, config: JsonObject): string[] {
  const { properties } = definition.schema;
  return isObject(properties) ? Object.keys(config).filter((key) => !Object.hasOwn(properties, key)) : [];
}

function secretIssues(definition: ComponentDefinition, config: unknown, pointer: string): ComponentIssue[] {
  if (!isObject(config)) return [];
  return (definition.secrets ?? [])
    .filter((key) => config[key] === MASKED_SECRET)
    .map((key) => ({
      pointer: `${pointer}/${escapePointer(key)}`,
      message: `the secret is masked (${MASKED_SECRET}). Put the real value there, or "$env:NAME" to read it from the environment, or leave the key out`,
    }));
}

function escapePointer(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}
