/** The codes of the warnings that memories emit (`process.emitWarning`). A code never changes its meaning. */
export type MemoryWarningCode =
  /** No model was named for the embedding: texts are compared by their words. */
  | "TESSERAE_MEMORY_HASHING"
  /** The store lacks what the memory would use; it does without. */
  | "TESSERAE_MEMORY_FALLBACK"
  /** A query failed, and was answered with nothing. */
  | "TESSERAE_MEMORY_QUERY_FAILED";

/** Where what was told is kept: the process, so that two copies of the package do not tell it twice. */
const TOLD = Symbol.for("tesserae.ext.memory.warned");
/** Texts hold names that can come from outside, so there must be an end. */
const REMEMBERED = 1000;

/** Emits a process warning, once for each text. */
export function warnOnce(code: MemoryWarningCode, text: string): void {
  const known: unknown = Reflect.get(process, TOLD);
  const told: Set<unknown> = known instanceof Set ? known : new Set();
  if (known !== told) Object.defineProperty(process, TOLD, { value: told });
  const key = `${code} ${text}`;
  if (told.has(key)) return;
  if (told.size >= REMEMBERED) told.clear();
  told.add(key);
  process.emitWarning(text, { code });
}
