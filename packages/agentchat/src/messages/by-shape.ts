import { UserMessage, toJson, type Json, type JsonObject } from "@tesserae/core";
import type { MessageDefinition } from "./definition.ts";
import { fieldsFromJson, fieldsToJson } from "./json-fields.ts";
import { ownFields, ownFieldsOfJson } from "./own-fields.ts";
import type { MessageFields } from "./types.ts";

type AnyMessage = MessageFields & { readonly type: string };

/**
 * How a message of an unknown type is shown and written: by its shape. Content that is text stands for itself,
 * everything else as JSON; fields of the user's own keep their names.
 */
export function definitionByShape(type: string): MessageDefinition {
  return {
    type,
    kind: "chat",
    toText: shapeText,
    toModelText: shapeText,
    toModelMessage: (message) => UserMessage({ content: shapeText(message), source: message.source }),
    toJson: (message) => ({ ...fieldsToJson(message), ...ownJson(message), type: message.type }),
    fromJson: (json) => ({ ...ownFieldsOfJson(json), ...fieldsFromJson(json), type }),
  };
}

/** The text of a message by its shape. */
export function shapeText(message: AnyMessage): string {
  const own = ownFields(message);
  const { content } = own;
  if (typeof content === "string") return content;
  return JSON.stringify(content ?? own);
}

/** The fields of the user's own as JSON. */
export function ownJson(message: AnyMessage): JsonObject {
  return Object.fromEntries(
    Object.entries(ownFields(message))
      .filter(([, value]) => value !== undefined)
      .map(([key, value]): [string, Json] => [key, toJson(value, `the field "${key}" of a ${message.type}`)]),
  );
}
