import { UserMessage, ValueError, checkGiven, isObject, type Json, type RunContext } from "@tesserae/core";
import { fillTemplate } from "../text/template.ts";
import type { ContentType, MessageDefinition } from "./definition.ts";
import { checkTag, fieldsFromJson, messageJson, optionalText } from "./json-fields.ts";
import { stamp, type MessageInit } from "./stamp.ts";
import type { StructuredMessage as StructuredMessageData } from "./types.ts";

/** See the factory of the same name. */
export type StructuredMessage<T = Json> = StructuredMessageData<T>;

/** Makes a {@link StructuredMessageData} whose tag names the content's type. */
export function StructuredMessage<T>(
  init: MessageInit & {
    readonly contentType: Pick<ContentType<T>, "name">;
    readonly content: T;
    readonly formatString?: string | undefined;
  },
  context?: RunContext,
): StructuredMessageData<T> {
  const { contentType } = init;
  checkGiven("contentType of a StructuredMessage", contentType, isObject(contentType), "what contentType() makes");
  return {
    ...stamp(init, context),
    content: init.content,
    formatString: init.formatString,
    type: `StructuredMessage[${contentType.name}]`,
  };
}

/** The definition of the structured messages with this content. */
export function structuredMessageDefinition<T>(
  contentType: ContentType<T>,
): MessageDefinition<StructuredMessageData<T>> {
  const type = `StructuredMessage[${contentType.name}]` as const;
  return {
    ...untypedStructuredMessage<T>(type),
    fromJson(json) {
      checkTag(json, type);
      return {
        ...fieldsFromJson(json),
        content: contentType.parse(json["content"]),
        formatString: optionalText(json, "format_string"),
        type,
      };
    },
  };
}

/** A structured message whose content's type is not known here: its content is taken as it is. */
export function untypedStructuredMessage<T = Json>(
  type: `StructuredMessage[${string}]`,
): MessageDefinition<StructuredMessageData<T>> {
  return {
    type,
    kind: "chat",
    toText: structuredText,
    toModelText: structuredText,
    toModelMessage: (message) => UserMessage({ content: JSON.stringify(message.content), source: message.source }),
    toJson: (message) =>
      messageJson(message, {
        // The content was parsed by its content type or read from JSON: it is JSON.
        content: message.content as Json,
        format_string: message.formatString ?? null,
      }),
    fromJson(json) {
      checkTag(json, type);
      if (json["content"] === undefined) throw new ValueError("/content is missing.");
      return {
        ...fieldsFromJson(json),
        content: json["content"] as T,
        formatString: optionalText(json, "format_string"),
        type,
      };
    },
  };
}

/** True for the tag of a structured message. */
export function isStructuredTag(type: string): type is `StructuredMessage[${string}]` {
  return type.startsWith("StructuredMessage[") && type.endsWith("]");
}

function structuredText<T>(message: StructuredMessageData<T>): string {
  const { content, formatString } = message;
  if (formatString === undefined) return JSON.stringify(content);
  if (typeof content !== "object" || content === null) {
    throw new ValueError("A format string needs a structured message whose content is an object.");
  }
  return fillTemplate(formatString, Object.fromEntries(Object.entries(content)));
}
