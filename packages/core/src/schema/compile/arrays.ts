import { allDifferent, firstDuplicate } from "../equal.ts";
import { assertion, type Check } from "./check.ts";
import { inside, type CompileContext, type Place } from "./context.ts";
import { read, readCount, readFlag, readList, type Keywords } from "./read.ts";

/** The keywords about arrays. */
export function compileArrays(context: CompileContext, schema: Keywords, place: Place): readonly Check[] {
  const { pointer } = place;
  const checks: Check[] = [];
  const minItems = readCount(schema, "minItems", pointer);
  if (minItems !== undefined && minItems > 0) {
    const test = (value: unknown): boolean => !Array.isArray(value) || value.length >= minItems;
    checks.push(
      assertion(pointer, "minItems", test, (value) => `expected at least ${items(minItems)}, found ${lengthOf(value)}`),
    );
  }
  const maxItems = readCount(schema, "maxItems", pointer);
  if (maxItems !== undefined) {
    const test = (value: unknown): boolean => !Array.isArray(value) || value.length <= maxItems;
    checks.push(
      assertion(pointer, "maxItems", test, (value) => `expected at most ${items(maxItems)}, found ${lengthOf(value)}`),
    );
  }
  const itemsCheck = compileItems(context, schema, place);
  if (itemsCheck !== undefined) checks.push(itemsCheck);
  const contains = compileContains(context, schema, place);
  if (contains !== undefined) checks.push(contains);
  if (readFlag(schema, "uniqueItems", pointer) === true) {
    const test = (value: unknown): boolean => !Array.isArray(value) || allDifferent(value);
    checks.push(
      assertion(pointer, "uniqueItems", test, (value) => {
        const [first, second] = (Array.isArray(value) ? firstDuplicate(value) : undefined) ?? [0, 0];
        return `expected items that all differ, but items ${first} and ${second} are equal`;
      }),
    );
  }
  return checks;
}

function items(count: number): string {
  return count === 1 ? "1 item" : `${count} items`;
}

function lengthOf(value: unknown): string {
  return Array.isArray(value) ? String(value.length) : "none";
}

/** `prefixItems` and `items`; a list as `items` with `additionalItems` is how draft 7 writes the same. */
function compileItems(context: CompileContext, schema: Keywords, place: Place): Check | undefined {
  const { pointer } = place;
  const older = Array.isArray(read(schema, "items"));
  const prefixKeyword = older ? "items" : "prefixItems";
  const restKeyword = older ? "additionalItems" : "items";
  const prefix = (readList(schema, prefixKeyword, pointer) ?? []).map((item, index) =>
    context.compile(item, inside(place, `/${prefixKeyword}/${index}`)),
  );
  const restSchema = read(schema, restKeyword);
  if (restSchema === undefined && prefix.length === 0) return undefined;
  const rest = restSchema === undefined ? undefined : context.compile(restSchema, inside(place, `/${restKeyword}`));
  const refusesRest = restSchema === false;
  const start = prefix.length;
  const restTest = rest?.test;

  const test = (value: unknown): boolean => {
    if (!Array.isArray(value)) return true;
    for (let index = 0; index < start && index < value.length; index += 1) {
      if (prefix[index]?.test(value[index]) === false) return false;
    }
    if (restTest === undefined) return true;
    for (let index = start; index < value.length; index += 1) {
      if (!restTest(value[index])) return false;
    }
    return true;
  };

  const report: Check["report"] = (value, run) => {
    if (!Array.isArray(value)) return;
    if (refusesRest && value.length > start) {
      run.add(`${pointer}/${restKeyword}`, restKeyword, `expected at most ${items(start)}, found ${value.length}`);
    }
    for (let index = 0; index < value.length && !run.full; index += 1) {
      const check = index < start ? prefix[index] : refusesRest ? undefined : rest;
      if (check === undefined || check.test(value[index])) continue;
      run.path.push(index);
      check.report(value[index], run);
      run.path.pop();
    }
  };

  const changes = rest?.transform !== undefined || prefix.some((check) => check.transform !== undefined);
  if (!changes) return { test, report };
  const transform: Check["transform"] = (value, run) => {
    if (!Array.isArray(value)) return value;
    let changed: unknown[] | undefined;
    for (let index = 0; index < value.length; index += 1) {
      const before: unknown = value[index];
      const change = (index < start ? prefix[index] : rest)?.transform;
      if (change === undefined) continue;
      run.path.push(index);
      const after = change(before, run);
      run.path.pop();
      if (after === before) continue;
      changed ??= [...value];
      changed[index] = after;
    }
    return changed ?? value;
  };
  return { test, report, transform };
}

function compileContains(context: CompileContext, schema: Keywords, place: Place): Check | undefined {
  const { pointer } = place;
  const wanted = read(schema, "contains");
  if (wanted === undefined) return undefined;
  const check = context.compile(wanted, inside(place, "/contains"));
  const least = readCount(schema, "minContains", pointer) ?? 1;
  const most = readCount(schema, "maxContains", pointer) ?? Number.POSITIVE_INFINITY;

  const count = (value: readonly unknown[]): number => {
    let found = 0;
    for (let index = 0; index < value.length; index += 1) {
      if (check.test(value[index])) found += 1;
      if (found > most || (found >= least && most === Number.POSITIVE_INFINITY)) break;
    }
    return found;
  };
  const test = (value: unknown): boolean => {
    if (!Array.isArray(value)) return true;
    const found = count(value);
    return found >= least && found <= most;
  };
  const report: Check["report"] = (value, run) => {
    if (!Array.isArray(value) || test(value)) return;
    const found = count(value);
    const what = check.expects === undefined ? "of the wanted form" : `that are ${check.expects}`;
    if (found < least) {
      const keyword = Object.hasOwn(schema, "minContains") ? "minContains" : "contains";
      run.add(`${pointer}/${keyword}`, keyword, `expected at least ${items(least)} ${what}, found ${found}`);
    } else {
      run.add(`${pointer}/maxContains`, "maxContains", `expected at most ${items(most)} ${what}, found more`);
    }
  };
  return { test, report };
}
