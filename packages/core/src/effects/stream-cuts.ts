import { isObject, type Json } from "../json.ts";
import type { CreateResult } from "../models/messages.ts";

/**
 * Where a streamed text was cut into deltas, without the text itself: `n` holds the length of each delta in UTF-16 units
 * (the offsets are their sums). The text is the prefix and then the content; the prefix is left out when it is the
 * thought (`t`), and `x` holds the deltas themselves when they are neither.
 */
export function encodeCuts(chunks: readonly unknown[], result: CreateResult | undefined): Json {
  const texts = chunks.map(String);
  const text = texts.join("");
  const content = result === undefined ? "" : contentText(result);
  if (result === undefined || !text.endsWith(content)) return { x: texts };
  const prefix = text.slice(0, text.length - content.length);
  const n = texts.map((chunk) => chunk.length);
  if (prefix === "") return { n };
  return prefix === result.thought ? { n, t: true } : { n, p: prefix };
}

/** The deltas again. */
export function decodeCuts(json: Json, result: CreateResult | undefined): readonly string[] {
  if (!isObject(json)) return [];
  const { n, p, t, x } = json;
  if (Array.isArray(x)) return x.map(String);
  if (!Array.isArray(n) || result === undefined) return [];
  const prefix = t === true ? (result.thought ?? "") : typeof p === "string" ? p : "";
  const text = prefix + contentText(result);
  let at = 0;
  return n.map((length) => text.slice(at, (at += Number(length))));
}

/** The text of an answer; calls of functions are not streamed as text. */
function contentText({ content }: CreateResult): string {
  return typeof content === "string" ? content : "";
}
