import { hash } from "node:crypto";
import type { LogBody } from "../log/log-record.ts";
import type { FinishedCall } from "./finished-call.ts";

/** Above this a second copy of a body is not worth its place. */
const MAX_BYTES = 256 * 1024;

/** Where `casted_response` comes from: the answer's text, the object that an SDK makes of it, or nowhere. */
export type CastMode = "raw" | "sdk" | "never";

/** The answer as readers of older logs look for it first, and what was left out of it. */
export interface CastedBody {
  readonly body?: LogBody;
  readonly truncated?: { readonly pointer: string; readonly bytes: number; readonly sha256: string };
}

/** `casted_response`: the answer once more, for answers that were not streamed. */
export function castedBody(
  call: FinishedCall,
  options: { readonly cast: CastMode; readonly content: boolean },
): CastedBody {
  const text = options.cast === "sdk" ? call.sdkObject : call.responseText;
  if (text === undefined || call.streamed || call.status === "error" || options.cast === "never" || !options.content) {
    return {};
  }
  // No text has fewer bytes than characters, and most are far below the limit.
  if (text.length * 3 <= MAX_BYTES) return { body: { name: "casted_response", json: text } };
  const bytes = Buffer.byteLength(text);
  if (bytes <= MAX_BYTES) return { body: { name: "casted_response", json: text } };
  return { truncated: { pointer: "/casted_response", bytes, sha256: hash("sha256", text, "hex") } };
}
