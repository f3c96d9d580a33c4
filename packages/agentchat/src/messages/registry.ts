import { ValueError, isObject, type JsonObject, type UserMessage } from "@tesserae/core";
import { BUILT_IN_DEFINITIONS } from "./built-in-definitions.ts";
import { definitionByShape } from "./by-shape.ts";
import type { MessageDefinition } from "./definition.ts";
import { isStructuredTag, untypedStructuredMessage } from "./structured-message.ts";
import type { ChatMessage, MessageFields, MessageJson, StreamItem } from "./types.ts";

type AnyMessage = MessageFields & { readonly type: string };

const BUILT_IN: ReadonlyMap<string, MessageDefinition> = new Map(
  BUILT_IN_DEFINITIONS.map((definition) => [definition.type, definition]),
);

/** The definition of one of AutoGen's messages and events. */
export function builtInDefinition(type: string): MessageDefinition | undefined {
  return BUILT_IN.get(type);
}

/** The definition of a message that needs no registry: a built-in one, or a structured one, whose content is not checked. */
export function knownDefinition(type: string): MessageDefinition | undefined {
  return BUILT_IN.get(type) ?? (isStructuredTag(type) ? untypedStructuredMessage(type) : undefined);
}

/** Knows the kinds of message of one team or agent: how they are shown, given to models, written and read. */
export class MessageRegistry {
  readonly #own = new Map<string, MessageDefinition>();

  constructor(definitions: Iterable<MessageDefinition> = []) {
    for (const definition of definitions) this.register(definition);
  }

  /** Adds a kind of message. A built-in one or one of the same tag is an error. */
  register(definition: MessageDefinition): this {
    if (!isObject(definition) || typeof definition.type !== "string" || typeof definition.toText !== "function") {
      throw new ValueError(
        "A message type must be a subclass of BaseMessage in Python; here it must be a MessageDefinition. Make it with defineMessage().",
      );
    }
    if (this.isRegistered(definition.type)) {
      throw new ValueError(`The message type ${definition.type} is already registered.`);
    }
    this.#own.set(definition.type, definition);
    return this;
  }

  isRegistered(type: string): boolean {
    return BUILT_IN.has(type) || this.#own.has(type);
  }

  /** The definitions beyond the built-in ones. */
  ownDefinitions(): readonly MessageDefinition[] {
    return [...this.#own.values()];
  }

  /** The definition of a message's type. A structured message of an unknown type is read without checks. */
  definition(type: string): MessageDefinition | undefined {
    return this.#own.get(type) ?? knownDefinition(type);
  }

  isChatMessage(message: AnyMessage): message is ChatMessage {
    return this.#of(message).kind === "chat";
  }

  /** The message for people. */
  toText(message: AnyMessage): string {
    return this.#of(message).toText(message);
  }

  /** The message for models that read text. */
  toModelText(message: AnyMessage): string {
    const definition = this.#of(message);
    return definition.toModelText?.(message) ?? definition.toText(message);
  }

  /** The message for models. An event has none. */
  toModelMessage(message: AnyMessage): UserMessage {
    const convert = this.#of(message).toModelMessage;
    if (convert === undefined) {
      throw new ValueError(`A ${message.type} is an event: it is shown to people and not given to models.`);
    }
    return convert(message);
  }

  /** The message as AutoGen writes it. */
  toJson(message: AnyMessage): MessageJson {
    return this.#of(message).toJson(message);
  }

  /** Reads a message that AutoGen or this registry wrote. */
  create(json: unknown): StreamItem {
    if (!isObject(json)) throw new ValueError("A message must be an object.");
    const { type } = json;
    if (typeof type !== "string") throw new ValueError("Field 'type' is required in a message.");
    // Every definition of this registry reads messages of its own type, which are stream items.
    const definition = this.definition(type);
    if (definition === undefined) {
      throw new ValueError(
        `Unknown message type: ${type}. Register its definition: teams take it as customMessageTypes.`,
        { code: "ERR_MESSAGE_UNKNOWN" },
      );
    }
    return definition.fromJson(json as JsonObject) as StreamItem;
  }

  /** A message whose type nobody registered is handled by its shape. */
  #of(message: AnyMessage): MessageDefinition {
    return this.definition(message.type) ?? definitionByShape(message.type);
  }
}

/** The registry of the built-in messages alone. */
export function builtInMessages(): MessageRegistry {
  return new MessageRegistry();
}
