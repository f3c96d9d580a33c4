import { isObject } from "../../json.ts";
import { pointerToken } from "../../json-pointer.ts";
import { constants, Definitions, notInJson, objectOf, orNull, type Draft } from "./definitions.ts";

/** As much of a valibot schema as is read here. */
export interface ValibotSchema {
  readonly kind: "schema";
  readonly type: string;
}

/**
 * The JSON Schema of what a valibot schema accepts, for `toJsonSchema(schema, { adapter: valibotToJsonSchema })`.
 *
 * It reads the schema's own structure and imports nothing; `toJsonSchema` of `@valibot/to-json-schema` serves as an
 * adapter too. Own checks and transformations are invisible to it: what goes into them is described.
 *
 * @throws SchemaConversionError `ERR_SCHEMA_NO_JSON` for a type that JSON has not (dates, maps, sets, bigint, …).
 */
export function valibotToJsonSchema(schema: ValibotSchema): Record<string, unknown> {
  const definitions = new Definitions();
  return definitions.complete(write(schema, "", definitions));
}

function write(schema: unknown, path: string, definitions: Definitions): Draft {
  if (!isObject(schema)) throw notInJson("valibot", typeof schema, path);
  const pipe = list(schema["pipe"]);
  if (pipe.length === 0) return writeType(schema, path, definitions);
  const [first, ...actions] = pipe;
  let draft = write(first, path, definitions);
  let accepted = true;
  for (const action of actions) {
    if (!isObject(action)) continue;
    // From the first transformation on, the pipe speaks of what comes out.
    if (action["kind"] === "transformation" || action["kind"] === "schema") accepted = false;
    if (action["kind"] === "metadata") draft = { ...draft, ...metadata(action) };
    else if (accepted) draft = { ...draft, ...validation(action, draft) };
  }
  return draft;
}

function writeType(schema: Draft, path: string, definitions: Definitions): Draft {
  const below = (part: unknown, step: string): Draft => write(part, path + step, definitions);
  switch (schema["type"]) {
    case "string":
    case "number":
    case "boolean":
    case "null":
      return { type: schema["type"] };
    case "any":
    case "unknown":
      return {};
    case "never":
      return { not: {} };
    case "literal":
      return constants([schema["literal"]]);
    case "picklist":
    case "enum":
      return constants(list(schema["options"]));
    case "object":
    case "loose_object":
    case "strict_object":
    case "object_with_rest":
      return writeObject(schema, path, definitions);
    case "record":
      return { type: "object", additionalProperties: below(schema["value"], "/additionalProperties") };
    case "array":
      return { type: "array", items: below(schema["item"], "/items") };
    case "tuple":
    case "loose_tuple":
    case "strict_tuple":
    case "tuple_with_rest":
      return writeTuple(schema, path, definitions);
    case "union":
    case "variant":
      return { anyOf: list(schema["options"]).map((option, index) => below(option, `/anyOf/${index}`)) };
    case "intersect":
      return { allOf: list(schema["options"]).map((option, index) => below(option, `/allOf/${index}`)) };
    case "nullable":
    case "nullish":
      return withDefault(orNull(below(schema["wrapped"], "")), schema);
    case "optional":
    case "exact_optional":
    case "undefinedable":
      return withDefault(below(schema["wrapped"], ""), schema);
    case "non_nullable":
    case "non_nullish":
    case "non_optional":
      return below(schema["wrapped"], "");
    case "lazy":
      return definitions.refer(schema["getter"], () => below(call(schema["getter"]), ""));
    default:
      throw notInJson("valibot", String(schema["type"]), path);
  }
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function call(value: unknown): unknown {
  return typeof value === "function" ? (Reflect.apply(value, undefined, []) as unknown) : undefined;
}

function withDefault(draft: Draft, schema: Draft): Draft {
  const value = typeof schema["default"] === "function" ? call(schema["default"]) : schema["default"];
  return value === undefined ? draft : { ...draft, default: value };
}

const OPTIONAL: ReadonlySet<unknown> = new Set(["optional", "exact_optional", "nullish", "undefinedable"]);

function writeObject(schema: Draft, path: string, definitions: Definitions): Draft {
  const entries = isObject(schema["entries"]) ? Object.entries(schema["entries"]) : [];
  const properties = Object.fromEntries(
    entries.map(([key, part]) => [key, write(part, `${path}/properties${pointerToken(key)}`, definitions)]),
  );
  const required = entries.flatMap(([key, part]) => (isObject(part) && OPTIONAL.has(part["type"]) ? [] : [key]));
  switch (schema["type"]) {
    case "strict_object":
      return objectOf(properties, required, false);
    case "loose_object":
      return objectOf(properties, required, true);
    case "object_with_rest":
      return objectOf(properties, required, write(schema["rest"], `${path}/additionalProperties`, definitions));
    default:
      return objectOf(properties, required, undefined);
  }
}

function writeTuple(schema: Draft, path: string, definitions: Definitions): Draft {
  const items = list(schema["items"]);
  const draft: Draft = {
    type: "array",
    prefixItems: items.map((item, index) => write(item, `${path}/prefixItems/${index}`, definitions)),
    minItems: items.length,
  };
  if (schema["type"] === "strict_tuple") return { ...draft, maxItems: items.length };
  if (schema["type"] === "tuple_with_rest")
    return { ...draft, items: write(schema["rest"], `${path}/items`, definitions) };
  return draft;
}

function metadata(action: Draft): Draft {
  const draft: Draft = {};
  for (const key of ["title", "description", "examples"]) {
    if (action[key] !== undefined) draft[key] = action[key];
  }
  return draft;
}

const FORMATS: Readonly<Record<string, string>> = {
  email: "email",
  url: "uri",
  uuid: "uuid",
  ipv4: "ipv4",
  ipv6: "ipv6",
  iso_timestamp: "date-time",
  iso_date: "date",
  iso_time: "time",
};

const BOUNDS: Readonly<Record<string, string>> = {
  min_value: "minimum",
  max_value: "maximum",
  gt_value: "exclusiveMinimum",
  lt_value: "exclusiveMaximum",
  multiple_of: "multipleOf",
};

function validation(action: Draft, draft: Draft): Draft {
  const { requirement } = action;
  const type = String(action["type"]);
  const unit = draft["type"] === "array" ? "Items" : "Length";
  switch (type) {
    case "integer":
      return { type: "integer" };
    case "non_empty":
      return { [`min${unit}`]: 1 };
    case "min_length":
      return { [`min${unit}`]: requirement };
    case "max_length":
      return { [`max${unit}`]: requirement };
    case "length":
      return { [`min${unit}`]: requirement, [`max${unit}`]: requirement };
    case "regex":
      // Flags have no place in JSON Schema; without them the pattern would mean something else.
      return requirement instanceof RegExp && requirement.flags.replace("u", "") === ""
        ? { pattern: requirement.source }
        : {};
    default:
      break;
  }
  const bound = Object.hasOwn(BOUNDS, type) ? BOUNDS[type] : undefined;
  if (bound !== undefined) return typeof requirement === "number" ? { [bound]: requirement } : {};
  const format = Object.hasOwn(FORMATS, type) ? FORMATS[type] : undefined;
  return format === undefined ? {} : { format };
}
