/** The log is where somebody else could read or redirect it, so nothing is written there. */
export class LogRefusedError extends Error {
  /** In the place of a system's code. */
  readonly code = "REFUSED";
}

/** The system took a part of a line and no more. */
export class ShortWriteError extends Error {
  /** In the place of a system's code. */
  readonly code = "SHORT_WRITE";
}

/** The code of a failure: the system's, such as `ENOSPC`, else `OTHER`. */
export function codeOf(error: unknown): string {
  const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
  return typeof code === "string" ? code : "OTHER";
}

/** The message of a failure. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
