import { ValueError } from "../errors/kinds.ts";
import { emitWarning } from "../logging/warnings.ts";
import { isMessageType } from "../messages/message-type.ts";
import { typeNameOf } from "../messages/type-name.ts";
import type { HandlerDefinition, Returnable } from "./handler-definition.ts";

/** True when the answers of a handler must be looked at. */
export function needsCheck(handler: HandlerDefinition): boolean {
  return handler.returns !== undefined || handler.kind === "event";
}

/**
 * Gives the answer when it is of a declared type. Another one is an error, or with `strict: false` a warning;
 * what an event handler returns is dropped then.
 */
export function checkReply(handler: HandlerDefinition, reply: unknown): unknown {
  if (handler.kind === "event") {
    if (reply === undefined || reply === null) return undefined;
  } else if (handler.returns === undefined || handler.returns.some((type) => isOfType(reply, type))) {
    return reply;
  }
  const declared = handler.kind === "event" ? ["nothing"] : (handler.returns ?? []).map(nameOfType);
  const text = `The answer is a ${nameOfValue(reply)}, which is not in return types: ${declared.join(", ")}.`;
  if (handler.strict) throw new ValueError(text);
  emitWarning("TESSERAE_HANDLER_RETURN", text);
  return handler.kind === "event" ? undefined : reply;
}

/** Exact: an instance of a subclass is of another type. */
function isOfType(value: unknown, type: Returnable): boolean {
  if (isMessageType(type)) return type.typeName === "*" || typeNameOf(value) === type.typeName;
  return value !== undefined && value !== null && value.constructor === type;
}

function nameOfType(type: Returnable): string {
  if ("typeName" in type && typeof type.typeName === "string") return type.typeName;
  return typeof type === "function" ? type.name : "unknown";
}

function nameOfValue(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  return typeNameOf(value) ?? value.constructor?.name ?? typeof value;
}
