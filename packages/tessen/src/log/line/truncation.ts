import { createHash } from "node:crypto";

/** An entry of an event's `truncated` list: what was cut or left out. */
export interface Truncation {
  /** JSON pointer from the event. */
  readonly pointer: string;
  /** How large it was. */
  readonly bytes: number;
  readonly sha256: string;
}

/** What stands in the place of something that was left out. */
export interface Omitted {
  readonly _tessen_omitted: { readonly bytes: number; readonly sha256: string; readonly media_type?: string };
}

/** A part of an event after a cap: its text, and what was cut. */
export interface Capped {
  readonly json: string;
  readonly cuts: readonly Truncation[];
}

/** The entry for something that is cut or left out. */
export function truncationOf(pointer: string, content: string | Uint8Array): Truncation {
  const bytes = typeof content === "string" ? Buffer.byteLength(content) : content.length;
  return { pointer, bytes, sha256: createHash("sha256").update(content).digest("hex") };
}

/** The object that says what was left out. */
export function omittedOf(cut: Truncation, mediaType?: string): Omitted {
  const { bytes, sha256 } = cut;
  return { _tessen_omitted: mediaType === undefined ? { bytes, sha256 } : { bytes, sha256, media_type: mediaType } };
}

/** A whole part left out. */
export function omitWhole(pointer: string, json: string): Capped {
  const cut = truncationOf(pointer, json);
  return { json: JSON.stringify(omittedOf(cut)), cuts: [cut] };
}
