export type { Json, JsonObject } from "./json.ts";
export { isObject } from "./json.ts";
export { ERROR_CODES, type ErrorCode } from "./errors/codes.ts";
export { TesseraeError, isTesseraeError, type TesseraeErrorOptions } from "./errors/tesserae-error.ts";
export {
  CancelledError,
  LookupError,
  NotImplementedError,
  RuntimeError,
  ValueError,
  isAbortError,
  throwIfAborted,
} from "./errors/kinds.ts";
export type {
  CodeBlock,
  CodeExecutor,
  CodeResult,
  ExecuteOptions,
  Repeat,
} from "./code-executor/code-executor.ts";
