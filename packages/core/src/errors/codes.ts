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
  ERR_EFFECT_NOT_JSON: "A value that is recorded or hashed is not JSON. The message gives the JSON pointer and what was found there.",
  ERR_SCHEMA_INVALID: "A JSON Schema is malformed, for example a pattern that does not compile. The message gives pointer and keyword.",
  ERR_SCHEMA_UNSUPPORTED: "A JSON Schema uses a keyword that the validator does not support and that would change the verdict.",
  ERR_SCHEMA_REFERENCE: "A `$ref` of a JSON Schema points at nothing inside the same document.",
  ERR_SCHEMA_FORMAT: "A JSON Schema uses a `format` that is not known here.",
  ERR_SCHEMA_NO_JSON: "A schema object does not say what its JSON Schema is. Use a library that offers it, pass an adapter, or pass `jsonSchema`.",
  ERR_TOOL_ARGUMENTS: "The arguments of a tool call do not fit the tool's parameters. The message lists every place.",
  ERR_COMPONENT_INVALID: "A component's JSON cannot be used. The message lists every problem with its JSON pointer.",
  ERR_COMPONENT_NOT_SERIALIZABLE: "An object cannot be written as component JSON, because its class has no definition or holds a function.",
  ERR_COMPONENT_UNRESOLVED: "A component's JSON names a function that JSON cannot hold; give it with `resolve` when loading.",
  ERR_STREAM_EVENT_TOO_LARGE: "One event of a provider's stream is larger than the cap. Raise the cap if the server is trusted.",
  ERR_COST_RANGE: "A cost in pico-dollars is no whole number from 0 to 2^53 - 1 (about 9,007 dollars). Add such amounts up as bigint.",
} as const;

/** A stable error code; see {@link ERROR_CODES}. */
export type ErrorCode = keyof typeof ERROR_CODES;
