import type { ErrorCode } from "../errors/codes.ts";
import { TesseraeError, type TesseraeErrorOptions } from "../errors/tesserae-error.ts";
import type { FunctionCall } from "../models/messages.ts";

/** A call that a {@link ToolAgent} could not answer. Its message is the text that the model may be shown. */
export class ToolException extends TesseraeError {
  /** The model's id of the call. */
  readonly callId: string;
  /** The name of the tool that was called. */
  readonly toolName: string;

  constructor(code: ErrorCode, call: FunctionCall, reason: string, options: TesseraeErrorOptions = {}) {
    super(code, `Error: ${reason}`, options);
    this.name = "ToolException";
    this.callId = call.id;
    this.toolName = call.name;
  }

  /** The text for the model: the message. */
  get content(): string {
    return this.message;
  }
}

/** The agent has no tool of that name. */
export class ToolNotFoundException extends ToolException {
  constructor(call: FunctionCall) {
    super("ERR_NOT_FOUND", call, `Tool not found: ${call.name}`);
    this.name = "ToolNotFoundException";
  }
}

/** The arguments of a call are not JSON. */
export class InvalidToolArgumentsException extends ToolException {
  constructor(call: FunctionCall, options?: TesseraeErrorOptions) {
    super("ERR_TOOL_ARGUMENTS", call, `Invalid arguments: ${call.arguments}`, options);
    this.name = "InvalidToolArgumentsException";
  }
}

/**
 * The tool failed, or its arguments do not fit its schema: `ERR_TOOL_FAILED`. With `ERR_TOOL_REFUSED` it was not called:
 * a policy or a person denied it, or a limit of the run stopped it.
 */
export class ToolExecutionException extends ToolException {
  constructor(call: FunctionCall, reason: string, code: "ERR_TOOL_FAILED" | "ERR_TOOL_REFUSED" = "ERR_TOOL_FAILED") {
    super(code, call, reason);
    this.name = "ToolExecutionException";
  }
}
