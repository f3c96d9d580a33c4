import type { RedactOptions } from "../redact/redact-options.ts";
import { listAt, objectAt, parseText } from "../recorder/raw.ts";
import { readRegularFile } from "./read-regular-file.ts";

/**
 * The rules of the environment: a JSON file with the members `keys` and `patterns` of the option `redact`, and whether
 * personal data is taken out. What cannot be used is passed over: the environment never stops a program.
 */
export function readRedaction(file: string | undefined, pii: boolean): RedactOptions {
  const rules = file === undefined ? undefined : parseText(readRegularFile(file));
  const keys = listAt(rules, "keys").filter((key) => typeof key === "string");
  const patterns: Record<string, string> = {};
  for (const [name, pattern] of Object.entries(objectAt(rules, "patterns"))) {
    if (typeof pattern === "string" && isPattern(pattern)) patterns[name] = pattern;
  }
  return { keys, patterns, pii };
}

function isPattern(source: string): boolean {
  try {
    return new RegExp(source, "g").source !== "";
  } catch {
    return false;
  }
}
