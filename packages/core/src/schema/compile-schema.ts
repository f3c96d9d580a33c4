import type { JsonObject } from "../json.ts";
import type { ParametersSchema } from "../tools/tool.ts";
import { compileNode } from "./compile/compile-node.ts";
import type { Check } from "./compile/check.ts";
import type { CompileContext, UnknownKeys } from "./compile/context.ts";
import { SchemaDocument } from "./compile/document.ts";
import { tooDeep } from "./compile/references.ts";
import { Run } from "./compile/run.ts";
import { SchemaConversionError } from "./errors.ts";
import type { SchemaIssue, ValidationResult } from "./issue.ts";
import type { JsonSchema } from "./json-schema.ts";

export type { UnknownKeys } from "./compile/context.ts";

/** A JSON Schema, as a typed constant, as JSON read from somewhere, or as a tool's parameters. */
export type SchemaInput = JsonSchema | JsonObject | ParametersSchema;

/** Options of {@link compileSchema}. */
export interface CompileOptions {
  /** Turn values into the wanted type where pydantic's lax mode does: `"7"` into 7. Default false. */
  readonly coerce?: boolean;
  /** Fill in the `default` of properties that are missing. Default false. */
  readonly defaults?: boolean;
  /**
   * What to do with keys that an object's schema does not name, where it does not expressly allow others.
   * Without the option the schema alone decides, by `additionalProperties`.
   *
   * - `ignore`: let them through, even where `additionalProperties` is false;
   * - `strip`: leave them out of the value that is given back;
   * - `error`: refuse them, even where the schema does not say `additionalProperties: false`;
   * - `collect`: let them through and list their pointers in `unknownKeys` of the result.
   */
  readonly unknownKeys?: UnknownKeys;
  /** A format that is not known: `ignore` (default, as JSON Schema has it) or `error` at compile time. */
  readonly unknownFormats?: "ignore" | "error";
  /** Levels of `$ref` that a value may go through, against endless nesting and cycles. Default 256. */
  readonly maxDepth?: number;
  /** Issues listed at most; one more then says that there were others. Default 100. */
  readonly maxIssues?: number;
}

/** A schema made ready for validating many values. */
export interface CompiledSchema<T = unknown> {
  /** The schema it was made from. */
  readonly schema: SchemaInput;
  /** Validates a value and gives it back, changed only as the options say; the value passed in is never changed. */
  readonly validate: (value: unknown) => ValidationResult<T>;
  /** True when the value fits as it is: nothing is coerced or filled in. Allocates nothing. */
  readonly is: (value: unknown) => value is T;
}

/**
 * Compiles a JSON Schema (draft 2020-12, with the older spellings) to a validator, once.
 *
 * The subset: type, nullable, enum, const; properties, required, additionalProperties, patternProperties, propertyNames,
 * minProperties, maxProperties, dependentRequired, dependentSchemas; items, prefixItems, contains, minContains,
 * maxContains, minItems, maxItems, uniqueItems; minLength, maxLength, pattern, format; minimum, maximum,
 * exclusiveMinimum, exclusiveMaximum, multipleOf; allOf, anyOf, oneOf, discriminator, not, if, then, else; $ref inside the
 * document with $defs and $anchor. Other keywords of JSON Schema that would change the verdict are refused, the rest are
 * annotations. A key whose value is undefined counts as missing.
 *
 * It makes closures, never code from text, so it works under a content security policy. Patterns are run as they are:
 * a pattern from an untrusted schema can take long.
 *
 * @throws SchemaConversionError and its subclasses, with pointer and keyword.
 */
export function compileSchema<T = unknown>(schema: SchemaInput, options: CompileOptions = {}): CompiledSchema<T> {
  const run = new Run(options.maxDepth ?? 256, options.maxIssues ?? 100);
  const root = compileRoot(schema, options, run);
  const collects = options.unknownKeys === "collect";

  const is = (value: unknown): value is T => {
    run.reset();
    try {
      return root.test(value) && !run.exceeded;
    } catch (error) {
      if (isStackOverflow(error)) return false;
      throw error;
    }
  };

  const prepare = (value: unknown): unknown => {
    if (root.transform === undefined) return value;
    run.resetCollected();
    const prepared = root.transform(value, run);
    if (run.exceeded) throw new RangeError("too deep");
    return prepared;
  };

  const validate = (value: unknown): ValidationResult<T> => {
    let prepared: unknown;
    try {
      prepared = prepare(value);
    } catch (error) {
      if (!isStackOverflow(error)) throw error;
      return { ok: false, issues: [overflowIssue(run)] };
    }
    if (!is(prepared)) return { ok: false, issues: issuesOf(root, run, prepared) };
    if (collects && run.unknownKeys.length > 0) return { ok: true, value: prepared, unknownKeys: run.unknownKeys };
    return { ok: true, value: prepared };
  };

  return { schema, validate, is };
}

function compileRoot(schema: SchemaInput, options: CompileOptions, run: Run): Check {
  const context: CompileContext = {
    document: new SchemaDocument(schema),
    run,
    coerce: options.coerce === true,
    defaults: options.defaults === true,
    unknownKeys: options.unknownKeys,
    unknownFormats: options.unknownFormats ?? "ignore",
    references: new Map(),
    compile: (part, place) => compileNode(context, part, place),
  };
  try {
    return compileNode(context, schema, { pointer: "", depth: 0, covered: false, same: [] });
  } catch (cause) {
    if (!isStackOverflow(cause)) throw cause;
    throw new SchemaConversionError("The schema is nested too deeply to be compiled.", { cause });
  }
}

function issuesOf(root: Check, run: Run, value: unknown): readonly SchemaIssue[] {
  const exceeded = run.exceeded;
  const unknownKeys = run.unknownKeys;
  run.resetCollected();
  run.unknownKeys = unknownKeys;
  try {
    root.report(value, run);
  } catch (error) {
    if (!isStackOverflow(error)) throw error;
    return [overflowIssue(run)];
  }
  const issues = run.issues;
  run.issues = [];
  if (issues.length === 0) {
    const message = exceeded || run.exceeded ? tooDeep(run.maxDepth) : "does not fit the schema";
    return [{ pointer: "", keyword: "$ref", message, schemaPointer: "" }];
  }
  if (issues.length >= run.maxIssues) {
    issues.push({
      pointer: "",
      keyword: "limit",
      message: `only the first ${run.maxIssues} issues are listed`,
      schemaPointer: "",
    });
  }
  return issues;
}

function overflowIssue(run: Run): SchemaIssue {
  return { pointer: "", keyword: "$ref", message: tooDeep(run.maxDepth), schemaPointer: "" };
}

/** The engine's own error for a stack that is full: a RangeError, whatever it is called. */
function isStackOverflow(error: unknown): boolean {
  return error instanceof RangeError;
}
