/**
 * The type that a JSON Schema constant describes, for tying a schema to the type written beside it:
 *
 * ```ts
 * export interface BufferConfig { readonly buffer_size: number; readonly name?: string }
 * export const bufferConfigSchema = {
 *   type: "object",
 *   properties: { buffer_size: { type: "integer" }, name: { type: "string" } },
 *   required: ["buffer_size"],
 * } as const;
 * // in buffer-config.test-d.ts
 * expectTypeOf<FromSchema<typeof bufferConfigSchema>>().toEqualTypeOf<BufferConfig>();
 * ```
 *
 * The type is written by hand, so that readers and declaration files see a name, and the compiler does this work once,
 * in the test. Understood are type (also a list), enum, const, properties with required, additionalProperties, items,
 * prefixItems, anyOf, oneOf, allOf, nullable and `$ref` into `$defs`; limits do not show in types. All is readonly.
 */
export type FromSchema<Schema, Root = Schema> = Schema extends boolean
  ? Schema extends true
    ? unknown
    : never
  : Schema extends { readonly $ref: infer Reference }
    ? FromReference<Reference, Root>
    : Schema extends { readonly const: infer Constant }
      ? Constant
      : Schema extends { readonly enum: readonly (infer Value)[] }
        ? Value
        : Schema extends { readonly anyOf: readonly (infer Part)[] }
          ? FromSchema<Part, Root>
          : Schema extends { readonly oneOf: readonly (infer Part)[] }
            ? FromSchema<Part, Root>
            : Schema extends { readonly allOf: infer Parts extends readonly unknown[] }
              ? Flat<FromAll<Parts, Root> & FromTyped<Schema, Root>>
              : FromTyped<Schema, Root>;

type FromReference<Reference, Root> = Reference extends `#/$defs/${infer Name}`
  ? Root extends { readonly $defs: infer Definitions }
    ? Name extends keyof Definitions
      ? FromSchema<Definitions[Name], Root>
      : never
    : never
  : Reference extends "#"
    ? FromSchema<Root, Root>
    : unknown;

type FromAll<Parts extends readonly unknown[], Root> = Parts extends readonly [infer First, ...infer Rest]
  ? FromSchema<First, Root> & FromAll<Rest, Root>
  : unknown;

type FromTyped<Schema, Root> = Schema extends { readonly type: infer Type }
  ?
      | FromType<Schema, Type extends readonly (infer Name)[] ? Name : Type, Root>
      | (Schema extends { readonly nullable: true } ? null : never)
  : Schema extends { readonly properties: unknown }
    ? FromObject<Schema, Root>
    : unknown;

/** Distributes over a list of types. */
type FromType<Schema, Type, Root> = Type extends "string"
  ? string
  : Type extends "number" | "integer"
    ? number
    : Type extends "boolean"
      ? boolean
      : Type extends "null"
        ? null
        : Type extends "array"
          ? FromArray<Schema, Root>
          : Type extends "object"
            ? FromObject<Schema, Root>
            : never;

type FromArray<Schema, Root> = Schema extends { readonly prefixItems: infer Items extends readonly unknown[] }
  ? { readonly [Index in keyof Items]: FromSchema<Items[Index], Root> }
  : Schema extends { readonly items: infer Item }
    ? readonly FromSchema<Item, Root>[]
    : readonly unknown[];

type FromObject<Schema, Root> = Schema extends { readonly properties: infer Properties }
  ? Flat<
      { readonly [Key in keyof Properties & RequiredKey<Schema>]: FromSchema<Properties[Key], Root> } & {
        readonly [Key in Exclude<keyof Properties, RequiredKey<Schema>>]?: FromSchema<Properties[Key], Root>;
      }
    >
  : Schema extends { readonly additionalProperties: infer Other }
    ? { readonly [key: string]: FromSchema<Other, Root> }
    : { readonly [key: string]: unknown };

type RequiredKey<Schema> = Schema extends { readonly required: readonly (infer Key)[] } ? Key : never;

/** Shows an intersection as one object. */
type Flat<T> = { [Key in keyof T]: T[Key] };
