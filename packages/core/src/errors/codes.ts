/**
 * Every stable error code of Tesserae, with what it means and what to do.
 *
 * The table is the single source: `TesseraeError` takes only these codes, and a gate keeps `docs/errors.md` equal to it.
 * A code never changes its meaning; a new situation gets a new code.
 */
export const ERROR_CODES = {
  ERR_INVALID_ARGUMENT: "An option or argument has a value that cannot be used. The message names it and what is allowed.",
  ERR_INVALID_STATE: "The call is not possible in the object's present state, for example starting twice.",
  ERR_NOT_IMPLEMENTED: "The class does not offer this operation.",
  ERR_NOT_FOUND: "Something was looked up by a name or id that nobody registered.",
  ERR_ABORTED: "The caller's signal aborted the operation.",
} as const;

/** A stable error code; see {@link ERROR_CODES}. */
export type ErrorCode = keyof typeof ERROR_CODES;
