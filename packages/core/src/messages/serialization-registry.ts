import { ValueError } from "../errors/kinds.ts";
import { emitWarning } from "../logging/warnings.ts";
import { JSON_DATA_CONTENT_TYPE, type MessageSerializer } from "./message-serializer.ts";
import { typeNameOf } from "./type-name.ts";
import type { UnknownPayload } from "./unknown-payload.ts";

/** The text that stands in a log for a message that is not JSON. */
const NOT_SERIALIZABLE = "Message could not be serialized";

/** The serializers of one runtime, by type name and content type. */
export class SerializationRegistry {
  readonly #writers = new Map<string, MessageSerializer>();
  /** Aliases are only for reading; a type of that very name goes before them. */
  readonly #aliases = new Map<string, MessageSerializer>();

  /** A later registration of the same name and content type replaces the earlier one, with a warning when it differs. */
  add(serializers: MessageSerializer | readonly MessageSerializer[]): void {
    for (const serializer of isList(serializers) ? serializers : [serializers]) this.#add(serializer);
  }

  isRegistered(typeName: string, dataContentType: string): boolean {
    return this.#writers.has(keyOf(typeName, dataContentType));
  }

  /** @throws ValueError `Unknown type … with content type …` */
  serialize(message: unknown, typeName: string, dataContentType: string): Uint8Array {
    const serializer = this.#writers.get(keyOf(typeName, dataContentType));
    if (serializer === undefined) throw new ValueError(`Unknown type ${typeName} with content type ${dataContentType}`);
    return serializer.serialize(message);
  }

  /** An unregistered type gives an {@link UnknownPayload}; bytes that are no such message give the serializer's error. */
  deserialize(payload: Uint8Array, typeName: string, dataContentType: string): unknown {
    const key = keyOf(typeName, dataContentType);
    const serializer = this.#writers.get(key) ?? this.#aliases.get(key);
    if (serializer !== undefined) return serializer.deserialize(payload);
    const unknown: UnknownPayload = { type: "UnknownPayload", typeName, dataContentType, payload };
    return unknown;
  }

  /** The JSON text of a message for a log: by its serializer, else of the value itself. */
  textOf(message: unknown): string {
    try {
      const typeName = typeNameOf(message);
      const serializer =
        typeName === undefined ? undefined : this.#writers.get(keyOf(typeName, JSON_DATA_CONTENT_TYPE));
      if (serializer !== undefined) return new TextDecoder().decode(serializer.serialize(message));
      const text: unknown = JSON.stringify(message);
      return typeof text === "string" ? text : NOT_SERIALIZABLE;
    } catch {
      return NOT_SERIALIZABLE;
    }
  }

  #add(serializer: MessageSerializer): void {
    const { typeName, dataContentType } = serializer;
    const key = keyOf(typeName, dataContentType);
    const present = this.#writers.get(key);
    if (present !== undefined && present !== serializer) {
      emitWarning(
        "TESSERAE_SERIALIZER_CONFLICT",
        `Two message types are named ${typeName} (${dataContentType}); the later one is used. ` +
          "Give one of them a name of its own.",
      );
    }
    this.#writers.set(key, serializer);
    for (const alias of serializer.aliases ?? []) this.#aliases.set(keyOf(alias, dataContentType), serializer);
  }
}

function keyOf(typeName: string, dataContentType: string): string {
  return `${dataContentType}\n${typeName}`;
}

function isList(value: MessageSerializer | readonly MessageSerializer[]): value is readonly MessageSerializer[] {
  return Array.isArray(value);
}
