import { isObject } from "../../json.ts";
import { pointerToken } from "../../json-pointer.ts";
import { constants, Definitions, notInJson, objectOf, orNull, type Draft } from "./definitions.ts";

/** As much of a zod 3 schema as is read here. */
export interface Zod3Schema {
  readonly _def: object;
}

/**
 * The JSON Schema of what a zod 3 schema accepts, for `toJsonSchema(schema, { adapter: zod3ToJsonSchema })`.
 *
 * It reads the schema's own structure and imports nothing. Refinements and transformations are invisible to it: what
 * goes into them is described. zod 4 describes itself and needs no adapter.
 *
 * @throws SchemaConversionError `ERR_SCHEMA_NO_JSON` for a type that JSON has not (dates, maps, sets, bigint, …).
 */
export function zod3ToJsonSchema(schema: Zod3Schema): Record<string, unknown> {
  const definitions = new Definitions();
  return definitions.complete(write(schema, "", definitions));
}

function write(schema: unknown, path: string, definitions: Definitions): Draft {
  const def = definitionOf(schema);
  const draft = writeType(def, path, definitions);
  const description = def["description"] ?? (isObject(schema) ? schema["description"] : undefined);
  return typeof description === "string" ? { ...draft, description } : draft;
}

function definitionOf(schema: unknown): Draft {
  const def = isObject(schema) ? schema["_def"] : undefined;
  return isObject(def) ? def : {};
}

function typeNameOf(schema: unknown): string {
  return String(definitionOf(schema)["typeName"]);
}

function writeType(def: Draft, path: string, definitions: Definitions): Draft {
  const below = (part: unknown, step: string): Draft => write(part, path + step, definitions);
  switch (def["typeName"]) {
    case "ZodString":
      return { type: "string", ...stringChecks(def) };
    case "ZodNumber":
      return numberChecks(def);
    case "ZodBoolean":
      return { type: "boolean" };
    case "ZodNull":
      return { type: "null" };
    case "ZodAny":
    case "ZodUnknown":
      return {};
    case "ZodNever":
      return { not: {} };
    case "ZodLiteral":
      return constants([def["value"]]);
    case "ZodEnum":
      return constants(list(def["values"]));
    case "ZodNativeEnum":
      return constants(enumValues(def["values"]));
    case "ZodObject":
      return writeObject(def, path, definitions);
    case "ZodRecord":
      return { type: "object", additionalProperties: below(def["valueType"], "/additionalProperties") };
    case "ZodArray":
      return { type: "array", items: below(def["type"], "/items"), ...lengthChecks(def) };
    case "ZodTuple":
      return writeTuple(def, path, definitions);
    case "ZodUnion":
    case "ZodDiscriminatedUnion":
      return { anyOf: list(def["options"]).map((option, index) => below(option, `/anyOf/${index}`)) };
    case "ZodIntersection":
      return { allOf: [below(def["left"], "/allOf/0"), below(def["right"], "/allOf/1")] };
    case "ZodNullable":
      return orNull(below(def["innerType"], ""));
    case "ZodDefault":
      return { ...below(def["innerType"], ""), default: call(def["defaultValue"]) };
    case "ZodOptional":
    case "ZodReadonly":
    case "ZodCatch":
      return below(def["innerType"], "");
    case "ZodBranded":
      return below(def["type"], "");
    case "ZodEffects":
      return below(def["schema"], "");
    case "ZodPipeline":
      return below(def["in"], "");
    case "ZodLazy":
      return definitions.refer(def["getter"], () => below(call(def["getter"]), ""));
    default:
      throw notInJson("zod", String(def["typeName"]).replace(/^Zod/, ""), path);
  }
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function call(value: unknown): unknown {
  return typeof value === "function" ? (Reflect.apply(value, undefined, []) as unknown) : undefined;
}

/** TypeScript gives numeric enums a second entry for each member, from number to name. */
function enumValues(values: unknown): readonly unknown[] {
  if (!isObject(values)) return [];
  const names = Object.keys(values).filter((key) => typeof values[String(values[key])] !== "number");
  return names.map((name) => values[name]);
}

function writeObject(def: Draft, path: string, definitions: Definitions): Draft {
  const shape = call(def["shape"]);
  const entries = isObject(shape) ? Object.entries(shape) : [];
  const properties = Object.fromEntries(
    entries.map(([key, part]) => [key, write(part, `${path}/properties${pointerToken(key)}`, definitions)]),
  );
  const required = entries.flatMap(([key, part]) => (isOptional(part) ? [] : [key]));
  const closed = typeNameOf(def["catchall"]) === "ZodNever";
  const others = { strict: false, passthrough: true }[String(def["unknownKeys"])];
  return objectOf(
    properties,
    required,
    closed ? others : write(def["catchall"], `${path}/additionalProperties`, definitions),
  );
}

function isOptional(schema: unknown): boolean {
  const def = definitionOf(schema);
  switch (def["typeName"]) {
    case "ZodOptional":
    case "ZodDefault":
    case "ZodCatch":
    case "ZodAny":
    case "ZodUnknown":
      return true;
    case "ZodNullable":
    case "ZodReadonly":
      return isOptional(def["innerType"]);
    case "ZodBranded":
      return isOptional(def["type"]);
    case "ZodEffects":
      return isOptional(def["schema"]);
    case "ZodPipeline":
      return isOptional(def["in"]);
    default:
      return false;
  }
}

function writeTuple(def: Draft, path: string, definitions: Definitions): Draft {
  const items = list(def["items"]);
  const { rest } = def;
  const open = rest !== null && rest !== undefined;
  return {
    type: "array",
    prefixItems: items.map((item, index) => write(item, `${path}/prefixItems/${index}`, definitions)),
    ...(open ? { items: write(rest, `${path}/items`, definitions) } : { maxItems: items.length }),
    minItems: items.length,
  };
}

function lengthChecks(def: Draft): Draft {
  const value = (name: string): unknown => (isObject(def[name]) ? def[name]["value"] : undefined);
  const least = value("exactLength") ?? value("minLength");
  const most = value("exactLength") ?? value("maxLength");
  return { ...(least === undefined ? {} : { minItems: least }), ...(most === undefined ? {} : { maxItems: most }) };
}

const FORMATS: Readonly<Record<string, string>> = {
  email: "email",
  url: "uri",
  uuid: "uuid",
  datetime: "date-time",
  date: "date",
  time: "time",
  duration: "duration",
};

function stringChecks(def: Draft): Draft {
  const draft: Draft = {};
  for (const check of list(def["checks"])) {
    if (!isObject(check)) continue;
    const { kind, value, regex } = check;
    if (kind === "min" || kind === "length") draft["minLength"] = value;
    if (kind === "max" || kind === "length") draft["maxLength"] = value;
    // Flags have no place in JSON Schema; without them the pattern would mean something else.
    if (kind === "regex" && regex instanceof RegExp && regex.flags.replace("u", "") === "")
      draft["pattern"] = regex.source;
    const format = Object.hasOwn(FORMATS, String(kind)) ? FORMATS[String(kind)] : undefined;
    if (format !== undefined) draft["format"] = format;
  }
  return draft;
}

function numberChecks(def: Draft): Draft {
  const draft: Draft = { type: "number" };
  for (const check of list(def["checks"])) {
    if (!isObject(check)) continue;
    const { kind, value, inclusive } = check;
    if (kind === "int") draft["type"] = "integer";
    if (kind === "min") draft[inclusive === true ? "minimum" : "exclusiveMinimum"] = value;
    if (kind === "max") draft[inclusive === true ? "maximum" : "exclusiveMaximum"] = value;
    if (kind === "multipleOf") draft["multipleOf"] = value;
  }
  return draft;
}
