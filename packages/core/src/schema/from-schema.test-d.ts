import { expectTypeOf } from "vitest";
import type { FromSchema } from "./from-schema.ts";
import type { JsonSchema } from "./json-schema.ts";

/** How a component ties its written type to its schema. */
interface ExampleConfig {
  readonly buffer_size: number;
  readonly name?: string;
  readonly mode: "head" | "tail";
  readonly labels?: readonly string[];
  readonly limits?: { readonly tokens: number | null; readonly extra?: { readonly [key: string]: number } };
  readonly parts?: readonly (
    | { readonly type: "text"; readonly text: string }
    | { readonly type: "image"; readonly url: string }
  )[];
}

const exampleConfigSchema = {
  type: "object",
  properties: {
    buffer_size: { type: "integer", minimum: 1, description: "messages kept" },
    name: { type: "string", default: "buffer" },
    mode: { enum: ["head", "tail"] },
    labels: { type: "array", items: { type: "string" } },
    limits: {
      type: "object",
      properties: {
        tokens: { anyOf: [{ type: "integer" }, { type: "null" }] },
        extra: { type: "object", additionalProperties: { type: "number" } },
      },
      required: ["tokens"],
    },
    parts: { type: "array", items: { oneOf: [{ $ref: "#/$defs/text" }, { $ref: "#/$defs/image" }] } },
  },
  required: ["buffer_size", "mode"],
  additionalProperties: false,
  $defs: {
    text: {
      type: "object",
      properties: { type: { const: "text" }, text: { type: "string" } },
      required: ["type", "text"],
    },
    image: {
      type: "object",
      properties: { type: { const: "image" }, url: { type: "string" } },
      required: ["type", "url"],
    },
  },
} as const satisfies JsonSchema;

expectTypeOf<FromSchema<typeof exampleConfigSchema>>().toEqualTypeOf<ExampleConfig>();

// A schema that says something else than the written type is noticed.
const driftedSchema = { type: "object", properties: { size: { type: "string" } }, required: ["size"] } as const;
expectTypeOf<FromSchema<typeof driftedSchema>>().not.toEqualTypeOf<{ readonly size: number }>();
expectTypeOf<FromSchema<typeof driftedSchema>>().not.toEqualTypeOf<{ readonly size?: string }>();
expectTypeOf<FromSchema<typeof driftedSchema>>().toEqualTypeOf<{ readonly size: string }>();

expectTypeOf<FromSchema<true>>().toEqualTypeOf<unknown>();
expectTypeOf<FromSchema<false>>().toEqualTypeOf<never>();
expectTypeOf<FromSchema<{ readonly type: readonly ["string", "null"] }>>().toEqualTypeOf<string | null>();
expectTypeOf<FromSchema<{ readonly type: "string"; readonly nullable: true }>>().toEqualTypeOf<string | null>();
expectTypeOf<
  FromSchema<{
    readonly prefixItems: readonly [{ readonly type: "string" }, { readonly type: "boolean" }];
    readonly type: "array";
  }>
>().toEqualTypeOf<readonly [string, boolean]>();
expectTypeOf<
  FromSchema<{
    readonly allOf: readonly [
      {
        readonly type: "object";
        readonly properties: { readonly a: { readonly type: "string" } };
        readonly required: readonly ["a"];
      },
      { readonly type: "object"; readonly properties: { readonly b: { readonly type: "number" } } },
    ];
  }>
>().toEqualTypeOf<{ readonly a: string; readonly b?: number }>();

interface Tree {
  readonly value: number;
  readonly children?: readonly Tree[];
}
const treeSchema = {
  $ref: "#/$defs/tree",
  $defs: {
    tree: {
      type: "object",
      properties: { value: { type: "number" }, children: { type: "array", items: { $ref: "#/$defs/tree" } } },
      required: ["value"],
    },
  },
} as const satisfies JsonSchema;
const tree: FromSchema<typeof treeSchema> = { value: 1, children: [{ value: 2 }] };
expectTypeOf(tree.value).toEqualTypeOf<number>();
expectTypeOf(tree).toExtend<Tree>();
