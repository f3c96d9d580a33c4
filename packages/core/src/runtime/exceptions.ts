import { LookupError, RuntimeError } from "../errors/kinds.ts";
import { TesseraeError, type TesseraeErrorOptions } from "../errors/tesserae-error.ts";

/** An agent or a subscription cannot do anything with a message or a topic. */
export class CantHandleException extends TesseraeError {
  constructor(message: string, options: TesseraeErrorOptions = {}) {
    super("ERR_CANT_HANDLE", message, options);
    this.name = "CantHandleException";
  }
}

/** A message cannot reach its recipient, or its answer cannot come back: unknown agent type, stopped runtime. */
export class UndeliverableException extends TesseraeError {
  constructor(message: string, options: TesseraeErrorOptions = {}) {
    super("ERR_UNDELIVERABLE", message, options);
    this.name = "UndeliverableException";
  }
}

/** An intervention handler dropped the message, or the answer to it. */
export class MessageDroppedException extends TesseraeError {
  constructor(message = "The message was dropped by an intervention handler.", options: TesseraeErrorOptions = {}) {
    super("ERR_MESSAGE_DROPPED", message, options);
    this.name = "MessageDroppedException";
  }
}

/** The agent lives elsewhere and cannot be handed out as an object. */
export class NotAccessibleError extends TesseraeError {
  constructor(message: string, options: TesseraeErrorOptions = {}) {
    super("ERR_NOT_ACCESSIBLE", message, options);
    this.name = "NotAccessibleError";
  }
}

/** No agent of that type is registered. */
export class AgentNotFoundError extends LookupError {
  constructor(type: string) {
    super(`Agent with name ${type} not found. Register the type first.`);
    this.name = "AgentNotFoundError";
  }
}

/** The runtime takes no messages: a background exception has shut its queue. `cause` is that exception. */
export class QueueShutDownError extends RuntimeError {
  constructor(options: TesseraeErrorOptions = {}) {
    super("The runtime's queue is shut down by an unhandled exception. Stop the runtime before using it again.", {
      ...options,
      code: "ERR_QUEUE_SHUT_DOWN",
    });
    this.name = "QueueShutDownError";
  }
}

/** A call got no answer within its `timeoutMs`. Its `name` is `TimeoutError`, as with `AbortSignal.timeout`. */
export class MessageTimeoutError extends TesseraeError {
  constructor(recipient: string, timeoutMs: number) {
    super("ERR_MESSAGE_TIMEOUT", `${recipient} did not answer within ${timeoutMs} ms.`);
    this.name = "TimeoutError";
  }
}
