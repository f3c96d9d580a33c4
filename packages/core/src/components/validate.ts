import { isObject, type JsonObject } from "../json.ts";
import { pointerToken } from "../json-pointer.ts";
import { compileSchema, type CompiledSchema } from "../schema/index.ts";
import type { ComponentDefinition } from "./component.ts";
import type { ComponentIssue } from "./component-error.ts";
import { MASKED_SECRET } from "./dump.ts";

const compiled = new WeakMap<ComponentDefinition, CompiledSchema>();

/** Everything that is wrong with a config, nested components not included. */
export function configIssues(definition: ComponentDefinition, config: JsonObject, pointer: string): ComponentIssue[] {
  let schema = compiled.get(definition);
  if (schema === undefined) {
    schema = compileSchema(definition.schema);
    compiled.set(definition, schema);
  }
  const outcome = schema.validate(config);
  const issues = outcome.ok ? [] : outcome.issues;
  return [...issues, ...secretIssues(definition, config), ...(definition.check?.(config) ?? [])].map((issue) => ({
    pointer: `${pointer}${issue.pointer}`,
    message: issue.message,
  }));
}

/** The keys of a config that its schema does not know. */
export function unknownKeys(definition: ComponentDefinition, config: JsonObject): string[] {
  const { properties } = definition.schema;
  return isObject(properties) ? Object.keys(config).filter((key) => !Object.hasOwn(properties, key)) : [];
}

/** What is wrong with the version of a config; nothing when it can be read. */
export function versionIssue(
  definition: ComponentDefinition,
  version: number,
  allowNewer: boolean,
): string | undefined {
  const own = definition.version ?? 1;
  if (version > own && !allowNewer) {
    return `version ${version} is newer than version ${own} of '${definition.provider}'. Update Tesserae, or load with allowNewer`;
  }
  if (version < own && definition.upgrade === undefined) {
    return `reading version ${version} of '${definition.provider}' is not implemented; its version is ${own}`;
  }
  return undefined;
}

function secretIssues(definition: ComponentDefinition, config: JsonObject): ComponentIssue[] {
  return (definition.secrets ?? []).flatMap((key) => {
    const value = config[key];
    const pointer = pointerToken(key);
    if (value === MASKED_SECRET) return [masked(pointer)];
    if (!isObject(value)) return [];
    const names = Object.keys(value).filter((name) => value[name] === MASKED_SECRET);
    return names.map((name) => masked(`${pointer}${pointerToken(name)}`));
  });
}

function masked(pointer: string): ComponentIssue {
  const message =
    `the secret is masked (${MASKED_SECRET}). Put the real value there, or "$env:NAME" to read it from the ` +
    "environment, or leave the key out";
  return { pointer, message };
}
