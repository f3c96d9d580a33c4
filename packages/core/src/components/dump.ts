import { TesseraeError } from "../errors/tesserae-error.ts";
import type { Json, JsonObject } from "../json.ts";
import type { ComponentDefinition, ComponentModel, DumpContext } from "./component.ts";

/** What stands in the place of a secret, as in AutoGen's files. */
export const MASKED_SECRET = "**********";

/** How a component is written. */
export interface DumpOptions {
  /** Writes secrets in clear. Default false. */
  readonly includeSecrets?: boolean | undefined;
  /** Overrides the class's description. */
  readonly description?: string | undefined;
  /** Overrides the class's label. */
  readonly label?: string | undefined;
}

/** What {@link dumpIfPossible} throws within: made once, for an error of its own would cost more than all the rest. */
const NO_DEFINITION: unique symbol = Symbol("no definition");

/** Writes a component as JSON. Fails with `ERR_COMPONENT_NOT_SERIALIZABLE` for an object without a definition. */
export function dumpComponent(instance: object, options: DumpOptions = {}): ComponentModel & JsonObject {
  return dump(instance, options, componentDefinitionOf);
}

/**
 * {@link dumpComponent} for a record that can do without: `undefined` where the component, or a part of it, cannot be
 * written. Called once a run, so that a part without a definition (a user's own model client) must cost little.
 */
export function dumpIfPossible(instance: object): (ComponentModel & JsonObject) | undefined {
  try {
    return dump(instance, {}, (value) => {
      const definition = ownDefinition(value);
      // oxlint-disable-next-line only-throw-error -- it never leaves this function
      if (definition === undefined) throw NO_DEFINITION;
      return definition;
    });
  } catch {
    return undefined;
  }
}

function dump(
  instance: object,
  options: DumpOptions,
  definitionOf: (instance: object) => ComponentDefinition,
): ComponentModel & JsonObject {
  const definition = definitionOf(instance);
  const includeSecrets = options.includeSecrets ?? false;
  const context: DumpContext = { includeSecrets, component: (value) => dump(value, { includeSecrets }, definitionOf) };
  const version = definition.version ?? 1;
  const config = definition.toConfig(instance, context);
  return {
    provider: definition.provider,
    component_type: definition.componentType,
    version,
    component_version: version,
    description: options.description ?? definition.description,
    label: options.label ?? definition.label,
    config: includeSecrets ? config : maskSecrets(config, definition.secrets ?? []),
  };
}

/** True for an object that {@link dumpComponent} can write. */
export function isComponentInstance(value: unknown): value is object {
  return typeof value === "object" && value !== null && ownDefinition(value) !== undefined;
}

/** The definition of an object's own class. */
export function componentDefinitionOf(instance: object): ComponentDefinition {
  const definition = ownDefinition(instance);
  if (definition === undefined) {
    throw new TesseraeError(
      "ERR_COMPONENT_NOT_SERIALIZABLE",
      `An object of class ${instance.constructor.name} cannot be written as JSON: its class has no static "component" ` +
        "of its own. Give the class one, or leave the object out of what is written.",
    );
  }
  return definition;
}

/** A subclass does not inherit the definition: written as its parent it would be read as another class. */
function ownDefinition(instance: object): ComponentDefinition | undefined {
  const { constructor } = instance;
  const own: unknown = Object.hasOwn(constructor, "component") ? Reflect.get(constructor, "component") : undefined;
  return isDefinition(own) ? own : undefined;
}

/** True for a {@link ComponentDefinition}. */
export function isDefinition(value: unknown): value is ComponentDefinition {
  return typeof value === "object" && value !== null && "provider" in value && "fromConfig" in value;
}

function maskSecrets(config: JsonObject, secrets: readonly string[]): JsonObject {
  if (secrets.length === 0) return config;
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      key,
      secrets.includes(key) && value !== null ? masked(value) : value,
    ]),
  );
}

/** The values of an object (headers, environment) are masked one by one, so that its keys stay readable. */
function masked(value: Json): Json {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return MASKED_SECRET;
  return Object.fromEntries(Object.keys(value).map((key) => [key, MASKED_SECRET]));
}
