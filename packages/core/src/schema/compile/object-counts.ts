import { isObject } from "../../json.ts";
import { pointerToken } from "../../json-pointer.ts";
import { assertion, type Check } from "./check.ts";
import { beside, inside, type CompileContext, type Place } from "./context.ts";
import { read, readCount, readRecord, texts, type Keywords } from "./read.ts";

/** `minProperties`, `maxProperties`, `propertyNames` and what depends on the presence of a key. */
export function compileObjectCounts(context: CompileContext, schema: Keywords, place: Place): readonly Check[] {
  const { pointer } = place;
  const checks: Check[] = [];
  const least = readCount(schema, "minProperties", pointer);
  if (least !== undefined && least > 0) {
    const test = (value: unknown): boolean => !isObject(value) || countKeys(value) >= least;
    checks.push(
      assertion(pointer, "minProperties", test, (value) => `expected at least ${keys(least)}, found ${found(value)}`),
    );
  }
  const most = readCount(schema, "maxProperties", pointer);
  if (most !== undefined) {
    const test = (value: unknown): boolean => !isObject(value) || countKeys(value) <= most;
    checks.push(
      assertion(pointer, "maxProperties", test, (value) => `expected at most ${keys(most)}, found ${found(value)}`),
    );
  }
  const names = read(schema, "propertyNames");
  if (names !== undefined) checks.push(compileNames(context.compile(names, inside(place, "/propertyNames"))));
  for (const keyword of ["dependentRequired", "dependentSchemas", "dependencies"]) {
    for (const [key, dependency] of Object.entries(readRecord(schema, keyword, pointer) ?? {})) {
      const isList = keyword === "dependentRequired" || (keyword === "dependencies" && Array.isArray(dependency));
      checks.push(
        isList
          ? needsKeys(keyword, pointer, key, texts(dependency, keyword, pointer))
          : needsSchema(
              key,
              context.compile(dependency, beside(place, `/${keyword}${pointerToken(key)}`, place.covered)),
            ),
      );
    }
  }
  return checks;
}

function countKeys(value: Record<string, unknown>): number {
  let count = 0;
  for (const key in value) {
    if (Object.hasOwn(value, key) && value[key] !== undefined) count += 1;
  }
  return count;
}

function keys(count: number): string {
  return count === 1 ? "1 key" : `${count} keys`;
}

function found(value: unknown): string {
  return isObject(value) ? String(countKeys(value)) : "none";
}

function has(value: unknown, key: string): value is Record<string, unknown> {
  return isObject(value) && Object.hasOwn(value, key) && value[key] !== undefined;
}

function compileNames(check: Check): Check {
  return {
    test: (value) => {
      if (!isObject(value)) return true;
      for (const key in value) {
        if (Object.hasOwn(value, key) && !check.test(key)) return false;
      }
      return true;
    },
    report: (value, run) => {
      if (!isObject(value)) return;
      for (const key of Object.keys(value)) {
        if (run.full) return;
        if (check.test(key)) continue;
        run.path.push(key);
        const issues = run.trial(() => check.report(key, run));
        for (const { keyword, message, schemaPointer } of issues)
          run.add(schemaPointer, keyword, `as a key: ${message}`);
        run.path.pop();
      }
    },
  };
}

function needsKeys(keyword: string, pointer: string, key: string, needed: readonly string[]): Check {
  return {
    test: (value) => !has(value, key) || needed.every((other) => has(value, other)),
    report: (value, run) => {
      if (!has(value, key)) return;
      for (const other of needed) {
        if (has(value, other)) continue;
        const message = `the key ${JSON.stringify(other)} is missing; it is needed because ${JSON.stringify(key)} is there`;
        run.add(`${pointer}/${keyword}${pointerToken(key)}`, keyword, message);
      }
    },
  };
}

function needsSchema(key: string, check: Check): Check {
  const change = check.transform;
  return {
    test: (value) => !has(value, key) || check.test(value),
    report: (value, run) => {
      if (has(value, key)) check.report(value, run);
    },
    transform: change === undefined ? undefined : (value, run) => (has(value, key) ? change(value, run) : value),
  };
}
