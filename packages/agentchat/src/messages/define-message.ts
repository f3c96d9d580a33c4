import { UserMessage, ValueError, type JsonObject, type RunContext } from "@tesserae/core";
import type { StandardSchemaV1 } from "@standard-schema/spec";
import { ownJson, shapeText } from "./by-shape.ts";
import { contentType } from "./content-type.ts";
import type { MessageDefinition } from "./definition.ts";
import { checkTag, fieldsFromJson, fieldsToJson } from "./json-fields.ts";
import { isReservedField, ownFieldsOfJson } from "./own-fields.ts";
import { builtInDefinition } from "./registry.ts";
import { stamp, type MessageInit } from "./stamp.ts";
import { isStructuredTag } from "./structured-message.ts";
import type { ChatMessage, MessageFields } from "./types.ts";

/** A message of the user's own: the fields of every message and those of its schema. */
export type DefinedMessage<Fields> = MessageFields & { readonly type: string } & Fields;

/** How a message of the user's own behaves. */
export interface DefineMessageOptions<Fields> {
  /** Default `chat`: given to other agents and to models. An `event` only shows what happens. */
  readonly kind?: "chat" | "event" | undefined;
  /** The JSON Schema of the fields, for a schema library that cannot tell it. */
  readonly jsonSchema?: JsonObject | undefined;
  /** For people. Default: `content` where that is text, else the fields as JSON. */
  readonly toText?: ((message: DefinedMessage<Fields>) => string) | undefined;
  /** For models that read text. Default: as for people. */
  readonly toModelText?: ((message: DefinedMessage<Fields>) => string) | undefined;
  /** For models. Default: the text for models, from the message's source. */
  readonly toModelMessage?: ((message: DefinedMessage<Fields>) => UserMessage) | undefined;
}

/** The definition of a message of the user's own, and its factory. */
export interface CustomMessageDefinition<Fields> extends MessageDefinition<DefinedMessage<Fields>> {
  /**
   * Makes a message. Its type is a {@link ChatMessage} to the compiler, so that an agent can answer with it.
   * @throws ValueError when the fields do not fit the schema.
   */
  create(init: MessageInit & Fields, context?: RunContext): ChatMessage & Fields;
}

/**
 * Defines a kind of message of the user's own. Give the definition to the agents that produce it
 * (`producedMessageTypes`) or to a team (`customMessageTypes`). The names of its fields are never changed, in JSON
 * either.
 */
export function defineMessage<Fields extends object>(
  type: string,
  fields: StandardSchemaV1<unknown, Fields> | JsonObject,
  options: DefineMessageOptions<Fields> = {},
): CustomMessageDefinition<Fields> {
  if (type === "" || builtInDefinition(type) !== undefined || isStructuredTag(type)) {
    throw new ValueError(`A message type of your own cannot be named '${type}': that name is taken. Choose another.`);
  }
  const schema = contentType<Fields>(type, fields, { jsonSchema: options.jsonSchema });
  const toText = options.toText ?? shapeText;
  const toModelText = options.toModelText ?? toText;
  const parsed = (own: object): Fields => {
    const reserved = Object.keys(own).find(isReservedField);
    if (reserved !== undefined)
      throw new ValueError(`A field of '${type}' cannot be named '${reserved}': every message has that.`);
    return schema.parse(own);
  };
  const chat = {
    toModelText,
    toModelMessage:
      options.toModelMessage ??
      ((message: DefinedMessage<Fields>) => UserMessage({ content: toModelText(message), source: message.source })),
  };
  return {
    type,
    kind: options.kind ?? "chat",
    toText,
    ...(options.kind === "event" ? {} : chat),
    toJson: (message) => ({ ...fieldsToJson(message), ...ownJson(message), type }),
    fromJson(json) {
      checkTag(json, type);
      return { ...fieldsFromJson(json), ...parsed(ownFieldsOfJson(json)), type };
    },
    create(init, context) {
      const { id, source, modelsUsage, metadata, createdAt, ...own } = init;
      const common = stamp({ id, source, modelsUsage, metadata, createdAt }, context);
      // The union of chat messages names the built-in types only.
      return { ...common, ...parsed(own), type } as unknown as ChatMessage & Fields;
    },
  };
}
