import { schemaPlace, UnsupportedKeywordError } from "../errors.ts";
import { foundWords, orWords, typeWords } from "../describe.ts";
import type { JsonTypeName } from "../json-schema.ts";
import { coerce } from "../coerce.ts";
import { assertion, type Check } from "./check.ts";
import type { CompileContext } from "./context.ts";
import { malformed, read, readFlag, type Keywords } from "./read.ts";

const TESTS: Readonly<Record<JsonTypeName, (value: unknown) => boolean>> = {
  null: (value) => value === null,
  boolean: (value) => typeof value === "boolean",
  integer: (value) => Number.isInteger(value),
  // NaN and the infinities are not JSON.
  number: (value) => Number.isFinite(value),
  string: (value) => typeof value === "string",
  array: (value) => Array.isArray(value),
  object: (value) => typeof value === "object" && value !== null && !Array.isArray(value),
};

function isTypeName(name: unknown): name is JsonTypeName {
  return typeof name === "string" && Object.hasOwn(TESTS, name);
}

/** The types that a schema names, in its order, `nullable` included; undefined when it names none. */
export function readTypes(schema: Keywords, pointer: string): readonly JsonTypeName[] | undefined {
  const value = read(schema, "type");
  // OpenAPI 3.0 defines nullable only beside type.
  const nullable = readFlag(schema, "nullable", pointer) === true;
  if (value === undefined) return undefined;
  const names: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (names.length === 0) throw malformed(pointer, "type", "the name of a type, or a list with at least one");
  const types: JsonTypeName[] = [];
  for (const name of nullable ? [...names, "null"] : names) {
    if (!isTypeName(name)) {
      throw new UnsupportedKeywordError(
        `The type ${JSON.stringify(name)} at ${schemaPlace(pointer)} is not one of JSON Schema. Known are ${orWords(Object.keys(TESTS))}.`,
        { pointer, keyword: "type" },
      );
    }
    if (!types.includes(name)) types.push(name);
  }
  return types;
}

/** The keyword `type`, which is also where values are coerced. */
export function compileType(context: CompileContext, schema: Keywords, pointer: string): Check | undefined {
  const types = readTypes(schema, pointer);
  if (types === undefined) return undefined;
  const test = anyType(types);
  const expects = orWords(types.map(typeWords));
  const check = assertion(pointer, "type", test, (value) => `expected ${expects}, found ${foundWords(value)}`);
  if (!context.coerce) return { ...check, expects };
  return { ...check, expects, transform: (value) => (test(value) ? value : coerce(value, types)) };
}

function anyType(types: readonly JsonTypeName[]): (value: unknown) => boolean {
  const [first, second, third] = types.map((type) => TESTS[type]);
  if (first === undefined || second === undefined) return first ?? (() => true);
  if (third === undefined) return (value) => first(value) || second(value);
  const tests = types.map((type) => TESTS[type]);
  return (value) => {
    for (const test of tests) {
      if (test(value)) return true;
    }
    return false;
  };
}
