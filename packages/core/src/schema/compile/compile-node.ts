import { isObject } from "../../json.ts";
import { SchemaConversionError, schemaPlace } from "../errors.ts";
import { compileArrays } from "./arrays.ts";
import { ANYTHING, every, type Check } from "./check.ts";
import type { CompileContext, Place } from "./context.ts";
import { compileLogic } from "./logic.ts";
import { compileNumbers } from "./numbers.ts";
import { compileObjectCounts } from "./object-counts.ts";
import { compileObjects } from "./objects.ts";
import { readText } from "./read.ts";
import { compileReference } from "./references.ts";
import { compileStrings } from "./strings.ts";
import { refuseUnsupported } from "./supported.ts";
import { compileType } from "./types.ts";
import { compileUnions } from "./unions.ts";
import { compileUnknownKeys, looksAfterKeys } from "./unknown-keys.ts";
import { compileValues } from "./values.ts";

/** Schemas inside schemas, references included. Deeper ones are not written by people; the stack must hold. */
const DEEPEST = 400;

/** Compiles one schema and everything below it. */
export function compileNode(context: CompileContext, schema: unknown, place: Place): Check {
  const { pointer } = place;
  if (schema === true) return ANYTHING;
  if (schema === false) return nothing(pointer);
  if (!isObject(schema)) {
    throw new SchemaConversionError(`Expected a schema at ${schemaPlace(pointer)}: an object, true or false.`, {
      pointer,
    });
  }
  if (place.depth > DEEPEST) {
    throw new SchemaConversionError(
      `The schema is nested more than ${DEEPEST} levels deep, or contains itself, at ${schemaPlace(pointer)}.`,
      {
        pointer,
      },
    );
  }
  refuseUnsupported(schema, pointer);

  const caresForKeys = !place.covered && looksAfterKeys(context, schema);
  const here: Place = {
    ...place,
    covered: place.covered || caresForKeys,
    same: place.same.includes(pointer) ? place.same : [...place.same, pointer],
  };
  const checks: (Check | undefined)[] = [
    compileType(context, schema, pointer),
    ...compileValues(schema, pointer),
    ...compileStrings(context, schema, pointer),
    ...compileNumbers(schema, pointer),
    ...compileArrays(context, schema, here),
    ...compileObjectCounts(context, schema, here),
    compileObjects(context, schema, here),
  ];
  const reference = readText(schema, "$ref", pointer);
  if (reference !== undefined) checks.push(compileReference(context, reference, here));
  checks.push(...compileLogic(context, schema, here), ...compileUnions(context, schema, here));
  // Last, because what the parts fill in is known to them.
  if (caresForKeys) checks.push(compileUnknownKeys(context, schema, here));
  return every(checks.filter((check) => check !== undefined));
}

function nothing(pointer: string): Check {
  return {
    test: () => false,
    report: (_value, run) => run.add(pointer, "false", "nothing is allowed here"),
  };
}
