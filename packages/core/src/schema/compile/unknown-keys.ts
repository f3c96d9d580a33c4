import { isObject } from "../../json.ts";
import type { Check } from "./check.ts";
import type { CompileContext, Place, UnknownKeys } from "./context.ts";
import { unknownKeyMessage } from "./objects.ts";
import { read, readPattern, readRecord, type Keywords } from "./read.ts";

/** The keys that a schema knows, together with every schema that looks at the same value. */
interface KnownKeys {
  readonly names: Set<string>;
  readonly patterns: RegExp[];
  /** True once some part lets other keys through (`additionalProperties` with a schema or `true`). */
  open: boolean;
}

/** True when this schema looks after the unknown keys of its value; a mere union leaves that to its alternatives. */
export function looksAfterKeys(context: CompileContext, schema: Keywords): boolean {
  return context.unknownKeys !== undefined && (Object.hasOwn(schema, "properties") || Object.hasOwn(schema, "allOf"));
}

/** What is done about keys that no part of the schema knows, as the caller asked; undefined when nothing is to do. */
export function compileUnknownKeys(context: CompileContext, schema: Keywords, place: Place): Check | undefined {
  const mode = context.unknownKeys;
  if (mode === undefined || mode === "ignore") return undefined;
  const known: KnownKeys = { names: new Set(), patterns: [], open: false };
  gather(context, schema, place.pointer, known, new Set());
  if (known.open) return undefined;
  // The schema's own refusal reports these already.
  if (mode === "error" && read(schema, "additionalProperties") === false) return undefined;
  return MODES[mode](known, place.pointer);
}

const IN_PLACE = ["allOf", "anyOf", "oneOf"] as const;
const SINGLE = ["if", "then", "else"] as const;

function gather(context: CompileContext, schema: unknown, pointer: string, known: KnownKeys, seen: Set<unknown>): void {
  if (!isObject(schema) || seen.has(schema)) return;
  seen.add(schema);
  for (const name of Object.keys(readRecord(schema, "properties", pointer) ?? {})) known.names.add(name);
  for (const source of Object.keys(readRecord(schema, "patternProperties", pointer) ?? {})) {
    known.patterns.push(readPattern(source, "patternProperties", pointer));
  }
  const additional = read(schema, "additionalProperties");
  if (additional !== undefined && additional !== false) known.open = true;
  for (const keyword of IN_PLACE) {
    const parts = read(schema, keyword);
    if (Array.isArray(parts)) for (const part of parts) gather(context, part, pointer, known, seen);
  }
  for (const keyword of SINGLE) gather(context, read(schema, keyword), pointer, known, seen);
  for (const part of Object.values(readRecord(schema, "dependentSchemas", pointer) ?? {})) {
    gather(context, part, pointer, known, seen);
  }
  const reference = read(schema, "$ref");
  if (typeof reference === "string")
    gather(context, context.document.resolve(reference, pointer).schema, pointer, known, seen);
}

function isKnown(known: KnownKeys, key: string): boolean {
  return known.names.has(key) || known.patterns.some((pattern) => pattern.test(key));
}

const MODES: Readonly<Record<Exclude<UnknownKeys, "ignore">, (known: KnownKeys, pointer: string) => Check>> = {
  error: (known, pointer) => ({
    test: (value) => {
      if (!isObject(value)) return true;
      for (const key in value) {
        if (Object.hasOwn(value, key) && value[key] !== undefined && !isKnown(known, key)) return false;
      }
      return true;
    },
    report: (value, run) => {
      if (!isObject(value)) return;
      for (const key of Object.keys(value)) {
        if (value[key] === undefined || isKnown(known, key)) continue;
        run.add(`${pointer}/properties`, "additionalProperties", unknownKeyMessage(key, known.names, value), key);
      }
    },
  }),

  strip: (known) => ({
    test: () => true,
    report: () => undefined,
    transform: (value) => {
      if (!isObject(value)) return value;
      const unknown = Object.keys(value).filter((key) => !isKnown(known, key));
      if (unknown.length === 0) return value;
      const kept = { ...value };
      for (const key of unknown) Reflect.deleteProperty(kept, key);
      return kept;
    },
  }),

  collect: (known) => ({
    test: () => true,
    report: () => undefined,
    transform: (value, run) => {
      if (!isObject(value)) return value;
      for (const key of Object.keys(value)) {
        if (!isKnown(known, key)) run.noteUnknown(key);
      }
      return value;
    },
  }),
};
