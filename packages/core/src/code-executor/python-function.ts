import { splitPythonLines, type PythonLine } from "./python-lines.ts";

/** What a stub needs to know of a Python function. */
export interface PythonFunction {
  readonly name: string;
  /** From `def` (or `async def`) to the colon that ends it. */
  readonly signature: string;
  /** The doc string as written, without its quotes, its common indentation taken away. */
  readonly docstring?: string;
}

const DEFINITION = /^(?:async\s+)?def\s+([\p{XID_Start}_]\p{XID_Continue}*)/u;
const DOCSTRING = /^[rRuU]?("""|'''|"|')([\s\S]*)\1$/;

/** A string, or white space: after an opening bracket, before a closing one, elsewhere. */
const STRING_OR_SPACE =
  /("""[\s\S]*?"""|'''[\s\S]*?'''|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|([([{])\s+|\s+([)\]}])|\s+/g;

/** A string, a bracket, or a colon. */
const STRING_OR_MARK = /"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[()[\]{}:]/g;

/** The signature on one line: strings as they are, other white space one blank, none inside a bracket's edges. */
function onOneLine(signature: string): string {
  return signature.replaceAll(
    STRING_OR_SPACE,
    (_, string?: string, opener?: string, closer?: string) => string ?? opener ?? closer ?? " ",
  );
}

/** Index after the colon that ends the signature: the first one outside brackets and strings. */
function endOfSignature(text: string): number {
  let depth = 0;
  for (const token of text.matchAll(STRING_OR_MARK)) {
    if ("([{".includes(token[0])) depth += 1;
    else if (")]}".includes(token[0])) depth -= 1;
    else if (token[0] === ":" && depth === 0) return token.index + 1;
  }
  return text.length;
}

/** White space as `inspect.cleandoc` leaves it: continuation lines lose the indentation they share. */
function cleanDocstring(raw: string): string {
  const [first = "", ...rest] = raw.split("\n");
  const widths = rest.filter((line) => line.trim() !== "").map((line) => line.length - line.trimStart().length);
  const shared = Math.min(...widths, Number.MAX_SAFE_INTEGER);
  return [first.trimStart(), ...rest.map((line) => line.slice(shared).trimEnd())].join("\n").trim();
}

function readDocstring(statement: string): string | undefined {
  const literal = DOCSTRING.exec(statement);
  const [, quote, body] = literal ?? [];
  // A quote inside means several literals or an expression, which is no doc string worth copying.
  if (quote === undefined || body === undefined || body.replaceAll(/\\[\s\S]/g, "").includes(quote)) return undefined;
  return cleanDocstring(body);
}

function readFunction(line: PythonLine, name: string, next: PythonLine | undefined): PythonFunction {
  const end = endOfSignature(line.text);
  const signature = onOneLine(line.text.slice(0, end));
  const inline = line.text.slice(end).trim();
  const body = inline !== "" ? inline : next !== undefined && next.indent > line.indent ? next.text : "";
  const docstring = readDocstring(body);
  return { name, signature, ...(docstring === undefined ? {} : { docstring }) };
}

/**
 * The functions that Python source defines at its top level, in order.
 *
 * @throws {ValueError} for a string or bracket that is never closed.
 */
export function readPythonFunctions(source: string): readonly PythonFunction[] {
  const lines = splitPythonLines(source);
  return lines.flatMap((line, index) => {
    const name = line.indent === 0 ? DEFINITION.exec(line.text)?.[1] : undefined;
    return name === undefined ? [] : [readFunction(line, name, lines[index + 1])];
  });
}
