import type { Run } from "./run.ts";

/** A compiled schema or a compiled keyword. */
export interface Check {
  /** True when the value fits. Allocates nothing; never changes the value. */
  readonly test: (value: unknown) => boolean;
  /** Adds an issue for everything that is wrong; adds none when the value fits. */
  readonly report: (value: unknown, run: Run) => void;
  /** Gives the value with defaults filled, texts coerced, unknown keys left out; absent when nothing could change. */
  readonly transform?: ((value: unknown, run: Run) => unknown) | undefined;
  /** What is expected at the top, in words ("a string"); absent when there is no one word for it. */
  readonly expects?: string | undefined;
}

/** The check that everything passes. */
export const ANYTHING: Check = { test: () => true, report: () => undefined };

/** A check of one keyword that looks at the value alone. */
export function assertion(
  schemaPointer: string,
  keyword: string,
  test: (value: unknown) => boolean,
  message: (value: unknown) => string,
): Check {
  return {
    test,
    report: (value, run) => {
      if (!test(value)) run.add(`${schemaPointer}/${keyword}`, keyword, message(value));
    },
  };
}

/** All of the checks. */
export function every(checks: readonly Check[]): Check {
  const [first, second, third] = checks;
  if (first === undefined) return ANYTHING;
  if (second === undefined) return first;
  const transforms = checks.flatMap((check) => (check.transform === undefined ? [] : [check.transform]));
  return {
    test: everyTest(checks.map((check) => check.test)),
    report: (value, run) => {
      for (const check of checks) {
        if (run.full) return;
        check.report(value, run);
      }
    },
    transform: chain(transforms),
    expects: first.expects ?? second.expects ?? third?.expects,
  };
}

function chain(transforms: readonly NonNullable<Check["transform"]>[]): Check["transform"] {
  const [first, second] = transforms;
  if (second === undefined) return first;
  return (value, run) => transforms.reduce((part, transform) => transform(part, run), value);
}

/** The short cases are written out: a loop over two functions costs as much as the functions. */
function everyTest(tests: readonly Check["test"][]): Check["test"] {
  const [first, second, third] = tests;
  if (first === undefined || second === undefined) return first ?? ANYTHING.test;
  if (third === undefined) return (value) => first(value) && second(value);
  if (tests.length === 3) return (value) => first(value) && second(value) && third(value);
  return (value) => {
    for (const test of tests) {
      if (!test(value)) return false;
    }
    return true;
  };
}
