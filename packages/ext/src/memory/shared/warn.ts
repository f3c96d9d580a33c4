import { emitOnce } from "../../shared/emit-once.ts";

/** The codes of the warnings that memories emit (`process.emitWarning`). A code never changes its meaning. */
export type MemoryWarningCode =
  /** No model was named for the embedding: texts are compared by their words. */
  | "TESSERAE_MEMORY_HASHING"
  /** The store lacks what the memory would use; it does without. */
  | "TESSERAE_MEMORY_FALLBACK"
  /** A query failed, and was answered with nothing. */
  | "TESSERAE_MEMORY_QUERY_FAILED";

/** Emits a process warning, once for each text. */
export function warnOnce(code: MemoryWarningCode, text: string): void {
  emitOnce(`${code} ${text}`, text, { code });
}
