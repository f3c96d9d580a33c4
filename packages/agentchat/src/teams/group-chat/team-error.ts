import { RuntimeError, isAbortError, isTesseraeError } from "@tesserae/core";

/**
 * The error that a team's run ends with. Aborts and errors of Tesserae come through unchanged, so that their codes can
 * be acted on; an error of a user's own code is named with its class, as in Python, and kept as the cause.
 */
export function teamError(error: unknown): unknown {
  if (isAbortError(error) || isTesseraeError(error)) return error;
  const name = error instanceof Error ? error.name : "Error";
  const message = error instanceof Error ? error.message : String(error);
  return new RuntimeError(`${name}: ${message}`, { code: "ERR_TEAM_FAILED", cause: error });
}
