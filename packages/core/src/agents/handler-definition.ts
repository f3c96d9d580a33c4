import type { MessageClass, MessageOf, MessageType } from "../messages/message-type.ts";
import type { MessageContext } from "./agent.ts";

/** Which messages a handler takes: all, only direct ones (`rpc`), or only published ones (`event`). */
export type HandlerKind = "any" | "rpc" | "event";

/** What a handler may declare to handle: a message type or a message class. */
export type Handleable = MessageType | MessageClass;

/** What a handler may declare to answer: a message type, a message class, or a plain text, number or truth value. */
export type Returnable = Handleable | StringConstructor | NumberConstructor | BooleanConstructor;

/** The type of an answer as declared. */
export type ReturnOf<Type> = Type extends StringConstructor
  ? string
  : Type extends NumberConstructor
    ? number
    : Type extends BooleanConstructor
      ? boolean
      : MessageOf<Type>;

/** A function that handles messages. `self` is the agent. */
export type HandlerFunction<Self, Message, Reply> = (
  self: Self,
  message: Message,
  context: MessageContext,
) => Reply | Promise<Reply>;

/** What may be said about a handler. */
export interface HandlerOptions<Message> {
  /** Takes the message only when this says so; else the next handler of the type is asked. */
  readonly match?: ((message: Message, context: MessageContext) => boolean) | undefined;
  /** Handlers of one type are asked in ascending order, equal ones in the order of the list. Default: 0. */
  readonly order?: number | undefined;
  /** Whether an answer of an undeclared type is an error (the default) or only a warning. */
  readonly strict?: boolean | undefined;
}

/** The options of a handler whose answer is checked. */
export interface CheckedHandlerOptions<Message, Returns extends Returnable> extends HandlerOptions<Message> {
  /** The types of the answer. */
  readonly returns: readonly Returns[];
}

/** A handler as declared in `static handlers`. */
export interface HandlerDefinition {
  readonly kind: HandlerKind;
  readonly types: readonly Handleable[];
  readonly handle: HandlerFunction<never, never, unknown>;
  readonly match: ((message: never, context: MessageContext) => boolean) | undefined;
  readonly order: number;
  readonly returns: readonly Returnable[] | undefined;
  readonly strict: boolean;
}

/** The type of the messages of one type or of several. */
export type MessageOfAny<Types> = Types extends readonly (infer Type)[] ? MessageOf<Type> : MessageOf<Types>;
