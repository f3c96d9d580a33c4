import { isObject, MASKED_SECRET, type ComponentIssue, type Json, type JsonObject } from "@tesserae/core";
import { isSecretHeader } from "../../models/shared/secret-headers.ts";
import type { Mem0MemoryOptions } from "./options.ts";

const optional = (type: string): JsonObject => ({ anyOf: [{ type }, { type: "null" }] });

/** AutoGen's config, and an address of ours. */
export const MEM0_CONFIG_SCHEMA: JsonObject = {
  type: "object",
  properties: {
    user_id: optional("string"),
    limit: { type: "integer", minimum: 1 },
    is_cloud: { type: "boolean" },
    api_key: optional("string"),
    config: optional("object"),
    base_url: optional("string"),
  },
};

/** A config that fits {@link MEM0_CONFIG_SCHEMA}. */
export interface Mem0ConfigJson {
  readonly user_id?: string | null;
  readonly limit?: number;
  readonly is_cloud?: boolean;
  readonly api_key?: string | null;
  readonly config?: JsonObject | null;
  readonly base_url?: string | null;
}

/** Writes the options; the key of the cloud is masked by who dumps, those in the config of a local one here. */
export function mem0OptionsToJson(options: Mem0MemoryOptions, includeSecrets: boolean): JsonObject {
  const { apiKey, baseUrl, config, isCloud, limit, userId } = options;
  const json: Readonly<Record<string, Json | undefined>> = {
    user_id: userId,
    limit,
    is_cloud: isCloud,
    api_key: apiKey,
    config: config && (includeSecrets ? config : maskIn(config)),
    base_url: baseUrl,
  };
  return Object.fromEntries(Object.entries(json).filter((entry): entry is [string, Json] => entry[1] !== undefined));
}

/** Reads what {@link mem0OptionsToJson} and Python write. */
export function mem0OptionsFromJson(json: Mem0ConfigJson): Mem0MemoryOptions {
  return {
    userId: json.user_id ?? undefined,
    limit: json.limit,
    isCloud: json.is_cloud,
    apiKey: json.api_key ?? undefined,
    config: json.config ?? undefined,
    baseUrl: json.base_url ?? undefined,
  };
}

/** The places of secrets in a local config that were masked when they were written: asterisks are no key. */
export function maskedMem0Secrets({ config }: JsonObject): readonly ComponentIssue[] {
  return maskedPlaces(config, "/config").map((pointer) => ({
    pointer,
    message: "is masked: give the real value, or $env:NAME",
  }));
}

function maskIn(value: JsonObject): JsonObject {
  const masked = (name: string, inner: Json): Json => {
    if (typeof inner === "string") return isSecretHeader(name) ? MASKED_SECRET : inner;
    if (Array.isArray(inner)) return inner.map((item) => masked(name, item));
    return isObject(inner) ? maskIn(inner) : inner;
  };
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, masked(name, inner)]));
}

function maskedPlaces(value: Json | undefined, pointer: string): readonly string[] {
  if (value === MASKED_SECRET) return [pointer];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    maskedPlaces(inner, `${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`),
  );
}
