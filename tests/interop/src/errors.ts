import { RuntimeError, ValueError, isAbortError, type JsonObject } from "@tesserae/core";
import { objectOf, textOf } from "./golden.ts";

/** `{"class": "ValueError" | "RuntimeError", "message": text}` as an error of that class. */
export function makeError(spec: unknown): Error {
  const { class: name, message } = objectOf(spec, "error");
  return name === "ValueError" ? new ValueError(textOf(message)) : new RuntimeError(textOf(message));
}

/** An error as data. */
export function describeError(error: unknown): JsonObject {
  if (isAbortError(error)) return { class: "CancelledError", message: "" };
  const { name, message } = error instanceof Error ? error : { name: "Error", message: String(error) };
  return { class: name, message };
}
