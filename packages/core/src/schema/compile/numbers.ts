import { foundWords } from "../describe.ts";
import { assertion, type Check } from "./check.ts";
import { malformed, readNumber, type Keywords } from "./read.ts";

/** The keywords about numbers. */
export function compileNumbers(schema: Keywords, pointer: string): readonly Check[] {
  const checks: Check[] = [];
  const limit = (keyword: string, words: string, holds: (value: number, bound: number) => boolean): void => {
    const bound = readNumber(schema, keyword, pointer);
    if (bound === undefined) return;
    const test = (value: unknown): boolean => typeof value !== "number" || holds(value, bound);
    checks.push(assertion(pointer, keyword, test, (value) => `expected ${words} ${bound}, found ${foundWords(value)}`));
  };
  limit("minimum", "at least", (value, bound) => value >= bound);
  limit("maximum", "at most", (value, bound) => value <= bound);
  limit("exclusiveMinimum", "more than", (value, bound) => value > bound);
  limit("exclusiveMaximum", "less than", (value, bound) => value < bound);
  const step = readNumber(schema, "multipleOf", pointer);
  if (step !== undefined && step <= 0) throw malformed(pointer, "multipleOf", "a number above 0");
  limit("multipleOf", "a multiple of", isMultiple);
  return checks;
}

/** The remainder is exact but sees 0.3 as no multiple of 0.1, because both are rounded; for fractions the quotient decides. */
function isMultiple(value: number, step: number): boolean {
  if (value % step === 0) return true;
  if (Number.isInteger(step)) return false;
  const quotient = value / step;
  return (
    Number.isFinite(quotient) && Math.abs(quotient - Math.round(quotient)) <= Math.abs(quotient) * 2 * Number.EPSILON
  );
}
