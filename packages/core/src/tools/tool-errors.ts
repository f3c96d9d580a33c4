import type { ErrorCode } from "../errors/codes.ts";
import { isAbortError } from "../errors/kinds.ts";
import { isTesseraeError, TesseraeError } from "../errors/tesserae-error.ts";
import { errorToText } from "./tool-result.ts";

/** The arguments of a tool call do not fit the tool's parameters. The message lists every place that does not. */
export class ToolArgumentsError extends TesseraeError {
  constructor(tool: string, problems: readonly { readonly pointer: string; readonly message: string }[]) {
    const list = problems.map(({ pointer, message }) => (pointer === "" ? message : `${pointer}: ${message}`));
    super("ERR_TOOL_ARGUMENTS", `The arguments of tool '${tool}' are not valid. ${list.join("; ")}`);
    this.name = "ToolArgumentsError";
  }
}

const OF_THE_RUN = /^ERR_(JOURNAL_|LIMIT_|INPUT_WAITING$|MIDDLEWARE$|APPROVAL$)/;

/**
 * True for an error that ends the run in whose middle it happens: a journal that cannot be written or does not fit, a
 * limit, a person who is not there, a middleware or whoever approves that failed. A tool's model and a team's other members can do nothing
 * about it.
 */
export function endsTheRun(error: unknown): boolean {
  return isTesseraeError(error) && OF_THE_RUN.test(error.code);
}

/** What a function of the run's has thrown, with what it was for; an abort, and what ends the run, as they are. */
export function faultOfRun(code: ErrorCode, what: string, error: unknown): unknown {
  if (isAbortError(error) || endsTheRun(error)) return error;
  return new TesseraeError(code, `${what}: ${errorToText(error)}`, { cause: error });
}
