import type { JsonObject, UserMessage } from "@tesserae/core";
import type { MessageFields, MessageJson } from "./types.ts";

/** How a message of one type behaves and is written. The message itself is plain data. */
export interface MessageDefinition<
  M extends MessageFields & { readonly type: string } = MessageFields & { readonly type: string },
> {
  /** The tag: `TextMessage`, `StructuredMessage[Weather]`, or the user's own. */
  readonly type: string;
  /** `chat` messages are fed to models; `event`s only show what happens. */
  readonly kind: "chat" | "event";
  /** For people. */
  toText(message: M): string;
  /** For models that read text. Chat messages only. */
  toModelText?(message: M): string;
  /** For models. Chat messages only. */
  toModelMessage?(message: M): UserMessage;
  /** The JSON form: snake_case, every key present, absent values null. */
  toJson(message: M): MessageJson;
  /** Reads the JSON form; throws `ValueError` with a pointer. Unknown keys are ignored. */
  fromJson(json: JsonObject): M;
}

/** What the content of a structured message or a custom one may be read from. */
export interface ContentType<T> {
  /** Part of the tag, byte for byte: `StructuredMessage[<name>]`. */
  readonly name: string;
  readonly jsonSchema: JsonObject;
  /** Checks a value; throws `ValueError` with a pointer. */
  parse(value: unknown): T;
}
