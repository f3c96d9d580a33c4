import { createTyped, strictSchema, toJsonSchema, type JsonObject } from "@tesserae/core";
import { AssistantAgent } from "@tesserae/agentchat";
import { zodResponseFormat } from "openai/helpers/zod";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as z from "zod";
import { completion, HELLO, OpenAIFixture } from "../../testing/openai-fixture.ts";

let fixture: OpenAIFixture;
beforeEach(async () => void (fixture = await OpenAIFixture.start()));
afterEach(() => fixture.close());

const Person = z.object({ name: z.string() });
interface List {
  readonly value: number;
  readonly next: List | null;
}
const List: z.ZodType<List> = z.object({ value: z.number(), next: z.lazy(() => List).nullable() });

/** What the vendor's own helper sends for the same schema, but for the dialect, which we leave out. */
function sdkSchema(schema: z.ZodType): unknown {
  const { $schema: _dialect, ...rest } = zodResponseFormat(schema, "answer").json_schema.schema ?? {};
  return rest;
}

/** The schema with the order of `required` made the same. */
const sorted = (schema: unknown): unknown =>
  JSON.parse(JSON.stringify(schema), (key, value: unknown) =>
    key === "required" && Array.isArray(value) ? value.map(String).toSorted((a, b) => (a < b ? -1 : 1)) : value,
  );

describe("the schema of a structured answer is what the vendor's SDK makes of the same zod schema", () => {
  test.each<[string, z.ZodType, object]>([
    ["objects in lists", z.object({ a: z.string(), b: z.array(Person) }), { a: "x", b: [{ name: "y" }] }],
    ["null in place of nothing", z.object({ a: z.string().nullish() }), { a: null }],
    ["a default", z.object({ a: z.string().default("x") }), { a: "y" }],
    [
      "limits",
      z.object({ a: z.number().min(1), s: z.string().max(9), e: z.email(), i: z.int() }),
      { a: 1, s: "", e: "a@b.ch", i: 1 },
    ],
    ["a union", z.object({ a: z.union([z.string(), Person]) }), { a: { name: "x" } }],
    [
      "cases",
      z.object({ a: z.discriminatedUnion("k", [z.object({ k: z.literal("x") }), z.object({ k: z.literal("y") })]) }),
      { a: { k: "y" } },
    ],
    ["recursion", List, { value: 1, next: null }],
    ["values", z.object({ a: z.enum(["x", "y"]), l: z.literal(5), n: z.null() }), { a: "x", l: 5, n: null }],
    ["no property", z.object({}), {}],
    ["descriptions", z.object({ a: z.string().describe("words") }).describe("root"), { a: "x" }],
    ["a closed object", z.strictObject({ a: z.string() }), { a: "x" }],
  ])("%s", async (_name, schema, answer) => {
    fixture.server.next(
      completion({ content: JSON.stringify(answer) }),
      completion({ content: JSON.stringify(answer) }),
    );
    const { value } = await createTyped(fixture.client(), HELLO, schema);
    expect(value).toEqual(answer);
    const format = { type: "json_schema", json_schema: { name: "answer", strict: true } };
    expect(fixture.body["response_format"]).toMatchObject(format);
    expect(sorted(schemaOf(fixture))).toEqual(sorted(sdkSchema(schema)));
    const agent = new AssistantAgent({ name: "bot", modelClient: fixture.client(), outputContentType: schema });
    await agent.run("Hello");
    expect(sorted(schemaOf(fixture))).toEqual(sorted(sdkSchema(schema)));
  });
});

describe("a schema that the SDK refuses is sent as not strict, and its answer is checked all the same", () => {
  test.each<[string, z.ZodType]>([
    ["an optional property", z.object({ a: z.string().optional() })],
    ["a record", z.object({ a: z.record(z.string(), z.number()).default({}) })],
    ["an open object", z.looseObject({})],
    ["a tuple", z.object({ a: z.tuple([z.string()]).nullish() })],
    ["a union", z.union([z.object({}), Person])],
  ])("%s", async (_name, schema) => {
    expect(() => sdkSchema(schema)).toThrow(Error);
    fixture.server.next(completion({ content: "{}" }));
    await createTyped(fixture.client(), HELLO, schema);
    expect(fixture.body["response_format"]).toMatchObject({
      json_schema: { strict: false, schema: toJsonSchema(schema) },
    });
  });
});

test("what AutoGen's agents send for a pydantic class has a strict form", () => {
  const schema: JsonObject = {
    $defs: { Step: { type: "object", title: "Step", properties: { text: { type: "string" } }, required: ["text"] } },
    type: "object",
    title: "Answer",
    properties: {
      steps: { type: "array", items: { $ref: "#/$defs/Step" } },
      note: { anyOf: [{ type: "string" }, { type: "null" }], default: null },
    },
    required: ["steps"],
  };
  expect(strictSchema(schema)).toMatchObject({ ok: true, schema: { required: ["steps", "note"] } });
});

function schemaOf({ body }: OpenAIFixture): unknown {
  return Object(Object(body["response_format"]).json_schema).schema as unknown;
}
