import { contentType, structuredMessageDefinition, type ContentType } from "@tesserae/agentchat";
import { ValueError } from "@tesserae/core";

const ANSWER: ContentType<unknown> = contentType("Answer", {
  type: "object",
  properties: { thoughts: { type: "string" }, answer: { type: "integer" } },
  required: ["thoughts", "answer"],
});

const REPORT: ContentType<unknown> = contentType("Report", {
  type: "object",
  $defs: {
    Point: {
      type: "object",
      properties: { x: { type: "integer" }, y: { type: "integer" } },
      required: ["x", "y"],
    },
  },
  properties: {
    title: { type: "string" },
    done: { type: "boolean" },
    points: { type: "array", items: { $ref: "#/$defs/Point" } },
    note: { anyOf: [{ type: "string" }, { type: "null" }], default: null },
  },
  required: ["title", "done", "points"],
});

const SHAPE: ContentType<unknown> = contentType("Shape", {
  type: "object",
  properties: {
    label: { type: "string" },
    closed: { type: "boolean" },
    points: {
      type: "array",
      items: { type: "object", properties: { x: { type: "integer" }, y: { type: "number" } }, required: ["x", "y"] },
    },
    parent: { anyOf: [{ type: "string" }, { type: "null" }], default: null },
  },
  required: ["label", "closed", "points"],
});

/** The content types that both languages have, by name. */
export const CONTENT_TYPES: readonly ContentType<unknown>[] = [ANSWER, REPORT, SHAPE];

/** The content type of this name. */
export function contentTypeOf(name: string): ContentType<unknown> {
  const found = CONTENT_TYPES.find((type) => type.name === name);
  if (found === undefined) throw new ValueError(`There is no content type ${name}.`);
  return found;
}

/** The definition of a tag such as `StructuredMessage[Answer]`. */
export function structuredDefinition(tag: string): ReturnType<typeof structuredMessageDefinition> {
  return structuredMessageDefinition(contentTypeOf(tag.slice("StructuredMessage[".length, -1)));
}
