import { TesseraeError, UndeliverableException } from "@tesserae/core";
import type { RpcResponse } from "./messages.ts";

/** The key of an answer's metadata that holds the class of the error. */
export const ERROR_TYPE = "error_type";

/** An agent of another worker failed. `message` is what its error says; the error itself stays where it is. */
export class RemoteError extends TesseraeError {
  /** The name of the error's class over there; `undefined` when the worker does not say, as those of Python. */
  readonly errorType: string | undefined;

  constructor(message: string, errorType?: string) {
    super("ERR_REMOTE", message);
    this.name = "RemoteError";
    this.errorType = errorType;
  }
}

/** The error that an answer tells of; `undefined` when it is an answer. */
export function errorOf(response: RpcResponse): TesseraeError | undefined {
  const type = response.metadata.get(ERROR_TYPE);
  if (response.error !== "") {
    return type === "UndeliverableException"
      ? new UndeliverableException(response.error)
      : new RemoteError(response.error, type);
  }
  // Only an exception of Python without a text answers with nothing at all.
  return response.payload === undefined ? new RemoteError("The agent failed and did not say why.", type) : undefined;
}

/** What an answer says of an error: never nothing. */
export function errorToWire(error: unknown): {
  readonly error: string;
  readonly metadata: ReadonlyMap<string, string>;
} {
  const name = error instanceof Error ? error.name : typeof error;
  const text = error instanceof Error ? error.message : String(error);
  return { error: text === "" ? name : text, metadata: new Map([[ERROR_TYPE, name]]) };
}
