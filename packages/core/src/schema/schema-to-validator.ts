import { isObject, type JsonObject } from "../json.ts";
import { pointerToken } from "../json-pointer.ts";
import { compileSchema, type CompiledSchema } from "./compile-schema.ts";
import { SchemaDocument } from "./compile/document.ts";
import { SchemaConversionError, UnsupportedKeywordError } from "./errors.ts";
import type { JsonSchema, JsonSchemaObject } from "./json-schema.ts";
import { mapSubschemas } from "./subschemas.ts";

/** Options of {@link schemaToValidator}. */
export interface SchemaToValidatorOptions {
  /** Names the schema in errors. Default: the schema's title, else "the schema". */
  readonly name?: string;
}

/**
 * Makes a validator of a JSON Schema that behaves as the model class that Python AutoGen makes of it
 * (`schema_to_pydantic_model`): values are coerced as pydantic's lax mode does, defaults are filled in, an optional
 * property without default may be null and is null when it is missing, keys that the schema does not name are left out,
 * and formats are checked.
 *
 * @throws ReferenceNotFoundError for a `$ref` to nothing, FormatNotSupportedError for a format that is not known,
 * UnsupportedKeywordError for a property without type (nor reference, union, enum or const), all of them
 * SchemaConversionError.
 */
export function schemaToValidator<T = unknown>(
  schema: JsonSchemaObject | JsonObject,
  options: SchemaToValidatorOptions = {},
): CompiledSchema<T> {
  const name = options.name ?? (typeof schema["title"] === "string" ? schema["title"] : "the schema");
  const converter = new Converter(schema, name);
  const converted = converter.convert(schema, "");
  return compileSchema<T>(asSchema(converted, name), {
    coerce: true,
    defaults: true,
    unknownKeys: "strip",
    unknownFormats: "error",
  });
}

function asSchema(value: unknown, name: string): JsonSchema {
  if (typeof value === "boolean" || isObject(value)) return value;
  throw new SchemaConversionError(`Expected ${name} to be an object of JSON Schema keywords.`);
}

/** Keywords each of which says what a property may be. */
const TYPING = ["type", "$ref", "anyOf", "oneOf", "allOf", "enum", "const"] as const;

class Converter {
  readonly #document: SchemaDocument;
  readonly #name: string;

  constructor(root: unknown, name: string) {
    this.#document = new SchemaDocument(root);
    this.#name = name;
  }

  convert(schema: unknown, pointer: string): unknown {
    if (!isObject(schema)) return schema;
    const merged = Array.isArray(schema["allOf"]) ? this.#merge(schema, pointer, new Set()) : schema;
    const mapped = mapSubschemas(merged, pointer, (part, at) => this.convert(part, at));
    const properties = mapped["properties"];
    if (!isObject(properties)) return mapped;
    const required = mapped["required"];
    return {
      ...mapped,
      properties: Object.fromEntries(
        Object.entries(properties).map(([key, part]) => {
          this.#checkTyped(key, isObject(merged["properties"]) ? merged["properties"][key] : part, pointer);
          return [key, Array.isArray(required) && required.includes(key) ? part : this.#optional(part)];
        }),
      ),
    };
  }

  /**
   * Takes the parts of `allOf` together to one object, as Python does: a property is optional only when no part requires
   * it. What cannot be taken together stays under `allOf`.
   */
  #merge(schema: Record<string, unknown>, pointer: string, seen: ReadonlySet<unknown>): Record<string, unknown> {
    const { allOf, ...own } = schema;
    const within = new Set([...seen, schema]);
    const rest: unknown[] = [];
    let properties: Record<string, unknown> = {};
    const required: unknown[] = [];
    const take = (part: Record<string, unknown>): void => {
      if (isObject(part["properties"])) properties = { ...properties, ...part["properties"] };
      if (Array.isArray(part["required"])) required.push(...part["required"]);
    };
    for (const part of Array.isArray(allOf) ? allOf : []) {
      const target = this.#follow(part, pointer);
      if (target === undefined || within.has(target)) {
        rest.push(part);
        continue;
      }
      const whole = this.#merge(target, pointer, within);
      take(whole);
      const {
        properties: _properties,
        required: _required,
        additionalProperties: _additional,
        $defs: _defs,
        ...others
      } = whole;
      if (Object.keys(others).some((key) => key !== "type" && key !== "title" && key !== "description"))
        rest.push(others);
    }
    take(own);
    return {
      ...own,
      ...(Object.keys(properties).length > 0 ? { properties } : {}),
      ...(required.length > 0 ? { required: [...new Set(required)] } : {}),
      ...(rest.length > 0 ? { allOf: rest } : {}),
    };
  }

  /** The schema behind a part of `allOf`; undefined for true and false. */
  #follow(part: unknown, pointer: string): Record<string, unknown> | undefined {
    if (!isObject(part)) return undefined;
    const { $ref } = part;
    if (typeof $ref !== "string") return part;
    const target = this.#document.resolve($ref, pointer).schema;
    return isObject(target) ? target : undefined;
  }

  #optional(part: unknown): unknown {
    if (isObject(part) && part["default"] !== undefined && part["default"] !== null) return part;
    const annotations = isObject(part)
      ? Object.fromEntries(["title", "description"].flatMap((key) => (key in part ? [[key, part[key]]] : [])))
      : {};
    return { ...annotations, anyOf: [part, { type: "null" }], default: null };
  }

  #checkTyped(key: string, part: unknown, pointer: string): void {
    if (typeof part === "boolean" || (isObject(part) && TYPING.some((keyword) => Object.hasOwn(part, keyword)))) return;
    throw new UnsupportedKeywordError(
      `Unsupported or missing type for field ${JSON.stringify(key)} in ${this.#name}: give it a type, a $ref, an enum, anyOf, oneOf or allOf.`,
      { pointer: `${pointer}/properties${pointerToken(key)}`, keyword: "type" },
    );
  }
}
