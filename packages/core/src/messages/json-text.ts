import { ValueError } from "../errors/kinds.ts";

/** How numbers are read. */
export interface ParseJsonOptions {
  /**
   * `"number"` (the default) reads like `JSON.parse`, which rounds whole numbers from 2^53 on;
   * `"bigint"` reads those as bigint.
   */
  readonly integers?: "number" | "bigint" | undefined;
}

const decoder = /* @__PURE__ */ new TextDecoder("utf-8", { fatal: true });
const encoder = /* @__PURE__ */ new TextEncoder();

/** Compact JSON in UTF-8; a bigint becomes a number. @throws ValueError for what is not JSON. */
export function encodeJson(value: unknown, what: string): Uint8Array {
  let text: unknown;
  try {
    text = JSON.stringify(value, (_key, part: unknown) => (typeof part === "bigint" ? rawNumber(part) : part));
  } catch (cause) {
    throw new ValueError(`${what} cannot be written as JSON: ${String(cause)}`, { code: "ERR_MESSAGE_INVALID", cause });
  }
  if (typeof text !== "string") {
    throw new ValueError(`${what} cannot be written as JSON: it is ${typeof value}.`, { code: "ERR_MESSAGE_INVALID" });
  }
  return encoder.encode(text);
}

/** Reads JSON bytes. @throws ValueError for bytes that are not UTF-8 or not JSON; NaN and Infinity are named. */
export function decodeJson(payload: Uint8Array, what: string, options: ParseJsonOptions = {}): unknown {
  try {
    const text = decoder.decode(payload);
    return options.integers === "bigint" ? JSON.parse(text, exactInteger) : JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const hint = /\b(?:NaN|-?Infinity)\b/.test(safeText(payload))
      ? " It holds NaN or Infinity, which Python writes but JSON does not have: send null or a text instead."
      : "";
    throw new ValueError(`${what} is not JSON: ${reason}.${hint}`, { code: "ERR_MESSAGE_INVALID", cause });
  }
}

function exactInteger(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
  return context?.source !== undefined && /^-?\d+$/.test(context.source) ? BigInt(context.source) : value;
}

function rawNumber(value: bigint): unknown {
  const rawJson: unknown = Reflect.get(JSON, "rawJSON");
  if (typeof rawJson !== "function") throw new TypeError("this platform cannot write a bigint as JSON");
  return Reflect.apply(rawJson, JSON, [value.toString()]);
}

function safeText(payload: Uint8Array): string {
  return new TextDecoder().decode(payload);
}
