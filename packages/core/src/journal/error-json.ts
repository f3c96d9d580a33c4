import { ERROR_CODES, type ErrorCode } from "../errors/codes.ts";
import { CancelledError, LookupError, NotImplementedError, RuntimeError, ValueError } from "../errors/kinds.ts";
import { isTesseraeError, TesseraeError } from "../errors/tesserae-error.ts";
import { LimitError, limitOfCode } from "../run/limits.ts";
import { EffectError } from "./effect-error.ts";
import type { ErrorJson } from "./entries.ts";

/** Causes that are kept; a chain may be long, or a circle. */
const MAX_CAUSES = 5;

/** Writes an error. A stack is not kept: it names files of one machine. */
export function errorToJson(error: unknown, depth = 0): ErrorJson {
  if (!(error instanceof Error)) return { name: "Error", code: null, message: textOf(error) };
  const code = textMember(error, "code");
  const status: unknown = Reflect.get(error, "status");
  const retryable: unknown = Reflect.get(error, "retryable");
  const cause = error.cause === undefined || error.cause === null || depth >= MAX_CAUSES ? undefined : error.cause;
  return {
    name: error.name,
    code: code ?? null,
    message: error.message,
    ...(typeof status === "number" ? { status } : {}),
    ...(typeof retryable === "boolean" ? { retryable } : {}),
    ...(cause === undefined ? {} : { cause: errorToJson(cause, depth + 1) }),
    ...(error instanceof LimitError && error.account !== undefined ? { account: error.account } : {}),
  };
}

/** Reads an error: branded, with the code it had. */
export function errorFromJson(json: ErrorJson): TesseraeError {
  const cause = json.cause === undefined ? {} : { cause: errorFromJson(json.cause) };
  const error = make(json, cause);
  if (!(error instanceof EffectError)) {
    if (error.name !== json.name) error.name = json.name;
    if (json.status !== undefined) Reflect.set(error, "status", json.status);
    if (json.retryable !== undefined) Reflect.set(error, "retryable", json.retryable);
  }
  return error;
}

/**
 * The error as an asker sees it, recorded or not: one of Tesserae's own goes through unchanged, any other becomes an
 * `EffectError`, because a class of somebody else cannot be read from a journal again.
 */
export function askerError(error: unknown): TesseraeError {
  return isTesseraeError(error) ? error : new EffectError(errorToJson(error), { cause: error });
}

function make(json: ErrorJson, options: { readonly cause?: unknown }): TesseraeError {
  const { code, message, name } = json;
  if (!isErrorCode(code)) return new EffectError(json, options);
  if (code === "ERR_EFFECT_FAILED") return new EffectError(json, options);
  const limit = limitOfCode(code);
  if (limit !== undefined) return new LimitError(limit, message, json.account);
  switch (name) {
    case "ValueError":
      return new ValueError(message, { ...options, code });
    case "RuntimeError":
      return new RuntimeError(message, { ...options, code });
    case "LookupError":
      return new LookupError(message, { ...options, code });
    case "NotImplementedError":
      return new NotImplementedError(message, options);
    case "AbortError":
      return new CancelledError(message, options);
    default:
      return new TesseraeError(code, message, options);
  }
}

function isErrorCode(code: string | null): code is ErrorCode {
  return code !== null && Object.hasOwn(ERROR_CODES, code);
}

function textMember(error: Error, key: string): string | undefined {
  const value: unknown = Reflect.get(error, key);
  return typeof value === "string" ? value : undefined;
}

function textOf(value: unknown): string {
  try {
    return typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
  } catch {
    return "An error that cannot be shown.";
  }
}
