import { Ajv2020, type ErrorObject } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { jsonPointer } from "../json-pointer.ts";
import { compileSchema } from "./compile-schema.ts";
import type { JsonSchema } from "./json-schema.ts";

/** Few keys and few values, so that schemas and values often meet; some keys are ones that every object inherits (not the empty key: ajv overlooks it in `required`). */
const keys = fc.constantFrom("a", "b", "ab", "isPrototypeOf", "hasOwnProperty", "x/y~z");
const scalars = fc.constantFrom<unknown>(null, true, false, 0, 1, 2, 3, -1, 1.5, 10, "", "a", "ab", "abc", "😀", "1");

const values = fc.letrec<{ value: unknown; object: unknown; array: unknown }>((tie) => ({
  value: fc.oneof({ depthSize: "small" }, scalars, tie("object"), tie("array")),
  object: fc.array(fc.tuple(keys, tie("value")), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
  array: fc.array(tie("value"), { maxLength: 4 }),
}));

const count = fc.nat({ max: 3 });
const number = fc.constantFrom(-1, 0, 1, 1.5, 2, 10);
const types = fc.constantFrom("null", "boolean", "integer", "number", "string", "array", "object");
const patterns = fc.constantFrom("a", "^a", "b$", "^.$", "^[a-z]+$", "^$");

function dictionary(
  of: fc.Arbitrary<unknown>,
  key: fc.Arbitrary<string> = keys,
): fc.Arbitrary<Record<string, unknown>> {
  return fc.array(fc.tuple(key, of), { maxLength: 3 }).map((entries) => Object.fromEntries(entries));
}

function schemas(applicators: "all" | "conjunctive"): fc.Arbitrary<Record<string, unknown>> {
  const { root } = fc.letrec<{ root: Record<string, unknown>; schema: unknown; part: Record<string, unknown> }>(
    (tie) => {
      const schema = tie("schema");
      // ajv miscounts one `contains` inside another, so none is generated.
      const simple = fc.oneof(
        fc.boolean(),
        fc.record({ type: types }),
        fc.record({ minimum: number }),
        fc.record({ pattern: patterns }),
      );
      const list = fc.array(schema, { minLength: 1, maxLength: 3 });
      const part = fc.oneof(
        { depthSize: "small" },
        fc.record({ type: types }),
        fc.record({ type: fc.uniqueArray(types, { minLength: 1, maxLength: 3 }) }),
        fc.record({
          enum: fc.uniqueArray(values.value, {
            minLength: 1,
            maxLength: 3,
            comparator: (a, b) => JSON.stringify(a) === JSON.stringify(b),
          }),
        }),
        fc.record({ const: values.value }),
        fc.record({ minimum: number }),
        fc.record({ maximum: number }),
        fc.record({ exclusiveMinimum: number, exclusiveMaximum: number }, { requiredKeys: [] }),
        fc.record({ multipleOf: fc.constantFrom(1, 2, 3, 0.5) }),
        fc.record({ minLength: count, maxLength: count }, { requiredKeys: [] }),
        fc.record({ pattern: patterns }),
        fc.record({ minItems: count, maxItems: count, uniqueItems: fc.boolean() }, { requiredKeys: [] }),
        fc.record({ minProperties: count, maxProperties: count }, { requiredKeys: [] }),
        fc.record({ required: fc.uniqueArray(keys, { maxLength: 2 }) }),
        fc.record({ dependentRequired: dictionary(fc.uniqueArray(keys, { maxLength: 2 })) }),
        fc.record({ $ref: fc.constantFrom("#/$defs/tree", "#/$defs/text", "#named") }),
        fc.record(
          {
            type: fc.constant("object"),
            properties: dictionary(schema),
            required: fc.uniqueArray(keys, { maxLength: 2 }),
            patternProperties: dictionary(schema, patterns),
            additionalProperties: schema,
          },
          { requiredKeys: [] },
        ),
        fc.record({ items: schema, prefixItems: list }, { requiredKeys: [] }),
        fc.record({ allOf: list }),
        fc.record({ dependentSchemas: dictionary(schema) }),
        ...(applicators === "conjunctive"
          ? []
          : [
              fc.record({ anyOf: list }),
              fc.record({ oneOf: list }),
              fc.record({ not: schema }),
              fc.record({ if: schema, then: schema, else: schema }, { requiredKeys: ["if"] }),
              fc.record({ propertyNames: schema }),
              fc.record({ contains: simple, minContains: count }, { requiredKeys: ["contains"] }),
              fc.record({ contains: simple, maxContains: fc.integer({ min: 1, max: 3 }) }),
            ]),
      );
      return {
        part,
        schema: fc.oneof({ depthSize: "small" }, fc.boolean(), tie("part"), tie("part")),
        root: fc.array(tie("part"), { minLength: 1, maxLength: 4 }).map((parts) => ({
          ...apartFromTypedItems(Object.assign({}, ...parts)),
          $defs: {
            tree: {
              type: "object",
              properties: { a: { $ref: "#/$defs/tree" }, b: { type: "array", items: { $ref: "#/$defs/tree" } } },
            },
            text: { $anchor: "named", type: ["string", "number"], minLength: 1 },
          },
        })),
      };
    },
  );
  return root;
}

/** Beside `items` that are of a simple type, ajv looks for equal items among those of that type only: no verdict. */
function apartFromTypedItems({ uniqueItems, ...schema }: Record<string, unknown>): object {
  const { items } = schema;
  const typed = typeof items === "object" && items !== null && "type" in items;
  return uniqueItems === undefined || typed ? schema : { ...schema, uniqueItems };
}

function oracle(schema: object): (value: unknown) => readonly ErrorObject[] {
  const validate = new Ajv2020({ strict: false, allErrors: true, ownProperties: true, validateSchema: false }).compile(
    schema,
  );
  return (value) => {
    try {
      return validate(value) ? [] : (validate.errors ?? []);
    } catch (error) {
      // ajv's generated code fails on a few schemas (it keeps account of properties under a `false` branch): no verdict.
      fc.pre(!(error instanceof TypeError));
      throw error;
    }
  };
}

describe("compileSchema against ajv", () => {
  test("the verdict is the same, and the value that fits comes back itself", () => {
    let fitting = 0;
    let failing = 0;
    fc.assert(
      fc.property(schemas("all"), fc.array(values.value, { minLength: 8, maxLength: 8 }), (schema, candidates) => {
        const ours = compileSchema(schema as JsonSchema);
        const theirs = oracle(schema);
        for (const value of candidates) {
          const result = ours.validate(value);
          expect(result.ok).toBe(theirs(value).length === 0);
          expect(ours.is(value)).toBe(result.ok);
          if (result.ok) {
            fitting += 1;
            expect(result.value).toBe(value);
          } else {
            failing += 1;
            expect(result.issues.length).toBeGreaterThan(0);
          }
        }
      }),
      { numRuns: 1500 },
    );
    // The test would prove little if nearly everything fell on one side.
    expect(Math.min(fitting, failing)).toBeGreaterThan(1500);
  });

  test("without alternatives, pointers and keywords are the same", () => {
    fc.assert(
      fc.property(
        schemas("conjunctive"),
        fc.array(values.value, { minLength: 5, maxLength: 5 }),
        (schema, candidates) => {
          const ours = compileSchema(schema as JsonSchema, { maxIssues: 10_000 });
          const theirs = oracle(schema);
          for (const value of candidates) {
            const result = ours.validate(value);
            const issues = result.ok ? [] : result.issues;
            const found = new Set(issues.map(({ pointer, keyword }) => `${pointer} ${keyword}`));
            expect([...found].toSorted()).toEqual([...new Set(theirs(value).map(describeError))].toSorted());
          }
        },
      ),
      { numRuns: 800 },
    );
  });

  test("what comes back from coercion fits, and the value passed in is never changed", () => {
    fc.assert(
      fc.property(schemas("all"), values.value, (schema, value) => {
        const plain = compileSchema(schema as JsonSchema);
        const coercing = compileSchema(schema as JsonSchema, { coerce: true });
        const before = JSON.stringify(value);
        const result = coercing.validate(value);
        // The value that was passed in is never touched, and what comes back fits.
        expect(JSON.stringify(value)).toBe(before);
        if (result.ok) expect(plain.is(result.value)).toBe(true);
      }),
      { numRuns: 800 },
    );
  });
});

function describeError({ keyword, instancePath, schemaPath, params }: ErrorObject): string {
  // ajv blames each item that `items: false` refuses, we blame the array.
  if (schemaPath.endsWith("/items/false schema")) return `${instancePath.replace(/\/\d+$/, "")} items`;
  if (keyword === "false schema") return `${instancePath} false`;
  if (keyword === "additionalProperties") {
    return `${instancePath}${jsonPointer([(params as { additionalProperty: string }).additionalProperty])} ${keyword}`;
  }
  return `${instancePath} ${keyword}`;
}
