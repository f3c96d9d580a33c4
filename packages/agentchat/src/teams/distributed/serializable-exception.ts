import type { JsonObject } from "@tesserae/core";
import { textField, optionalText } from "../../messages/json-fields.ts";

/** An error as AutoGen's `SerializableException` writes it. */
export function serializableException(error: unknown): JsonObject {
  const { name, message, stack } = error instanceof Error ? error : { name: "Error", message: String(error) };
  return { error_type: name, error_message: message, traceback: stack ?? null };
}

/** The error of another process, by the name that it has there; where it was thrown is in `stack`. */
export function remoteFailure(json: JsonObject): Error {
  const error = new Error(textField(json, "error_message"));
  error.name = textField(json, "error_type");
  const stack = optionalText(json, "traceback");
  if (stack !== undefined) error.stack = stack;
  return error;
}
