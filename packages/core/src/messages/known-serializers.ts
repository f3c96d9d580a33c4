import type { StandardSchemaV1 } from "@standard-schema/spec";
import { ValueError } from "../errors/kinds.ts";
import { isObject } from "../json.ts";
import { formatIssues } from "../schema/issue.ts";
import { isStandardSchema, validateStandard } from "../schema/standard.ts";
import { decodeJson, encodeJson } from "./json-text.ts";
import { JSON_DATA_CONTENT_TYPE, type MessageSerializer } from "./message-serializer.ts";
import { isMessageType } from "./message-type.ts";
import { ownTypeName } from "./type-name.ts";

/** The serializers of a message type or class; none for what cannot be written, such as `String`. */
export function tryGetKnownSerializersForType(type: unknown): readonly MessageSerializer[] {
  if (isMessageType(type)) return type.serializers;
  if (typeof type !== "function") return [];
  const typeName = ownTypeName(type);
  return typeName === undefined ? [] : [serializerOfClass(type, typeName)];
}

/** Equal classes give the same serializer, so that adding it twice is no conflict. */
const CLASS_SERIALIZER: unique symbol = Symbol("tesserae.serializer");

function serializerOfClass(messageClass: object, typeName: string): MessageSerializer {
  const known: unknown = Object.hasOwn(messageClass, CLASS_SERIALIZER)
    ? Reflect.get(messageClass, CLASS_SERIALIZER)
    : undefined;
  if (known !== undefined) return known as MessageSerializer;
  const serializer = makeClassSerializer(messageClass, typeName);
  if (Object.isExtensible(messageClass)) Object.defineProperty(messageClass, CLASS_SERIALIZER, { value: serializer });
  return serializer;
}

function makeClassSerializer(messageClass: object, typeName: string): MessageSerializer {
  const what = `A message of type ${typeName}`;
  const declared: unknown = Object.hasOwn(messageClass, "schema") ? Reflect.get(messageClass, "schema") : undefined;
  const schema = isStandardSchema(declared) ? declared : undefined;
  const prototype: unknown = Reflect.get(messageClass, "prototype");
  return {
    dataContentType: JSON_DATA_CONTENT_TYPE,
    typeName,
    serialize: (message) => encodeJson(message, what),
    deserialize: (payload) => {
      const json = decodeJson(payload, what);
      const fields = schema === undefined ? json : check(schema, json, what);
      if (!isObject(fields)) throw new ValueError(`${what} must be an object.`, { code: "ERR_MESSAGE_INVALID" });
      return Object.assign(Object.create(isObject(prototype) ? prototype : null) as object, fields);
    },
  };
}

function check(schema: StandardSchemaV1, json: unknown, what: string): unknown {
  const result = validateStandard(schema, json);
  if (result instanceof Promise) {
    result.catch(() => undefined);
    throw new ValueError(`${what} has a schema that checks asynchronously; it needs one that does not.`);
  }
  if (result.ok) return result.value;
  throw new ValueError(`${what} does not fit its schema. ${formatIssues(result.issues)}`, {
    code: "ERR_MESSAGE_INVALID",
  });
}
