import {
  ValueError,
  isObject,
  requestUsageFromJson,
  requestUsageToJson,
  type Json,
  type JsonObject,
} from "@tesserae/core";
import { timeFromJson } from "./created-at.ts";
import type { MessageDefinition } from "./definition.ts";
import { stamp } from "./stamp.ts";
import type { MessageFields, MessageJson } from "./types.ts";

/** The common fields of a message as JSON, in Python's order. */
export function fieldsToJson(message: MessageFields): JsonObject {
  return {
    id: message.id,
    source: message.source,
    models_usage: message.modelsUsage === undefined ? null : requestUsageToJson(message.modelsUsage),
    metadata: message.metadata,
    created_at: message.createdAt,
  };
}

/** Writes a message: the common fields, its own, its tag. */
export function messageJson(message: MessageFields & { readonly type: string }, own: JsonObject): MessageJson {
  return { ...fieldsToJson(message), ...own, type: message.type };
}

/** What a built-in message does, beside being written and read. */
type Behaviour<M extends MessageFields & { readonly type: string }> = Omit<
  MessageDefinition<M>,
  "type" | "toJson" | "fromJson"
>;

/** What a message has beside the common fields and its tag. */
type OwnFields<M extends MessageFields> = {
  [Key in keyof M as Key extends keyof MessageFields | "type" ? never : Key]: M[Key];
};

/** Defines a built-in message: what it does, how its own fields are written, and how they are read. */
export function builtIn<M extends MessageFields & { readonly type: string }>(
  type: M["type"],
  behaviour: Behaviour<M>,
  write: (message: M) => JsonObject,
  read: (json: JsonObject) => OwnFields<M>,
): MessageDefinition<M> {
  return {
    ...behaviour,
    type,
    toJson: (message) => messageJson(message, write(message)),
    fromJson(json) {
      checkTag(json, type);
      // The common fields, its own and its tag are all that it has.
      return { ...fieldsFromJson(json), ...read(json), type } as unknown as M;
    },
  };
}

/** Writes the text of a message. */
export function writeText({ content }: { readonly content: string }): JsonObject {
  return { content };
}

/** Reads the text of a message. */
export function readText(json: JsonObject): { readonly content: string } {
  return { content: textField(json, "content") };
}

/** Reads the common fields; what old files lack gets its default. */
export function fieldsFromJson(json: JsonObject): MessageFields {
  const { id, models_usage: usage, metadata, created_at: createdAt } = json;
  if (metadata !== undefined && metadata !== null && !isTextMap(metadata)) {
    throw new ValueError("/metadata must be an object whose values are text.");
  }
  return stamp({
    source: textField(json, "source"),
    id: typeof id === "string" ? id : undefined,
    modelsUsage: usage === undefined || usage === null ? undefined : requestUsageFromJson(usage, "/models_usage"),
    metadata: isTextMap(metadata) ? metadata : undefined,
    createdAt: timeFromJson(createdAt),
  });
}

/** A text field that must be there. */
export function textField(json: JsonObject, key: string): string {
  const value = json[key];
  if (typeof value !== "string") throw new ValueError(`/${key} must be text, found ${found(value)}.`);
  return value;
}

/** A text field that may be absent. */
export function optionalText(json: JsonObject, key: string): string | undefined {
  const value = json[key];
  return value === undefined || value === null ? undefined : textField(json, key);
}

/** A whole number that must be there. */
export function integerField(json: JsonObject, key: string): number {
  const value = json[key];
  if (typeof value !== "number" || !Number.isInteger(value)) {
    throw new ValueError(`/${key} must be a whole number, found ${found(value)}.`);
  }
  return value;
}

/** A list that must be there, each item read with `read`. */
export function listField<T>(json: JsonObject, key: string, read: (item: Json, pointer: string) => T): T[] {
  const value = json[key];
  if (!Array.isArray(value)) throw new ValueError(`/${key} must be a list, found ${found(value)}.`);
  return value.map((item, index) => read(item, `/${key}/${index}`));
}

/** Throws unless the tag is the one that is read. */
export function checkTag(json: JsonObject, type: string): void {
  const tag = json["type"];
  if (tag !== undefined && tag !== type) throw new ValueError(`/type must be "${type}", found ${found(tag)}.`);
}

function isTextMap(value: unknown): value is { [key: string]: string } {
  return isObject(value) && Object.values(value).every((item) => typeof item === "string");
}

function found(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value).slice(0, 60);
}
