import { LimitError, RuntimeError, type JsonObject } from "@tesserae/core";
import { isWaiting } from "../../agents/open-turn.ts";
import { textField, optionalText } from "../../messages/json-fields.ts";
import { refusalFromJson, refusalToJson } from "./account-json.ts";

/**
 * An error as AutoGen's `SerializableException` writes it. More keys, which AutoGen passes over, tell what is no failure:
 * that somebody waits for a person, or that a limit is reached.
 */
export function serializableException(error: unknown): JsonObject {
  const { name, message, stack } = error instanceof Error ? error : { name: "Error", message: String(error) };
  const written = { error_type: name, error_message: message, traceback: stack ?? null };
  if (error instanceof LimitError) return { ...written, ...refusalToJson(error) };
  return isWaiting(error) ? { ...written, waits_for_person: true } : written;
}

/** The error of another process, by the name that it has there; where it was thrown is in `stack`. */
export function remoteFailure(json: JsonObject): Error {
  const message = textField(json, "error_message");
  if (json["waits_for_person"] === true) return new RuntimeError(message, { code: "ERR_INPUT_WAITING" });
  const error = refusalFromJson(json, message) ?? new Error(message);
  error.name = textField(json, "error_type");
  const stack = optionalText(json, "traceback");
  if (stack !== undefined) error.stack = stack;
  return error;
}
