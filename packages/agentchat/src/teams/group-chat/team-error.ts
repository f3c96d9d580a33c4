import { RuntimeError, endsTheRun, isAbortError, isTesseraeError } from "@tesserae/core";

/**
 * The error that a team's run ends with when a participant, a selector or a condition failed: it names the class of the
 * original, as in Python, keeps its code, so that it can be acted on, and has it as the cause.
 */
export function teamError(error: unknown): unknown {
  if (isAbortError(error) || endsTheRun(error)) return error;
  const code = isTesseraeError(error) ? error.code : "ERR_TEAM_FAILED";
  const { name, message } = error instanceof Error ? error : { name: "Error", message: String(error) };
  return new RuntimeError(`${name}: ${message}`, { code, cause: error });
}

/**
 * True for what stops a participant and is no fault of anybody's: a person must answer, or a limit of the run is reached.
 * What the others of the turn are at need not be broken off for it, and paid for again.
 */
export function holdsUp(error: unknown): boolean {
  return isTesseraeError(error) && /^ERR_(INPUT_WAITING|LIMIT_\w+)$/.test(error.code);
}
