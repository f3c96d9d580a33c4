import { type } from "arktype";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { z as z3 } from "zod3";
import { isTesseraeError } from "../errors/tesserae-error.ts";
import { valibotToJsonSchema } from "./adapters/valibot.ts";
import { zod3ToJsonSchema } from "./adapters/zod3.ts";
import { isStandardSchema, validateStandard } from "./standard.ts";
import { toJsonSchema } from "./to-json-schema.ts";

const zod4 = z.object({ city: z.string().describe("where"), days: z.number().default(1) });
const zod3 = z3.object({ city: z3.string().describe("where"), days: z3.number().default(1) });
const valibot = v.object({ city: v.pipe(v.string(), v.description("where")), days: v.optional(v.number(), 1) });
const arktype = type({ city: "string", "days?": "number" });

describe("toJsonSchema", () => {
  test("asks the library where it offers ~standard.jsonSchema", () => {
    expect(toJsonSchema(zod4)).toEqual({
      type: "object",
      properties: { city: { type: "string", description: "where" }, days: { type: "number", default: 1 } },
      required: ["city"],
    });
    expect(toJsonSchema(zod4, { io: "output" })).toMatchObject({
      required: ["city", "days"],
      additionalProperties: false,
    });
    expect(toJsonSchema(arktype)).toEqual({
      type: "object",
      properties: { city: { type: "string" }, days: { type: "number" } },
      required: ["city"],
    });
  });

  test("takes an adapter for libraries that do not", () => {
    const expected = toJsonSchema(zod4);
    expect(toJsonSchema(zod3, { adapter: zod3ToJsonSchema })).toEqual(expected);
    expect(toJsonSchema(valibot, { adapter: valibotToJsonSchema })).toEqual(expected);
  });

  test("what the caller writes goes before everything", () => {
    expect(
      toJsonSchema(zod4, { jsonSchema: { type: "object", $schema: "x" }, adapter: () => ({ type: "string" }) }),
    ).toEqual({ type: "object" });
    expect(toJsonSchema(zod4, { adapter: () => ({ type: "string" }) })).toEqual({ type: "string" });
  });

  test.each([
    ["zod", zod3],
    ["valibot", valibot],
  ])("without any, the error says what can be given to a tool too (%s)", (vendor, schema) => {
    try {
      toJsonSchema(schema);
      expect.unreachable();
    } catch (error) {
      expect(isTesseraeError(error, "ERR_SCHEMA_NO_JSON")).toBe(true);
      const maker = `\`${vendor === "zod" ? "zod3" : vendor}ToJsonSchema(schema)\``;
      for (const word of [vendor, "~standard.jsonSchema", "pass its `jsonSchema`", maker])
        expect(String(error)).toContain(word);
      // Tools, content types and messages have no such option.
      expect(String(error)).not.toContain("adapter");
    }
  });

  test("a type that JSON has not is such an error too, with the cause", () => {
    try {
      toJsonSchema(z.object({ at: z.date() }));
      expect.unreachable();
    } catch (error) {
      expect(isTesseraeError(error, "ERR_SCHEMA_NO_JSON")).toBe(true);
      expect((error as Error).cause).toBeInstanceOf(Error);
    }
    expect(() => toJsonSchema(z3.object({ at: z3.date() }), { adapter: zod3ToJsonSchema })).toThrow(
      '"Date" at /properties/at',
    );
    expect(() => toJsonSchema(v.object({ at: v.date() }), { adapter: valibotToJsonSchema })).toThrow(
      '"date" at /properties/at',
    );
  });

  test("an adapter that gives no JSON is noticed", () => {
    expect(() => toJsonSchema(zod3, { adapter: () => ({ default: new Date(0) }) })).toThrow(
      "an instance of Date at /default",
    );
    expect(() => toJsonSchema({} as never)).toThrow("Expected a Standard Schema");
  });
});

describe("validateStandard", () => {
  test.each([
    ["zod 4", zod4],
    ["zod 3", zod3],
    ["valibot", valibot],
    ["arktype", arktype],
  ])("gives the value, or issues with pointers (%s)", async (_name, schema) => {
    expect(isStandardSchema(schema)).toBe(true);
    expect(await validateStandard(schema, { city: "Rome", days: 2 })).toEqual({
      ok: true,
      value: { city: "Rome", days: 2 },
    });
    const result = await validateStandard(schema, { city: 1, days: "x" });
    expect(
      result.ok ? [] : result.issues.map(({ pointer, keyword, schemaPointer }) => [pointer, keyword, schemaPointer]),
    ).toEqual([
      ["/city", "schema", ""],
      ["/days", "schema", ""],
    ]);
  });

  test("is synchronous where the library is, and waits where it is not", async () => {
    expect(validateStandard(zod4, { city: "Rome" })).toEqual({ ok: true, value: { city: "Rome", days: 1 } });
    const later = z.object({ "a/b": z.array(z.string().refine(async (text) => Promise.resolve(text === "x"))) });
    const result = validateStandard(later, { "a/b": ["x", "y"] });
    expect(result).toBeInstanceOf(Promise);
    expect(await result).toMatchObject({ ok: false, issues: [{ pointer: "/a~1b/1" }] });
  });

  test("refuses what is no schema", () => {
    expect(isStandardSchema({ "~standard": { version: 2, validate: () => ({}) } })).toBe(false);
    expect(() => validateStandard({ type: "object" } as never, {})).toThrow("Expected a Standard Schema");
  });
});
