/**
 * Text from a log with everything left out that could move the cursor, change the terminal or turn the direction of
 * writing. Line breaks and tabs stay. Captured text is written by models and users of models: it is not to be trusted.
 */
export function clean(text: string): string {
  return text.replace(/\r\n?/g, "\n").replace(UNSAFE, "");
}

/** The same on one line of at most `width` characters. */
export function cleanLine(value: unknown, width: number = Number.POSITIVE_INFINITY): string {
  const text = textOf(value);
  // Of a very long text only the beginning is shown, so only the beginning is worked on.
  const begin = Number.isFinite(width) ? text.slice(0, width * 4) : text;
  const line = clean(begin).replace(/\s+/g, " ").trim();
  return line.length <= width ? line : `${line.slice(0, Math.max(0, width - 1)).trimEnd()}…`;
}

function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  return value === undefined || value === null ? "" : (JSON.stringify(value) ?? "");
}

/** Control characters but for tab and line feed; marks of direction; separators of lines and paragraphs. */
const UNSAFE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;
