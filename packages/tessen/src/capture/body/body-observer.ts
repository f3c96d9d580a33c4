/** Is told what becomes of an answer's body while its reader reads it. Each method may be called after the end. */
export interface BodyObserver {
  /** Bytes that the reader is about to get. */
  chunk(bytes: Uint8Array): void;
  /** The body was read to its end. */
  ended(): void;
  /** The reader gave up. */
  cancelled(): void;
  /** The body broke. */
  failed(error: unknown): void;
}
