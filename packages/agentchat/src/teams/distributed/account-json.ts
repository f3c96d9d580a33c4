import {
  LimitError,
  ValueError,
  isObject,
  limitsOn,
  requestUsageFromJson,
  requestUsageToJson,
  type CallOfPart,
  type JsonObject,
  type LimitAccount,
  type LimitName,
  type RunLimits,
  type RunContext,
  type UsedByPart,
} from "@tesserae/core";
import { textField } from "../../messages/json-fields.ts";

/*
 * What processes say to each other about the limits of a run and what was used of it: keys beside those of AutoGen's
 * envelopes, which AutoGen passes over and does not send. Money is in pico-dollars (1e-12 USD).
 */

const LIMITS = {
  maxTurns: "max_turns",
  maxModelCalls: "max_model_calls",
  maxToolCalls: "max_tool_calls",
  maxTokens: "max_tokens",
  maxCost: "max_cost",
} as const satisfies { readonly [name in keyof Omit<RunLimits, "maxDurationMs">]-?: string };

/** The limits that can be asked about: the time of a run ends it where it is led. */
const LIMIT_NAMES = Object.keys(LIMITS) as readonly (keyof typeof LIMITS)[];

const REFUSERS: readonly LimitName[] = [
  "maxCost",
  "maxModelCalls",
  "maxToolCalls",
  "maxTokens",
  "maxTurns",
  "maxDurationMs",
];

/** The limits of a run; of the turns those that are left, since a team looks how many it has. `undefined` without any. */
export function limitsToJson(run: RunContext): JsonObject | undefined {
  const limits = { ...limitsOn(run), maxTurns: run.meter?.turnsLeft };
  const json = Object.fromEntries(
    LIMIT_NAMES.flatMap((name) => {
      const limit = limits[name];
      // A limit that is none cannot be written.
      return limit === undefined || limit === Infinity ? [] : [[LIMITS[name], limit]];
    }),
  );
  return Object.keys(json).length === 0 ? undefined : json;
}

/** Reads {@link limitsToJson}. @throws ValueError for a limit that is no number. */
export function limitsFromJson(json: JsonObject): RunLimits {
  const limits: { -readonly [name in keyof RunLimits]: RunLimits[name] } = {};
  for (const name of LIMIT_NAMES) if (json[LIMITS[name]] !== undefined) limits[name] = numberField(json, LIMITS[name]);
  return limits;
}

/** What a participant has used. */
export function usedToJson({ usage, cost, modelCalls, toolCalls, turns }: UsedByPart): JsonObject {
  return {
    usage: requestUsageToJson(usage),
    cost: cost ?? null,
    model_calls: modelCalls,
    tool_calls: toolCalls,
    turns,
  };
}

/** Reads {@link usedToJson}. @throws ValueError for what counts nothing: with it no limit would hold. */
export function usedFromJson(json: JsonObject): UsedByPart {
  return {
    usage: requestUsageFromJson(json["usage"], "/used/usage"),
    cost: costField(json),
    modelCalls: numberField(json, "model_calls"),
    toolCalls: numberField(json, "tool_calls"),
    turns: numberField(json, "turns"),
  };
}

/** A call that is asked for. */
export function callToJson({ kind, model, cost, tokens }: CallOfPart): JsonObject {
  return { kind, model, cost: cost ?? null, tokens };
}

/** Reads {@link callToJson}. @throws ValueError */
export function callFromJson(json: JsonObject): CallOfPart {
  const kind = textField(json, "kind");
  if (kind !== "model" && kind !== "tool" && kind !== "turn") {
    throw new ValueError(`/kind must be "model", "tool" or "turn", found "${kind}".`);
  }
  return {
    kind,
    model: textField(json, "model"),
    cost: costField(json),
    tokens: numberField(json, "tokens"),
  };
}

/** What a limit refused. */
export function refusalToJson({ limit, account }: LimitError): JsonObject {
  return { limit, account: account ?? null };
}

/** Reads {@link refusalToJson}; `undefined` for what names no limit that is known here. */
export function refusalFromJson(json: JsonObject, message: string): LimitError | undefined {
  const limit = REFUSERS.find((name) => name === json["limit"]);
  return limit === undefined ? undefined : new LimitError(limit, message, accountOf(json["account"]));
}

function accountOf(json: unknown): LimitAccount | undefined {
  if (!isObject(json)) return undefined;
  const { allowed, used, wanted } = json;
  const isWhole = typeof allowed === "number" && typeof used === "number" && typeof wanted === "number";
  return isWhole ? { allowed, used, wanted } : undefined;
}

function costField(json: JsonObject): number | undefined {
  return json["cost"] === null ? undefined : numberField(json, "cost");
}

function numberField(json: JsonObject, key: string): number {
  const value = json[key];
  if (typeof value === "number" && value >= 0 && value < Infinity) return value;
  throw new ValueError(`/${key} must be a number, 0 or more, found ${JSON.stringify(value)}.`);
}
