import { clean, cleanLine } from "../output/clean.ts";
import { formatCount } from "../output/format.ts";
import type { Style } from "../output/style.ts";
import type { Block } from "./blocks.ts";
import type { Message } from "./conversation.ts";

/** How much of a text is shown where not all of it is wanted. */
const SHORT_CHARACTERS = 1200;
const SHORT_LINES = 16;

/** A message as lines: its role, then its pieces, indented. */
export function messageLines({ role, blocks }: Message, style: Style, full: boolean): string[] {
  if (blocks.length === 0) return [style.cyan(`${cleanLine(role, 20)}: `) + style.dim("(empty)")];
  return [
    style.cyan(`${cleanLine(role, 20)}:`),
    ...blocks.flatMap((block) => blockLines(block, style, full)).map(indented),
  ];
}

function blockLines({ kind, label, text }: Block, style: Style, full: boolean): string[] {
  const lines = textLines(text, full);
  const name = cleanLine(label, 80);
  switch (kind) {
    case "text":
      return lines;
    case "thinking":
      return [style.dim("[thinking]"), ...lines.map((line) => style.dim(line))];
    case "call":
      return [style.yellow(`${style.marks.arrow} ${name}`), ...lines.map(indented)];
    case "result":
      return [style.dim(`[result${name === "" ? "" : ` ${name}`}]`), ...lines];
    case "other":
      return [style.dim(`[${name}]`), ...(text === "" ? [] : lines)];
  }
}

/** The lines of a text from outside, harmless, and not too many unless all of them are wanted. */
export function textLines(text: string, full: boolean): string[] {
  if (full) return clean(text).split("\n");
  const short = clean(text.slice(0, SHORT_CHARACTERS)).split("\n").slice(0, SHORT_LINES);
  const shown = short.join("\n").length;
  const left = text.length - shown;
  return left <= 0 || shown >= clean(text).length
    ? short
    : [...short, `… ${formatCount(left)} more characters (--full shows them)`];
}

function indented(line: string): string {
  return `  ${line}`;
}
