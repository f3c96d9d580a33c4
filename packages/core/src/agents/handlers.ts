import { ValueError } from "../errors/kinds.ts";
import { isMessageType } from "../messages/message-type.ts";
import type {
  CheckedHandlerOptions,
  Handleable,
  HandlerDefinition,
  HandlerFunction,
  HandlerKind,
  HandlerOptions,
  MessageOfAny,
  Returnable,
  ReturnOf,
} from "./handler-definition.ts";

/** Declares a handler of direct and of published messages. Types: one, or a list of several. */
export function on<const Types extends Handleable | readonly Handleable[], Self, Returns extends Returnable>(
  types: Types,
  handle: HandlerFunction<Self, MessageOfAny<Types>, ReturnOf<Returns>>,
  options: CheckedHandlerOptions<MessageOfAny<Types>, Returns>,
): HandlerDefinition;
export function on<const Types extends Handleable | readonly Handleable[], Self>(
  types: Types,
  handle: HandlerFunction<Self, MessageOfAny<Types>, unknown>,
  options?: HandlerOptions<MessageOfAny<Types>>,
): HandlerDefinition;
export function on(
  types: Handleable | readonly Handleable[],
  handle: HandlerFunction<never, never, unknown>,
  options?: AnyOptions,
): HandlerDefinition {
  return define("any", types, handle, options);
}

/** Declares a handler of direct messages only: what it returns is the answer. */
export function rpc<const Types extends Handleable | readonly Handleable[], Self, Returns extends Returnable>(
  types: Types,
  handle: HandlerFunction<Self, MessageOfAny<Types>, ReturnOf<Returns>>,
  options: CheckedHandlerOptions<MessageOfAny<Types>, Returns>,
): HandlerDefinition;
export function rpc<const Types extends Handleable | readonly Handleable[], Self>(
  types: Types,
  handle: HandlerFunction<Self, MessageOfAny<Types>, unknown>,
  options?: HandlerOptions<MessageOfAny<Types>>,
): HandlerDefinition;
export function rpc(
  types: Handleable | readonly Handleable[],
  handle: HandlerFunction<never, never, unknown>,
  options?: AnyOptions,
): HandlerDefinition {
  return define("rpc", types, handle, options);
}

/** Declares a handler of published messages only; it must return nothing. */
export function event<const Types extends Handleable | readonly Handleable[], Self>(
  types: Types,
  handle: HandlerFunction<Self, MessageOfAny<Types>, void>,
  options?: HandlerOptions<MessageOfAny<Types>>,
): HandlerDefinition;
export function event(
  types: Handleable | readonly Handleable[],
  handle: HandlerFunction<never, never, unknown>,
  options?: AnyOptions,
): HandlerDefinition {
  return define("event", types, handle, options);
}

type AnyOptions = HandlerOptions<never> & { readonly returns?: readonly Returnable[] | undefined };

function define(
  kind: HandlerKind,
  types: Handleable | readonly Handleable[],
  handle: HandlerFunction<never, never, unknown>,
  options: AnyOptions = {},
): HandlerDefinition {
  const list = isList(types) ? types : [types];
  if (list.length === 0 || !list.every((type) => isMessageType(type) || typeof type === "function")) {
    throw new ValueError("A handler needs the message types that it handles: made by defineMessage, or classes.");
  }
  if (typeof handle !== "function") {
    throw new ValueError(`A handler must be a function (self, message, context), got ${typeof handle}.`);
  }
  const { match, order = 0, returns, strict = true } = options;
  return { kind, types: list, handle, match, order, returns, strict };
}

function isList(types: Handleable | readonly Handleable[]): types is readonly Handleable[] {
  return Array.isArray(types);
}
