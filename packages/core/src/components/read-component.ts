import { isObject, type JsonObject } from "../json.ts";
import { pointerToken } from "../json-pointer.ts";
import type { ComponentDefinition } from "./component.ts";
import type { ComponentIssue } from "./component-error.ts";
import { withEnvironment, type Environment } from "./environment.ts";
import { likelyComponents, nestedComponents, type NestedComponent } from "./nested.ts";
import { configIssues, unknownKeys, versionIssue } from "./validate.ts";

/** The keys of AutoGen's envelope. */
const ENVELOPE = ["provider", "component_type", "version", "component_version", "description", "label", "config"];

/** A component of a file, read and checked, with the components inside of it. */
export interface ReadComponent {
  readonly pointer: string;
  readonly definition: ComponentDefinition;
  /** The config as `fromConfig` takes it: of the current version, without nulls, variables filled in. */
  readonly config: JsonObject;
  /** In the order of the file, by their pointer inside of the config. */
  readonly nested: ReadonlyMap<string, ReadComponent>;
}

/** What reading knows and collects. */
export interface Reading {
  definition(provider: string): Promise<ComponentDefinition> | undefined;
  unknownProvider(provider: string): string;
  readonly environment: Environment;
  readonly allowNewer: boolean;
  readonly errors: ComponentIssue[];
  readonly warnings: ComponentIssue[];
}

/** Reads a component and everything in it; whatever is wrong is collected, each with its pointer. */
export async function readComponent(
  model: unknown,
  pointer: string,
  expected: readonly string[],
  reading: Reading,
): Promise<ReadComponent | undefined> {
  const { errors, warnings } = reading;
  const before = errors.length;
  const add = (at: string, message: string): void => void errors.push({ pointer: `${pointer}${at}`, message });
  if (!isObject(model)) {
    add("", `expected a component (an object with "provider" and "config"), found ${kindOf(model)}`);
    return undefined;
  }
  for (const key of Object.keys(model)) {
    if (ENVELOPE.includes(key)) continue;
    const near = key === "type" ? ". The class is named by provider" : "";
    warnings.push({
      pointer: `${pointer}${pointerToken(key)}`,
      message: `a component has no such key; it is ignored${near}`,
    });
  }
  const { provider, config = {} } = model;
  const definition = typeof provider === "string" && provider !== "" ? await reading.definition(provider) : undefined;
  if (typeof provider !== "string" || provider === "") add("/provider", "expected the provider's name as text");
  else if (definition === undefined) add("/provider", reading.unknownProvider(provider));
  else if (expected.length > 0 && !expected.includes(definition.componentType)) {
    add(
      "/provider",
      `expected a component of type ${expected.join(" or ")}, '${provider}' is of type ${definition.componentType}`,
    );
  }
  checkEnvelope(model, definition, pointer, reading);
  if (!isObject(config)) {
    add("/config", `expected an object, found ${kindOf(config)}`);
    return undefined;
  }
  // What `isObject` says of parsed JSON.
  const raw = config as JsonObject;
  const at = `${pointer}/config`;
  const current = definition === undefined ? raw : upToDate(definition, model, raw, at, reading);
  const own = withEnvironment(withoutNulls(current), reading.environment, at, errors);
  const places = [
    ...(definition === undefined ? likelyComponents(own, at) : nestedComponents(definition.schema, own, at)),
  ];
  if (definition !== undefined) checkConfig(definition, own, at, places, reading);
  const nested = new Map<string, ReadComponent>();
  for (const place of places) {
    const read = await readComponent(place.value, place.pointer, place.expected, reading);
    if (read !== undefined) nested.set(place.pointer.slice(at.length), read);
  }
  if (definition === undefined || errors.length > before) return undefined;
  return { pointer, definition, config: own, nested };
}

function checkEnvelope(
  model: Readonly<Record<string, unknown>>,
  definition: ComponentDefinition | undefined,
  pointer: string,
  { errors, warnings, allowNewer }: Reading,
): void {
  for (const key of ["component_type", "description", "label"]) {
    const value = model[key];
    if (value === undefined || value === null || typeof value === "string") continue;
    errors.push({ pointer: `${pointer}/${key}`, message: `expected text, found ${kindOf(value)}` });
  }
  const version = model["component_version"] ?? undefined;
  if (version !== undefined && !Number.isInteger(version)) {
    errors.push({
      pointer: `${pointer}/component_version`,
      message: `expected a whole number, found ${kindOf(version)}`,
    });
  }
  if (definition === undefined) return;
  const problem = versionIssue(definition, versionOf(definition, model), allowNewer);
  if (problem !== undefined) errors.push({ pointer: `${pointer}/component_version`, message: problem });
  const type = model["component_type"];
  if (typeof type === "string" && type !== definition.componentType) {
    const message = `'${definition.provider}' is of type ${definition.componentType}, not ${type}; the provider decides`;
    warnings.push({ pointer: `${pointer}/component_type`, message });
  }
}

/** What a nested component must be is told at its own place, once. */
function checkConfig(
  definition: ComponentDefinition,
  config: JsonObject,
  pointer: string,
  places: readonly NestedComponent[],
  { errors, warnings }: Reading,
): void {
  const known = new Set(places.map((place) => place.pointer));
  errors.push(...configIssues(definition, config, pointer).filter((issue) => !known.has(issue.pointer)));
  for (const key of unknownKeys(definition, config)) {
    const message = `'${definition.provider}' does not know this key; it is ignored`;
    warnings.push({ pointer: `${pointer}${pointerToken(key)}`, message });
  }
}

function versionOf(definition: ComponentDefinition, model: Readonly<Record<string, unknown>>): number {
  const version = model["component_version"];
  return typeof version === "number" && Number.isInteger(version) && version !== 0
    ? version
    : (definition.version ?? 1);
}

function upToDate(
  definition: ComponentDefinition,
  model: Readonly<Record<string, unknown>>,
  config: JsonObject,
  pointer: string,
  { errors }: Reading,
): JsonObject {
  const version = versionOf(definition, model);
  if (definition.upgrade === undefined || version >= (definition.version ?? 1)) return config;
  try {
    return definition.upgrade(config, version);
  } catch (error) {
    errors.push({ pointer, message: error instanceof Error ? error.message : String(error) });
    return config;
  }
}

/** Python leaves out absent values; a null in a hand-written file means the same. */
function withoutNulls(config: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(config).filter(([, value]) => value !== null));
}

function kindOf(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
