import { isObject } from "../../json.ts";
import { pointerToken } from "../../json-pointer.ts";
import { inside, type CompileContext, type Place } from "./context.ts";
import type { Check } from "./check.ts";
import { read, readPattern, readRecord, readTexts, type Keywords } from "./read.ts";

/** One key that an object's schema names. */
export interface Property {
  readonly key: string;
  readonly check: Check | undefined;
  readonly required: boolean;
  readonly default: { readonly value: unknown } | undefined;
}

/** Keys that match a pattern. */
export interface PatternProperty {
  readonly pattern: RegExp;
  readonly check: Check;
}

/** What `properties`, `required`, `patternProperties` and `additionalProperties` say together. */
export interface ObjectShape {
  readonly properties: ReadonlyMap<string, Property>;
  readonly requiredCount: number;
  readonly patterns: readonly PatternProperty[];
  /** What the other keys must be; undefined when anything goes, false when there must be none. */
  readonly additional: Check | false | undefined;
}

/** Reads the shape; undefined when the schema says nothing about keys. */
export function readShape(context: CompileContext, schema: Keywords, place: Place): ObjectShape | undefined {
  const { pointer } = place;
  const declared = readRecord(schema, "properties", pointer);
  const required = readTexts(schema, "required", pointer);
  const patterned = readRecord(schema, "patternProperties", pointer);
  const additional = read(schema, "additionalProperties");
  if (declared === undefined && required === undefined && patterned === undefined && additional === undefined)
    return undefined;

  const properties = new Map<string, Property>();
  for (const [key, part] of Object.entries(declared ?? {})) {
    const check = context.compile(part, inside(place, `/properties${pointerToken(key)}`));
    properties.set(key, {
      key,
      check,
      required: required?.includes(key) === true,
      default: context.defaults ? readDefault(context, part, pointer) : undefined,
    });
  }
  for (const key of required ?? []) {
    if (!properties.has(key)) properties.set(key, { key, check: undefined, required: true, default: undefined });
  }
  return {
    properties,
    requiredCount: new Set(required).size,
    patterns: Object.entries(patterned ?? {}).map(([source, part]) => ({
      pattern: readPattern(source, "patternProperties", pointer),
      check: context.compile(part, inside(place, `/patternProperties${pointerToken(source)}`)),
    })),
    additional: compileAdditional(context, additional, place),
  };
}

function compileAdditional(context: CompileContext, additional: unknown, place: Place): Check | false | undefined {
  if (additional === undefined || additional === true) return undefined;
  if (additional !== false) return context.compile(additional, inside(place, "/additionalProperties"));
  // The caller's wish about unknown keys goes before the schema's.
  const lenient = context.unknownKeys !== undefined && context.unknownKeys !== "error";
  return lenient ? undefined : false;
}

/** A property's default, its own or that of what it refers to. */
function readDefault(context: CompileContext, schema: unknown, pointer: string): Property["default"] {
  let part = schema;
  for (let hops = 0; isObject(part) && hops < 16; hops += 1) {
    if (Object.hasOwn(part, "default")) return { value: part["default"] };
    const reference = read(part, "$ref");
    if (typeof reference !== "string") return undefined;
    part = context.document.resolve(reference, pointer).schema;
  }
  return undefined;
}
