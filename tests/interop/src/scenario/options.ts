import type { Json, JsonObject } from "@tesserae/core";
import { listOf, textOf } from "../golden.ts";

/** A text option; nothing where the key is absent. */
export function textIn(spec: JsonObject, key: string): string | undefined {
  return spec[key] === undefined ? undefined : textOf(spec[key], key);
}

/** A number option; nothing where the key is absent. */
export function numberIn(spec: JsonObject, key: string): number | undefined {
  return spec[key] === undefined ? undefined : Number(spec[key]);
}

/** A truth option; nothing where the key is absent. */
export function truthIn(spec: JsonObject, key: string): boolean | undefined {
  return spec[key] === undefined ? undefined : spec[key] === true;
}

/** A list option; nothing where the key is absent. */
export function optionalList(value: Json | undefined): readonly Json[] | undefined {
  return value === undefined ? undefined : listOf(value);
}
