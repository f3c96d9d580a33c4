const NARROW = /[iljtfrI.,:;!'|()[\] /-]/;
const WIDE = /[mwMW@%]|[^\u0000-\u04ff\u2000-\u2bff]/;

/**
 * How wide a text is at most, in pixels, in the sans-serif fonts that browsers and viewers take: an upper bound, since
 * nobody knows which font there is. A chart laid out with it has no overlaps in any of them.
 */
export function textWidth(text: string, fontSize: number): number {
  let ems = 0;
  for (const character of text) ems += WIDE.test(character) ? 1.05 : NARROW.test(character) ? 0.45 : 0.68;
  return ems * fontSize;
}

/** The text, cut to a width with an ellipsis. */
export function fitText(text: string, fontSize: number, width: number): string {
  if (textWidth(text, fontSize) <= width) return text;
  let kept = "";
  for (const character of text) {
    if (textWidth(`${kept}${character}…`, fontSize) > width) break;
    kept += character;
  }
  return `${kept.trimEnd()}…`;
}

/** The text in at most `lines` lines of a width, broken between words; the last one is cut where it does not fit. */
export function wrapText(text: string, fontSize: number, width: number, lines: number): readonly string[] {
  const wrapped: string[] = [];
  for (const word of text.trim().split(/\s+/)) {
    const last = wrapped.at(-1);
    const joined = last === undefined ? word : `${last} ${word}`;
    if (last !== undefined && (textWidth(joined, fontSize) <= width || wrapped.length === lines)) {
      wrapped[wrapped.length - 1] = joined;
    } else wrapped.push(word);
  }
  return wrapped.map((line) => fitText(line, fontSize, width));
}
