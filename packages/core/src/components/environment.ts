import { isObject, type Json, type JsonObject } from "../json.ts";
import { pointerToken } from "../json-pointer.ts";
import type { ComponentIssue } from "./component-error.ts";
import { isEnvelope } from "./nested.ts";

const PREFIX = "$env:";

/** The variables that configs may name. */
export type Environment = { readonly [name: string]: string | undefined };

/**
 * A config with `"$env:NAME"` replaced by the variable's value, nested components left as they are. A variable that is
 * not set is an issue.
 */
export function withEnvironment(
  config: JsonObject,
  environment: Environment,
  pointer: string,
  issues: ComponentIssue[],
): JsonObject {
  const replaced = (value: Json, at: string): Json => {
    if (typeof value === "string") return value.startsWith(PREFIX) ? variable(value.slice(PREFIX.length), at) : value;
    if (Array.isArray(value)) return value.map((item, index) => replaced(item, `${at}/${index}`));
    return isObject(value) && !isEnvelope(value) ? inObject(value, at) : value;
  };
  const inObject = (object: JsonObject, at: string): JsonObject =>
    Object.fromEntries(Object.entries(object).map(([key, value]) => [key, replaced(value, at + pointerToken(key))]));
  const variable = (name: string, at: string): Json => {
    const found = environment[name];
    if (found !== undefined && found !== "") return found;
    issues.push({ pointer: at, message: `the environment variable ${name} is not set` });
    return "";
  };
  return holdsVariable(config) ? inObject(config, pointer) : config;
}

function holdsVariable(value: Json): boolean {
  if (typeof value === "string") return value.startsWith(PREFIX);
  if (Array.isArray(value)) return value.some(holdsVariable);
  return isObject(value) && !isEnvelope(value) && Object.values(value).some(holdsVariable);
}
