import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { z as z3 } from "zod3";
import { compileSchema } from "../compile-schema.ts";
import type { ValibotSchema } from "./valibot.ts";
import { valibotToJsonSchema } from "./valibot.ts";
import { zod3ToJsonSchema } from "./zod3.ts";

type Tree = { value: number; children: Tree[] };
const zodTree: z3.ZodType<Tree> = z3.object({ value: z3.number(), children: z3.array(z3.lazy(() => zodTree)) });
const valibotTree: v.GenericSchema<Tree> = v.object({
  value: v.number(),
  children: v.array(v.lazy(() => valibotTree)),
});

const direction = { Up: 1, Down: 2, 1: "Up", 2: "Down" } as const;

/** Schemas of both libraries beside values; what the library says of each value, its JSON Schema must say too. */
const cases: readonly (readonly [
  name: string,
  zod: z3.ZodTypeAny,
  valibot: v.GenericSchema,
  values: readonly unknown[],
])[] = [
  [
    "string limits",
    z3.string().min(2).max(3),
    v.pipe(v.string(), v.minLength(2), v.maxLength(3)),
    ["a", "ab", "abc", "abcd", 1],
  ],
  ["string length", z3.string().length(2), v.pipe(v.string(), v.length(2)), ["a", "ab"]],
  ["non-empty", z3.string().nonempty(), v.pipe(v.string(), v.nonEmpty()), ["", "a"]],
  ["pattern", z3.string().regex(/^a+$/), v.pipe(v.string(), v.regex(/^a+$/)), ["aa", "b"]],
  ["email", z3.string().email(), v.pipe(v.string(), v.email()), ["a@b.de", "a"]],
  ["uuid", z3.string().uuid(), v.pipe(v.string(), v.uuid()), ["123e4567-e89b-42d3-a456-426614174000", "x"]],
  [
    "integer limits",
    z3.number().int().min(1).lt(5),
    v.pipe(v.number(), v.integer(), v.minValue(1), v.ltValue(5)),
    [0, 1, 4, 5, 1.5, "1"],
  ],
  [
    "exclusive limits",
    z3.number().gt(1).max(5).multipleOf(2),
    v.pipe(v.number(), v.gtValue(1), v.maxValue(5), v.multipleOf(2)),
    [1, 2, 3, 4, 6],
  ],
  ["boolean and null", z3.union([z3.boolean(), z3.null()]), v.union([v.boolean(), v.null()]), [true, null, 0]],
  ["literal", z3.literal("x"), v.literal("x"), ["x", "y"]],
  ["enum", z3.enum(["a", "b"]), v.picklist(["a", "b"]), ["a", "c"]],
  ["TypeScript enum", z3.nativeEnum(direction), v.enum(direction), [1, 2, 3, "Up"]],
  [
    "array",
    z3.array(z3.string()).min(1).max(2),
    v.pipe(v.array(v.string()), v.minLength(1), v.maxLength(2)),
    [[], ["a"], ["a", "b", "c"], [1]],
  ],
  [
    "tuple",
    z3.tuple([z3.string(), z3.number()]),
    v.strictTuple([v.string(), v.number()]),
    [["a", 1], ["a"], ["a", 1, 2], [1, 1]],
  ],
  [
    "tuple with rest",
    z3.tuple([z3.string()]).rest(z3.number()),
    v.tupleWithRest([v.string()], v.number()),
    [["a"], ["a", 1], ["a", "b"], []],
  ],
  ["record", z3.record(z3.number()), v.record(v.string(), v.number()), [{ a: 1 }, { a: "1" }, {}]],
  [
    "strict object",
    z3.object({ a: z3.string() }).strict(),
    v.strictObject({ a: v.string() }),
    [{ a: "" }, { a: "", b: 1 }, {}],
  ],
  [
    "loose object",
    z3.object({ a: z3.string() }).passthrough(),
    v.looseObject({ a: v.string() }),
    [{ a: "", b: 1 }, { a: 1 }],
  ],
  [
    "object with others",
    z3.object({ a: z3.string() }).catchall(z3.number()),
    v.objectWithRest({ a: v.string() }, v.number()),
    [
      { a: "", b: 1 },
      { a: "", b: "" },
    ],
  ],
  [
    "optional, nullable, default",
    z3.object({
      o: z3.string().optional(),
      n: z3.string().nullable(),
      d: z3.number().default(1),
      x: z3.string().nullish(),
    }),
    v.object({
      o: v.optional(v.string()),
      n: v.nullable(v.string()),
      d: v.optional(v.number(), 1),
      x: v.nullish(v.string()),
    }),
    [{ n: null }, {}, { n: "", o: null }, { n: "", d: "x" }, { n: "", x: null }],
  ],
  [
    "tagged union",
    z3.discriminatedUnion("t", [z3.object({ t: z3.literal("a"), a: z3.string() }), z3.object({ t: z3.literal("b") })]),
    v.variant("t", [v.object({ t: v.literal("a"), a: v.string() }), v.object({ t: v.literal("b") })]),
    [{ t: "b" }, { t: "a", a: "" }, { t: "a" }, { t: "c" }],
  ],
  [
    "intersection",
    z3.intersection(z3.object({ a: z3.string() }), z3.object({ b: z3.number() })),
    v.intersect([v.object({ a: v.string() }), v.object({ b: v.number() })]),
    [{ a: "", b: 1 }, { a: "" }],
  ],
  [
    "recursive",
    zodTree,
    valibotTree,
    [
      { value: 1, children: [{ value: 2, children: [] }] },
      { value: 1, children: [{ value: "2", children: [] }] },
    ],
  ],
  [
    "anything and nothing",
    z3.object({ a: z3.any(), u: z3.unknown(), n: z3.never().optional() }),
    v.object({ a: v.optional(v.any()), u: v.optional(v.unknown()), n: v.optional(v.never()) }),
    [{ a: 1, u: null }, {}, { n: 1 }],
  ],
];

describe("adapters", () => {
  test.each(cases)("%s", (_name, zod, valibot, values) => {
    const fromZod = compileSchema(zod3ToJsonSchema(zod));
    const fromValibot = compileSchema(valibotToJsonSchema(valibot as unknown as ValibotSchema));
    for (const value of values) {
      expect(fromZod.is(value), `zod, ${JSON.stringify(value)}`).toBe(zod.safeParse(value).success);
      expect(fromValibot.is(value), `valibot, ${JSON.stringify(value)}`).toBe(v.safeParse(valibot, value).success);
    }
  });

  test("describe what goes into a transformation, and keep titles and descriptions", () => {
    expect(zod3ToJsonSchema(z3.string().describe("in").transform(Number))).toEqual({
      type: "string",
      description: "in",
    });
    expect(zod3ToJsonSchema(z3.string().pipe(z3.string().min(3)))).toEqual({ type: "string" });
    expect(zod3ToJsonSchema(z3.string().readonly().catch("x").brand("b"))).toEqual({ type: "string" });
    const piped = v.pipe(v.string(), v.title("t"), v.description("d"), v.transform(Number), v.number(), v.minValue(3));
    expect(valibotToJsonSchema(piped as unknown as ValibotSchema)).toEqual({
      type: "string",
      title: "t",
      description: "d",
    });
  });

  test("leave out a pattern whose flags JSON Schema cannot say", () => {
    expect(zod3ToJsonSchema(z3.string().regex(/a/i))).toEqual({ type: "string" });
  });
});
