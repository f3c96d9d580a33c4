import { listWords, literalWords } from "../describe.ts";
import { jsonEqual } from "../equal.ts";
import { nearest } from "../nearest.ts";
import { assertion, type Check } from "./check.ts";
import { malformed, read, readList, type Keywords } from "./read.ts";

/** The keywords `enum` and `const`. */
export function compileValues(schema: Keywords, pointer: string): readonly Check[] {
  const checks: Check[] = [];
  const allowed = readList(schema, "enum", pointer);
  if (allowed !== undefined) {
    if (allowed.length === 0) throw malformed(pointer, "enum", "a list with at least one value");
    checks.push(oneOfValues(pointer, "enum", allowed));
  }
  if (Object.hasOwn(schema, "const")) checks.push(oneOfValues(pointer, "const", [read(schema, "const")]));
  return checks;
}

function oneOfValues(pointer: string, keyword: string, allowed: readonly unknown[]): Check {
  const expects = listWords(allowed.map(literalWords));
  const check = assertion(pointer, keyword, valueTest(allowed), (value) => {
    const names = allowed.filter((item) => typeof item === "string");
    const guess = typeof value === "string" && allowed.length > 1 ? nearest(value, names) : undefined;
    const hint = guess === undefined ? "" : `; did you mean ${JSON.stringify(guess)}?`;
    return `expected ${expects}, found ${literalWords(value)}${hint}`;
  });
  return { ...check, expects };
}

function valueTest(allowed: readonly unknown[]): (value: unknown) => boolean {
  const primitives = new Set(allowed.filter((item) => typeof item !== "object" || item === null));
  const structures = allowed.filter((item) => typeof item === "object" && item !== null);
  if (structures.length > 0) {
    return (value) => {
      if (primitives.has(value)) return true;
      for (const structure of structures) {
        if (jsonEqual(structure, value)) return true;
      }
      return false;
    };
  }
  const [only] = primitives;
  if (primitives.size === 1) return (value) => value === only;
  return (value) => primitives.has(value);
}
