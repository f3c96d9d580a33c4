import { RuntimeError, isAbortError, isTesseraeError } from "@tesserae/core";

/** Errors of the run itself, not of a participant: they come through unchanged. */
const OF_THE_RUN = /^ERR_(JOURNAL|LIMIT|INPUT|TEAM_RUNNING)/;

/**
 * The error that a team's run ends with when a participant, a selector or a condition failed: it names the class of the
 * original, as in Python, keeps its code, so that it can be acted on, and has it as the cause.
 */
export function teamError(error: unknown): unknown {
  const code = isTesseraeError(error) ? error.code : "ERR_TEAM_FAILED";
  if (isAbortError(error) || OF_THE_RUN.test(code)) return error;
  const { name, message } = error instanceof Error ? error : { name: "Error", message: String(error) };
  return new RuntimeError(`${name}: ${message}`, { code, cause: error });
}
