import { SchemaConversionError } from "../errors.ts";

/** A JSON Schema while it is written. */
export type Draft = Record<string, unknown>;

/** Collects what lazy schemas stand for, so that types that contain themselves come to an end. */
export class Definitions {
  readonly #names = new Map<unknown, string>();
  readonly #drafts: Record<string, Draft> = {};

  /** The reference for a lazy schema; `write` is called once for each `key`, the function that makes the schema. */
  refer(key: unknown, write: () => Draft): Draft {
    let name = this.#names.get(key);
    if (name === undefined) {
      name = `Type${this.#names.size + 1}`;
      this.#names.set(key, name);
      this.#drafts[name] = write();
    }
    return { $ref: `#/$defs/${name}` };
  }

  /** The root with the definitions that were met. */
  complete(root: Draft): Draft {
    return this.#names.size === 0 ? root : { ...root, $defs: this.#drafts };
  }
}

/** The error for a type that JSON has no word for. */
export function notInJson(library: string, type: string, path: string): SchemaConversionError {
  return new SchemaConversionError(
    `The ${library} type ${JSON.stringify(type)} at ${path === "" ? "the root" : path} has no JSON Schema. ` +
      "Use a type that JSON has, or pass the option jsonSchema.",
    { code: "ERR_SCHEMA_NO_JSON", pointer: path },
  );
}

/** The schema for one of some constants. */
export function constants(values: readonly unknown[]): Draft {
  const types = new Set(values.map((value) => (value === null ? "null" : typeof value)));
  const [type] = types;
  const named = types.size === 1 && type !== "object" ? { type } : {};
  return values.length === 1 ? { ...named, const: values[0] } : { ...named, enum: values };
}

/** The same schema, or null. */
export function orNull(draft: Draft): Draft {
  return { anyOf: [draft, { type: "null" }] };
}

/** A schema for an object with these properties. */
export function objectOf(properties: Draft, required: readonly string[], additional: unknown): Draft {
  return {
    type: "object",
    properties,
    ...(required.length > 0 ? { required } : {}),
    ...(additional === undefined ? {} : { additionalProperties: additional }),
  };
}
