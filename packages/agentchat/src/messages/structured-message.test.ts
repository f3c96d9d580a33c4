import type { JsonObject } from "@tesserae/core";
import { z } from "zod";
import { describe, expect, test } from "vitest";
import { contentType } from "./content-type.ts";
import { MessageRegistry } from "./registry.ts";
import { StructuredMessage, structuredMessageDefinition } from "./structured-message.ts";
import { StructuredMessageFactory } from "./structured-message-factory.ts";

const SCHEMA: JsonObject = {
  type: "object",
  properties: { field1: { type: "string" }, field2: { type: "integer", default: 7 } },
  required: ["field1"],
};
const TestContent = contentType<{ field1: string; field2: number }>("TestContent", SCHEMA);
const content = { field1: "x", field2: 42 };

describe("a structured message", () => {
  test("its tag names the content's type; a registry knows it after register; the content survives", () => {
    const message = StructuredMessage({ source: "a", contentType: TestContent, content });
    expect(message.type).toBe("StructuredMessage[TestContent]");
    const registry = new MessageRegistry();
    expect(registry.isRegistered(message.type)).toBe(false);
    registry.register(structuredMessageDefinition(TestContent));
    expect(registry.isRegistered(message.type)).toBe(true);
    expect(registry.create(registry.toJson(message))).toEqual(message);
    expect(() => registry.register(structuredMessageDefinition(TestContent))).toThrow(/is already registered/);
  });

  test("a format string makes the texts; the model's message is compact JSON always", () => {
    const message = StructuredMessage({
      source: "a",
      contentType: TestContent,
      content,
      formatString: "a {field1} b {field2}",
    });
    const registry = new MessageRegistry([structuredMessageDefinition(TestContent)]);
    expect(registry.toText(message)).toBe("a x b 42");
    expect(registry.toModelText(message)).toBe("a x b 42");
    expect(registry.toModelMessage(message).content).toBe('{"field1":"x","field2":42}');
  });

  test("a type that nobody registered is read as it is", () => {
    const json = {
      type: "StructuredMessage[main.<locals>.Out]",
      source: "a",
      content: { any: [1] },
      format_string: null,
    };
    const registry = new MessageRegistry();
    const message = registry.create(json);
    expect(message).toMatchObject({ type: json.type, content: { any: [1] } });
    expect(registry.toJson(message)).toMatchObject(json);
  });

  test("content that does not fit names the place", () => {
    const definition = structuredMessageDefinition(TestContent);
    expect(() => definition.fromJson({ type: definition.type, source: "a", content: { field2: 1 } })).toThrow(/field1/);
  });
});

describe("a content type", () => {
  test("of a JSON Schema reads as pydantic does: coerces, fills in defaults, orders the keys", () => {
    expect(JSON.stringify(TestContent.parse({ field2: "5", field1: "x" }))).toBe('{"field1":"x","field2":5}');
    expect(TestContent.parse({ field1: "x" })).toEqual({ field1: "x", field2: 7 });
  });

  test("of a Standard Schema gives what the schema gives, and its JSON Schema", () => {
    const type = contentType("City", z.object({ name: z.string().trim() }));
    expect(type.parse({ name: " Rome " })).toEqual({ name: "Rome" });
    expect(type.jsonSchema).toMatchObject({ type: "object", properties: { name: { type: "string" } } });
    expect(() => type.parse({ name: 1 })).toThrow(/City.*\/name/s);
  });

  test("whose checks are asynchronous is refused when it is used", () => {
    const type = contentType("Slow", z.object({ a: z.string().refine(async () => true) }));
    expect(() => type.parse({ a: "x" })).toThrow();
  });
});

describe("a StructuredMessageFactory", () => {
  test("needs a schema or a content type; the schema wins", () => {
    expect(() => new StructuredMessageFactory({})).toThrow(/must be provided/);
    const factory = new StructuredMessageFactory({ jsonSchema: SCHEMA, contentType: contentType("Other", SCHEMA) });
    expect(factory.definition.type).toBe("StructuredMessage[GeneratedContentModel]");
  });

  test("with a content type ignores the name for schemas", () => {
    const factory = new StructuredMessageFactory({ contentType: TestContent, contentModelName: "Ignored" });
    expect(factory.contentType.name).toBe("TestContent");
  });

  test("made from a dumped config with another name registers beside the original and round-trips", async () => {
    const { toConfig, fromConfig } = StructuredMessageFactory.component;
    const dump = { includeSecrets: false, component: (): never => fail() };
    const load = { component: (): never => fail(), resolve: (): never => fail() };
    const original = new StructuredMessageFactory({ contentType: TestContent, formatString: "{field1}" });
    const config = toConfig(original, dump);
    expect(config).toEqual({ json_schema: SCHEMA, format_string: "{field1}", content_model_name: "TestContent" });
    const renamed = await fromConfig({ ...config, content_model_name: "Renamed" }, load);
    const registry = new MessageRegistry([original.definition, renamed.definition]);
    const message = StructuredMessage({ source: "a", contentType: renamed.contentType, content: { ...content } });
    expect(message.type).toBe("StructuredMessage[Renamed]");
    expect(registry.create(registry.toJson(message))).toEqual(message);
  });
});

function fail(): never {
  throw new Error("There is no nested component here.");
}
