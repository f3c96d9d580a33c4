import { FormatNotSupportedError, schemaPlace } from "../errors.ts";
import { FORMATS, findFormat } from "../formats.ts";
import { nearest } from "../nearest.ts";
import { assertion, type Check } from "./check.ts";
import type { CompileContext } from "./context.ts";
import { readCount, readPattern, readText, type Keywords } from "./read.ts";

/** Characters as Unicode counts them: a surrogate pair is one. */
export function codePoints(text: string): number {
  let count = text.length;
  for (let index = 0; index < text.length - 1; index += 1) {
    if ((text.charCodeAt(index) & 0xfc00) === 0xd800 && (text.charCodeAt(index + 1) & 0xfc00) === 0xdc00) {
      count -= 1;
      index += 1;
    }
  }
  return count;
}

/** The keywords about strings, and `format`, which is also about numbers. */
export function compileStrings(context: CompileContext, schema: Keywords, pointer: string): readonly Check[] {
  const checks: Check[] = [];
  const minLength = readCount(schema, "minLength", pointer);
  if (minLength !== undefined && minLength > 0) {
    const test = (value: unknown): boolean =>
      // Only between once and twice the limit does it take counting.
      typeof value !== "string" ||
      value.length >= 2 * minLength ||
      (value.length >= minLength && codePoints(value) >= minLength);
    checks.push(
      assertion(
        pointer,
        "minLength",
        test,
        (value) => `expected at least ${characters(minLength)}, found ${lengthOf(value)}`,
      ),
    );
  }
  const maxLength = readCount(schema, "maxLength", pointer);
  if (maxLength !== undefined) {
    const test = (value: unknown): boolean =>
      typeof value !== "string" ||
      value.length <= maxLength ||
      (value.length <= 2 * maxLength && codePoints(value) <= maxLength);
    checks.push(
      assertion(
        pointer,
        "maxLength",
        test,
        (value) => `expected at most ${characters(maxLength)}, found ${lengthOf(value)}`,
      ),
    );
  }
  const source = readText(schema, "pattern", pointer);
  if (source !== undefined) {
    const pattern = readPattern(source, "pattern", pointer);
    const test = (value: unknown): boolean => typeof value !== "string" || pattern.test(value);
    checks.push(assertion(pointer, "pattern", test, () => `expected a string that matches /${source}/`));
  }
  const format = compileFormat(context, schema, pointer);
  if (format !== undefined) checks.push(format);
  return checks;
}

function compileFormat(context: CompileContext, schema: Keywords, pointer: string): Check | undefined {
  const name = readText(schema, "format", pointer);
  if (name === undefined) return undefined;
  const format = findFormat(name);
  if (format === undefined) {
    if (context.unknownFormats === "ignore") return undefined;
    throw unknownFormat(name, pointer);
  }
  const message = (): string => `expected ${format.name} (format "${name}")`;
  if (format.type === "string") {
    return assertion(pointer, "format", (value) => typeof value !== "string" || format.test(value), message);
  }
  return assertion(pointer, "format", (value) => typeof value !== "number" || format.test(value), message);
}

/** The error for a format that is not known. */
export function unknownFormat(name: string, pointer: string): FormatNotSupportedError {
  const known = Object.keys(FORMATS);
  const guess = nearest(name, known);
  const hint = guess === undefined ? `Known are: ${known.join(", ")}.` : `Did you mean ${JSON.stringify(guess)}?`;
  return new FormatNotSupportedError(
    `The format ${JSON.stringify(name)} at ${schemaPlace(pointer)} is not known. ${hint}`,
    {
      pointer,
      keyword: "format",
    },
  );
}

function characters(count: number): string {
  return count === 1 ? "1 character" : `${count} characters`;
}

function lengthOf(value: unknown): string {
  return typeof value === "string" ? String(codePoints(value)) : "none";
}
