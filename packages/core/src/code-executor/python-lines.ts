import { ValueError } from "../errors/kinds.ts";

/** A logical line of Python: what stands between two statements' ends, however many lines of text it covers. */
export interface PythonLine {
  /** Width of the white space in front. */
  readonly indent: number;
  /** The text without comments; line breaks inside brackets are spaces, string literals are as written. */
  readonly text: string;
}

const STRING_START = /[rbuft]{0,2}("""|'''|"|')/iy;
const CLOSERS: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

function unreadable(what: string, source: string, at: number): never {
  const line = source.slice(0, at).split("\n").length;
  throw new ValueError(`The Python source cannot be read: ${what} on line ${line}.`);
}

/** Index after the string literal whose opening quote ends at `from`. */
function endOfString(source: string, from: number, quote: string): number {
  for (let at = from; at < source.length; at += 1) {
    const char = source[at];
    if (char === "\\") at += 1;
    else if (source.startsWith(quote, at)) return at + quote.length;
    else if (char === "\n" && quote.length === 1) break;
  }
  return unreadable("a string is not closed that begins", source, from);
}

/**
 * Splits Python source into its logical lines, so that a function's signature and doc string can be found
 * without an interpreter. It is a reader of lines, strings and brackets, not a parser: whether the code is
 * valid is for the interpreter to say.
 *
 * @throws {ValueError} for a string or bracket that is never closed.
 */
export function splitPythonLines(source: string): readonly PythonLine[] {
  const lines: PythonLine[] = [];
  const open: { readonly closer: string; readonly at: number }[] = [];
  let text = "";
  const finish = (): void => {
    const trimmed = text.trimStart();
    if (trimmed !== "") lines.push({ indent: text.length - trimmed.length, text: trimmed.trimEnd() });
    text = "";
  };
  let at = 0;
  while (at < source.length) {
    const char = source.charAt(at);
    STRING_START.lastIndex = at;
    // A letter in front makes `f` or `b` the end of a name, not a string's prefix.
    const literal = /[\p{XID_Continue}]$/u.test(text) && /\w/.test(char) ? null : STRING_START.exec(source);
    if (literal !== null) {
      const end = endOfString(source, at + literal[0].length, literal[1] ?? '"');
      text += source.slice(at, end);
      at = end;
      continue;
    }
    if (char === "#") {
      while (at < source.length && source[at] !== "\n") at += 1;
      continue;
    }
    at += 1;
    const last = open.at(-1);
    if (char === "\n") {
      if (last === undefined) finish();
      else text += " ";
    } else if (char === "\\" && source[at] === "\n") {
      text += " ";
      at += 1;
    } else {
      if (char in CLOSERS) open.push({ closer: CLOSERS[char] ?? "", at: at - 1 });
      else if (")]}".includes(char) && open.pop()?.closer !== char)
        unreadable(`"${char}" closes nothing`, source, at - 1);
      text += char;
    }
  }
  const unclosed = open.at(-1);
  if (unclosed !== undefined) unreadable("a bracket is not closed that begins", source, unclosed.at);
  finish();
  return lines;
}
