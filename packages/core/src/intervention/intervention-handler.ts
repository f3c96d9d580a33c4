import type { MessageContext } from "../agents/agent.ts";
import type { AgentId } from "../identifiers/agent-id.ts";
import { isObject } from "../json.ts";

/** What an intervention handler returns, or throws away, to drop a message. Return the class or an instance. */
export class DropMessage {
  readonly type = "DropMessage";
}

/**
 * Sees every message before it is handled, and every answer before its caller gets it.
 *
 * Each returns the message to go on with: the same one, a changed one, or {@link DropMessage}. What one handler
 * returns the next one gets. Returning nothing keeps the message, with a warning. A drop and a throw end the chain.
 *
 * A handler may take its time: only messages to the same recipient wait for it. So it must not wait for the answer of
 * a message that it sends to the recipient of the very message it looks at.
 */
export interface InterventionHandler {
  /** A throw rejects the caller with that error, a drop with `MessageDroppedException`. */
  onSend?(message: unknown, info: { readonly context: MessageContext; readonly recipient: AgentId }): unknown;
  /** After a throw (which is logged) or a drop nobody gets the message. */
  onPublish?(message: unknown, info: { readonly context: MessageContext }): unknown;
  /** `recipient` is who asked. A throw rejects the caller with that error, a drop with `MessageDroppedException`. */
  onResponse?(message: unknown, info: { readonly sender: AgentId; readonly recipient: AgentId | undefined }): unknown;
}

/** Lets every message pass unchanged; extend it and override what you need. */
export class DefaultInterventionHandler implements InterventionHandler {
  onSend(message: unknown, _info: { readonly context: MessageContext; readonly recipient: AgentId }): unknown {
    return message;
  }

  onPublish(message: unknown, _info: { readonly context: MessageContext }): unknown {
    return message;
  }

  onResponse(message: unknown, _info: { readonly sender: AgentId; readonly recipient: AgentId | undefined }): unknown {
    return message;
  }
}

/** True for an object that looks at something: a program without types may give another, or misspell a name. */
export function isInterventionHandler(value: unknown): value is InterventionHandler {
  return isObject(value) && ["onSend", "onPublish", "onResponse"].some((name) => typeof value[name] === "function");
}

/** True for the class and for its instances. */
export function isDropMessage(value: unknown): boolean {
  return value === DropMessage || value instanceof DropMessage;
}
