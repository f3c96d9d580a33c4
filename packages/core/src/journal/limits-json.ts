import type { JsonObject } from "../json.ts";
import type { RunLimits } from "../run/limits.ts";

const KEYS = {
  maxTurns: "max_turns",
  maxCost: "max_cost",
  maxModelCalls: "max_model_calls",
  maxToolCalls: "max_tool_calls",
  maxTokens: "max_tokens",
  maxDurationMs: "max_duration_ms",
} as const satisfies { readonly [name in keyof RunLimits]-?: string };

/** Writes limits. */
export function limitsToJson(limits: RunLimits | undefined): JsonObject {
  const json: { [key: string]: number } = {};
  if (limits === undefined) return json;
  for (const name of names()) {
    const value = limits[name];
    if (value !== undefined) json[KEYS[name]] = value;
  }
  return json;
}

/** Reads limits; `undefined` when there are none. */
export function limitsFromJson(json: JsonObject): RunLimits | undefined {
  const limits: { -readonly [name in keyof RunLimits]: number } = {};
  for (const name of names()) {
    const value = json[KEYS[name]];
    if (typeof value === "number") limits[name] = value;
  }
  return Object.keys(limits).length === 0 ? undefined : limits;
}

function names(): readonly (keyof RunLimits)[] {
  return ["maxTurns", "maxCost", "maxModelCalls", "maxToolCalls", "maxTokens", "maxDurationMs"];
}
