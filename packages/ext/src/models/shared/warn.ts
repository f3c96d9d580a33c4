import { emitOnce } from "../../shared/emit-once.ts";

/** The codes of the warnings that model clients emit (`process.emitWarning`). A code never changes its meaning. */
export type ModelWarningCode =
  /** An option that the client does not know; it is not sent. */
  | "TESSERAE_UNKNOWN_OPTION"
  /** An option, or a spelling of one, that will go; the text names what takes its place. */
  | "TESSERAE_DEPRECATED_OPTION"
  /** An interface of a provider's that the provider has given up; the text names what takes its place. */
  | "TESSERAE_DEPRECATED_INTERFACE"
  /** A value that the client does not know; it is sent as it is. */
  | "TESSERAE_UNKNOWN_VALUE"
  /** No table has the model: what it can do was inferred from its family. */
  | "TESSERAE_MODEL_INFERRED"
  /** Another model answered than the one that was asked for. */
  | "TESSERAE_MODEL_MISMATCH"
  /** Nobody says how many tokens the model takes; a default was used. */
  | "TESSERAE_CONTEXT_WINDOW_UNKNOWN"
  /** A response format was dropped, since the call asks for another. */
  | "TESSERAE_RESPONSE_FORMAT_DROPPED"
  /** The answer has tool calls, but the provider gave another reason to stop. */
  | "TESSERAE_FINISH_REASON_MISMATCH"
  /** The answer holds neither text nor a call. */
  | "TESSERAE_EMPTY_RESULT"
  /** The arguments of a call came as an object; they were written as text. */
  | "TESSERAE_ARGUMENTS_NOT_TEXT"
  /** Several choices came; the first was read. */
  | "TESSERAE_MULTIPLE_CHOICES"
  /** Many chunks in a row held nothing. */
  | "TESSERAE_EMPTY_CHUNKS"
  /** An event of a stream could not be read and was passed over. */
  | "TESSERAE_MALFORMED_EVENT"
  /** The text of a model that reasons between `<think>` tags has no such tags. */
  | "TESSERAE_THINK_TAGS_MISSING"
  /** A cache could not be read or written; the model is asked. */
  | "TESSERAE_CACHE_STORE";

/** Emits a process warning, once for each text. */
export function warnOnce(code: ModelWarningCode, text: string): void {
  const type = code.startsWith("TESSERAE_DEPRECATED") ? "DeprecationWarning" : "Warning";
  emitOnce(`${code} ${text}`, text, { code, type });
}
