import type { CodeBlock } from "@tesserae/core";

/** White space or one list marker, then the fence, then the info string. */
const FENCE = /^(?<lead>[ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?)(?<fence>`{3,}|~{3,})(?<info>.*)$/;
/** A fence that ends a line of prose and names a language: `Run this: ```python`. */
const FENCE_AFTER_PROSE = /^[^`~]*[^`~\s][ \t]+(?<fence>`{3,})[ \t]*(?<info>\w+)[ \t]*$/;

interface Fence {
  /** Columns in front of the fence; a list marker counts as its width. */
  readonly indent: number;
  readonly char: string;
  readonly length: number;
  readonly info: string;
  /** True where prose stands in front of it. */
  readonly afterProse: boolean;
}

function readFence(line: string): Fence | undefined {
  const { lead, fence, info } = FENCE.exec(line)?.groups ?? {};
  if (lead !== undefined && fence !== undefined && info !== undefined) {
    const char = fence.charAt(0);
    // A backtick in the info string makes it inline code (CommonMark 0.31, section 4.5).
    if (char === "`" && info.includes("`")) return undefined;
    return { indent: lead.length, char, length: fence.length, info: info.trim(), afterProse: false };
  }
  const prose = FENCE_AFTER_PROSE.exec(line)?.groups;
  if (prose?.["fence"] === undefined || prose["info"] === undefined) return undefined;
  return { indent: 0, char: "`", length: prose["fence"].length, info: prose["info"], afterProse: true };
}

/** How far a closing fence may be indented beyond its opening one and still be sure to close it. */
const SURE_INDENT = 3;

/**
 * Index of the line that closes the block opened before `from`, or -1.
 *
 * A closing fence indented much deeper than its opening one may also be part of the code (an example in a doc
 * string), so it closes the block only if no better one comes before the next opening fence or the end.
 */
function findCloser(fences: readonly (Fence | undefined)[], from: number, opener: Fence): number {
  let deep = -1;
  for (let at = from; at < fences.length; at += 1) {
    const fence = fences[at];
    if (fence === undefined) continue;
    if (fence.afterProse) {
      if (opener.afterProse) break;
      continue;
    }
    const near = fence.indent <= opener.indent + SURE_INDENT;
    if (fence.info === "" && fence.char === opener.char && fence.length >= opener.length) {
      if (near) return at;
      if (deep < 0) deep = at;
    } else if (near && fence.info !== "" && (deep >= 0 || opener.afterProse)) {
      break;
    }
  }
  return deep;
}

function unindent(line: string, columns: number): string {
  let at = 0;
  while (at < columns && (line[at] === " " || line[at] === "\t")) at += 1;
  return line.slice(at);
}

/**
 * The fenced code blocks of a Markdown text, in order; indented code is not taken.
 *
 * Fences are three or more backticks or tildes, at the start of a line, after a list marker, or (with a language)
 * after prose. What stands inside a block belongs to it, fences too: only a fence of the same character, at least as
 * long, and without info string closes it. A block that is never closed gives nothing, and neither does what follows
 * it: half a program is not run. The language is the first word of the info string (`python title=x` → `python`),
 * empty if there is none. Line ends become `\n`, the opening fence's indentation is taken off each line, and the last
 * line end is dropped.
 */
export function extractMarkdownCodeBlocks(text: string): CodeBlock[] {
  const lines = text.split(/\r\n|\n|\r/);
  const fences = lines.map(readFence);
  const blocks: CodeBlock[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const opener = fences[at];
    if (opener === undefined) continue;
    const end = findCloser(fences, at + 1, opener);
    if (end < 0) {
      // Prose that only mentions a fence opens nothing.
      if (opener.afterProse) continue;
      break;
    }
    const code = lines.slice(at + 1, end).map((line) => unindent(line, opener.indent));
    blocks.push({ code: code.join("\n"), language: /^[^\s,{]*/.exec(opener.info)?.[0] ?? "" });
    at = end;
  }
  return blocks;
}
