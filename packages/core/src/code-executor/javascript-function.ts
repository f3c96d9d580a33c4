import { ValueError } from "../errors/kinds.ts";

/** What is to be known of a JavaScript function's text. */
export interface JavaScriptFunction {
  /** The text of its parameters on one line, without the parentheses. */
  readonly parameters: string;
  readonly asynchronous: boolean;
  readonly generator: boolean;
  /** The name that the text itself gives it; an arrow function has none. */
  readonly ownName: string | undefined;
}

const FUNCTION = /^(async\s+)?function\s*(\*)?\s*([\p{ID_Start}$_][\p{ID_Continue}$]*)?\s*(?=\()/u;
const ASYNC = /^async(?=[\s(])\s*/;
const ONE_PARAMETER = /^([\p{ID_Start}$_][\p{ID_Continue}$]*)\s*=>/u;
const NATIVE = /\{\s*\[native code\]\s*\}$/;

/** A string, a template without another in it, a comment, or a bracket. */
const LITERAL_OR_BRACKET =
  /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`|\/\*[\s\S]*?\*\/|\/\/[^\n]*|[()[\]{}]/g;
/** A string as above; or comments and blanks, in front of a comma or the end, or elsewhere. */
const LITERAL_OR_GAP =
  /("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`)|(?:\/\*[\s\S]*?\*\/|\/\/[^\n]*|\s)+(?=([,)])|)/g;

/** Index of the parenthesis that closes the one at the start of the text; -1 if there is none. */
function closingParenthesis(text: string): number {
  let depth = 0;
  for (const { 0: token, index } of text.matchAll(LITERAL_OR_BRACKET)) {
    if ("([{".includes(token)) depth += 1;
    else if (")]}".includes(token)) depth -= 1;
    if (depth === 0) return token === ")" ? index : -1;
  }
  return -1;
}

/** Parameters without comments and the blanks that erased types leave. */
function onOneLine(parameters: string): string {
  return parameters
    .replaceAll(LITERAL_OR_GAP, (_, literal?: string, closer?: string) => literal ?? (closer === undefined ? " " : ""))
    .trim()
    .replace(/,$/, "");
}

/**
 * Reads the text that a function has of itself (`toString()`): a function, or an arrow function, asynchronous or not.
 *
 * @throws {ValueError} for what cannot stand alone: a method, a class, a function of the platform or a bound one.
 */
export function readJavaScriptFunction(source: string, name: string): JavaScriptFunction {
  const refuse = (what: string, advice: string): never => {
    throw new ValueError(`${name === "" ? "The function" : `The function ${name}`} is ${what}: ${advice}.`);
  };
  if (NATIVE.test(source)) {
    refuse("bound, or part of the platform, and has no source", "wrap a function whose source is its own");
  }
  if (/^class\b/.test(source)) refuse("a class", "wrap a function that makes an instance");
  const head = FUNCTION.exec(source);
  if (head !== null) {
    const rest = source.slice(head[0].length);
    const end = closingParenthesis(rest);
    return {
      parameters: end < 0 ? "...args" : onOneLine(rest.slice(1, end)),
      asynchronous: head[1] !== undefined,
      generator: head[2] !== undefined,
      ownName: head[3],
    };
  }
  const asynchronous = ASYNC.exec(source)?.[0] ?? "";
  const rest = source.slice(asynchronous.length);
  const end = rest.startsWith("(") ? closingParenthesis(rest) : -1;
  const parameters = end < 0 ? ONE_PARAMETER.exec(rest)?.[1] : rest.slice(1, end);
  if (parameters === undefined || (end >= 0 && !/^(?:\s|\/\*[\s\S]*?\*\/)*=>/.test(rest.slice(end + 1)))) {
    refuse("a method", "its text cannot stand alone; write it as a function");
  }
  return {
    parameters: onOneLine(parameters ?? ""),
    asynchronous: asynchronous !== "",
    generator: false,
    ownName: undefined,
  };
}
