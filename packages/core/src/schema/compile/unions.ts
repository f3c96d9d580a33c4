import { isObject } from "../../json.ts";
import { foundWords, orWords } from "../describe.ts";
import type { SchemaIssue } from "../issue.ts";
import type { Check } from "./check.ts";
import { beside, type CompileContext, type Place } from "./context.ts";
import { malformed, readList, type Keywords } from "./read.ts";
import type { Run } from "./run.ts";
import { readTags } from "./tags.ts";
import { taggedUnion } from "./tagged-union.ts";

/** The keywords `anyOf` and `oneOf`, with OpenAPI's `discriminator`. */
export function compileUnions(context: CompileContext, schema: Keywords, place: Place): readonly Check[] {
  return (["anyOf", "oneOf"] as const).flatMap((keyword) => {
    const alternatives = readList(schema, keyword, place.pointer);
    if (alternatives === undefined) return [];
    if (alternatives.length === 0) throw malformed(place.pointer, keyword, "a list with at least one schema");
    const checks = alternatives.map((part, index) =>
      context.compile(part, beside(place, `/${keyword}/${index}`, place.covered)),
    );
    const tags = readTags(context, schema, alternatives, place.pointer);
    if (tags !== undefined) return [taggedUnion(tags, checks, place.pointer, keyword)];
    return [keyword === "anyOf" ? anyOf(checks, place.pointer) : oneOf(checks, place.pointer)];
  });
}

function anyOf(checks: readonly Check[], pointer: string): Check {
  const [first, second] = checks;
  const pair = first !== undefined && second !== undefined && checks.length === 2;
  const test = pair
    ? (value: unknown): boolean => first.test(value) || second.test(value)
    : (value: unknown): boolean => {
        for (const check of checks) {
          if (check.test(value)) return true;
        }
        return false;
      };
  return {
    test,
    report: (value, run) => {
      if (!test(value)) reportNone(checks, value, `${pointer}/anyOf`, "anyOf", run);
    },
    transform: unionTransform(checks),
    expects: unionWords(checks),
  };
}

function oneOf(checks: readonly Check[], pointer: string): Check {
  const fitting = (value: unknown): number => {
    let count = 0;
    for (const check of checks) {
      if (check.test(value)) count += 1;
      if (count > 1) break;
    }
    return count;
  };
  return {
    test: (value) => fitting(value) === 1,
    report: (value, run) => {
      const count = fitting(value);
      if (count === 0) reportNone(checks, value, `${pointer}/oneOf`, "oneOf", run);
      if (count > 1) {
        const which = checks.flatMap((check, index) => (check.test(value) ? [String(index + 1)] : []));
        const message = `expected exactly one of the ${checks.length} allowed forms, but the forms ${which.join(" and ")} all fit`;
        run.add(`${pointer}/oneOf`, "oneOf", message);
      }
    },
    transform: unionTransform(checks),
    expects: unionWords(checks),
  };
}

function unionWords(checks: readonly Check[]): string | undefined {
  const words = checks.map((check) => check.expects);
  const known = words.filter((word) => word !== undefined);
  return known.length === words.length ? orWords([...new Set(known)]) : undefined;
}

/** An issue at the union's own place that says that this alternative was not meant at all. */
const MISMATCH: ReadonlySet<string> = new Set(["type", "const", "enum"]);

/**
 * Reports a value that fits no alternative: the issues of the alternative that was meant, when it is clear which one
 * that is, else one issue that tells them all.
 */
function reportNone(checks: readonly Check[], value: unknown, schemaPointer: string, keyword: string, run: Run): void {
  const trials = checks.map((check) => run.trial(() => check.report(value, run)));
  const here = run.pointer();
  const meant = trials.filter(
    (issues) => issues.length > 0 && !issues.some((issue) => issue.pointer === here && MISMATCH.has(issue.keyword)),
  );
  const [only] = meant;
  if (only !== undefined && meant.length === 1) {
    run.addAll(only);
    return;
  }
  const words = unionWords(checks);
  if (meant.length === 0 && words !== undefined) {
    run.add(schemaPointer, keyword, `expected ${words}, found ${foundWords(value)}`);
    return;
  }
  run.add(
    schemaPointer,
    keyword,
    `fits none of the ${checks.length} allowed forms: ${trials
      .map(trialWords(here))
      .filter((words) => words !== "")
      .join("; ")}`,
  );
}

const MOST_FORMS = 8;

function trialWords(here: string): (issues: readonly SchemaIssue[], index: number) => string {
  return (issues, index) => {
    if (index === MOST_FORMS) return "and so on";
    if (index > MOST_FORMS) return "";
    const [issue] = issues;
    if (issue === undefined) return `(${index + 1}) does not fit`;
    const place = issue.pointer === here ? "" : `${issue.pointer.slice(here.length)}: `;
    const more = issues.length > 1 ? ` and ${issues.length - 1} more` : "";
    return `(${index + 1}) ${place}${issue.message}${more}`;
  };
}

/**
 * Like pydantic's smart mode: an alternative that fits the value as it is goes before one that fits it once coerced;
 * among equals the one that keeps most keys.
 */
function unionTransform(checks: readonly Check[]): Check["transform"] {
  if (checks.every((check) => check.transform === undefined)) return undefined;
  return (value, run) => {
    const exact = best(checks, value, run, (check) => check.test(value));
    if (exact !== undefined) return exact.result;
    const coerced = best(checks, value, run, () => true);
    return coerced === undefined ? value : coerced.result;
  };
}

interface Candidate {
  readonly result: unknown;
  readonly keys: number;
  readonly unknownKeys: readonly string[];
}

function best(
  checks: readonly Check[],
  value: unknown,
  run: Run,
  may: (check: Check) => boolean,
): Candidate | undefined {
  const before = run.unknownKeys;
  let winner: Candidate | undefined;
  for (const check of checks) {
    if (!may(check)) continue;
    run.unknownKeys = [];
    const result = check.transform === undefined ? value : check.transform(value, run);
    if (!check.test(result)) continue;
    const candidate = { result, keys: knownKeyCount(result, run.unknownKeys.length), unknownKeys: run.unknownKeys };
    if (winner === undefined || candidate.keys > winner.keys) winner = candidate;
  }
  run.unknownKeys = winner === undefined ? before : [...before, ...winner.unknownKeys];
  return winner;
}

function knownKeyCount(value: unknown, unknown: number): number {
  return isObject(value) ? Object.keys(value).length - unknown : 0;
}
