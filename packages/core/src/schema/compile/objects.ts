import { isObject } from "../../json.ts";
import { listWords } from "../describe.ts";
import { nearest } from "../nearest.ts";
import type { Check } from "./check.ts";
import type { CompileContext, Place } from "./context.ts";
import { readShape, type ObjectShape, type Property } from "./object-shape.ts";
import type { Keywords } from "./read.ts";
import type { Run } from "./run.ts";

/** The keywords `properties`, `required`, `patternProperties` and `additionalProperties`, in one pass over the keys. */
export function compileObjects(context: CompileContext, schema: Keywords, place: Place): Check | undefined {
  const shape = readShape(context, schema, place);
  if (shape === undefined) return undefined;
  const { properties, requiredCount, patterns, additional } = shape;
  const othersMatter = patterns.length > 0 || additional !== undefined;

  const test = (value: unknown): boolean => {
    if (!isObject(value)) return true;
    let missing = requiredCount;
    for (const key in value) {
      if (!Object.hasOwn(value, key)) continue;
      const part = value[key];
      // A key with undefined is absent, as it would be in JSON.
      if (part === undefined) continue;
      const property = properties.get(key);
      if (property !== undefined) {
        if (property.required) missing -= 1;
        if (property.check !== undefined && !property.check.test(part)) return false;
      }
      if (othersMatter && !otherTest(shape, key, part, property?.check !== undefined)) return false;
    }
    return missing <= 0;
  };

  const report: Check["report"] = (value, run) => {
    if (!isObject(value)) return;
    reportMissing(shape, value, place.pointer, run);
    for (const key of Object.keys(value)) {
      if (run.full) return;
      const part = value[key];
      if (part !== undefined) reportKey(shape, key, part, value, place.pointer, run);
    }
  };

  return { test, report, transform: compileTransform(shape) };
}

/** What patterns and `additionalProperties` say of a key; a key that is only in `required` counts as not declared. */
function otherTest(shape: ObjectShape, key: string, part: unknown, declared: boolean): boolean {
  let known = declared;
  for (const { pattern, check } of shape.patterns) {
    if (!pattern.test(key)) continue;
    known = true;
    if (!check.test(part)) return false;
  }
  if (known || shape.additional === undefined) return true;
  return shape.additional !== false && shape.additional.test(part);
}

function reportMissing(shape: ObjectShape, value: Record<string, unknown>, pointer: string, run: Run): void {
  if (shape.requiredCount === 0) return;
  const strangers = Object.keys(value).filter((key) => !shape.properties.has(key));
  for (const { key, required, check } of shape.properties.values()) {
    if (!required || (Object.hasOwn(value, key) && value[key] !== undefined)) continue;
    const guess = nearest(key, strangers);
    const what = check?.expects === undefined ? "" : ` (${check.expects})`;
    const hint = guess === undefined ? "" : `; found ${JSON.stringify(guess)}, did you mean ${JSON.stringify(key)}?`;
    run.add(`${pointer}/required`, "required", `the key ${JSON.stringify(key)}${what} is missing${hint}`);
  }
}

function reportKey(
  shape: ObjectShape,
  key: string,
  part: unknown,
  value: Record<string, unknown>,
  pointer: string,
  run: Run,
): void {
  const declared = shape.properties.get(key)?.check;
  let known = declared !== undefined;
  run.path.push(key);
  if (declared !== undefined && !declared.test(part)) declared.report(part, run);
  for (const { pattern, check } of shape.patterns) {
    if (!pattern.test(key)) continue;
    known = true;
    if (!check.test(part)) check.report(part, run);
  }
  if (!known && shape.additional !== undefined) {
    if (shape.additional !== false) shape.additional.report(part, run);
    else
      run.add(
        `${pointer}/additionalProperties`,
        "additionalProperties",
        unknownKeyMessage(key, shape.properties.keys(), value),
      );
  }
  run.path.pop();
}

/** Says that a key is not known, which known key comes nearest, or which there are. */
export function unknownKeyMessage(key: string, known: Iterable<string>, value: Record<string, unknown>): string {
  const names = [...known];
  // A key that is already there is not what the misspelt one was meant to be.
  const guess = nearest(
    key,
    names.filter((name) => !Object.hasOwn(value, name)),
  );
  if (guess !== undefined) return `${JSON.stringify(key)} is not a known key; did you mean ${JSON.stringify(guess)}?`;
  if (names.length === 0) return `${JSON.stringify(key)} is not a known key; there must be no keys here`;
  return `${JSON.stringify(key)} is not a known key; known are ${listWords(names.map((name) => JSON.stringify(name)))}`;
}

function compileTransform(shape: ObjectShape): Check["transform"] {
  const changing = [...shape.properties.values()].filter(
    (property) => property.check?.transform !== undefined || property.default !== undefined,
  );
  const others = [...shape.patterns.map(({ check }) => check), shape.additional].some(
    (check) => check !== undefined && check !== false && check.transform !== undefined,
  );
  if (changing.length === 0 && !others) return undefined;
  return (value, run) => {
    if (!isObject(value)) return value;
    let result = value;
    const put = (key: string, part: unknown): void => {
      if (result === value) result = { ...value };
      setOwn(result, key, part);
    };
    for (const property of changing) transformProperty(property, value, run, put);
    if (!others) return result;
    for (const key of Object.keys(value)) {
      const before = result[key];
      const after = transformOther(shape, key, before, run);
      if (after !== before) put(key, after);
    }
    return result;
  };
}

function transformProperty(
  property: Property,
  value: Record<string, unknown>,
  run: Run,
  put: (key: string, part: unknown) => void,
): void {
  const { key, check } = property;
  const present = Object.hasOwn(value, key) && value[key] !== undefined;
  if (!present && property.default === undefined) return;
  // Every value gets its own copy, or changing one would change the schema.
  const before: unknown = present ? value[key] : structuredClone(property.default?.value);
  run.path.push(key);
  const after = check?.transform === undefined ? before : check.transform(before, run);
  run.path.pop();
  if (!present || after !== before) put(key, after);
}

function transformOther(shape: ObjectShape, key: string, part: unknown, run: Run): unknown {
  let known = shape.properties.get(key)?.check !== undefined;
  let result = part;
  run.path.push(key);
  for (const { pattern, check } of shape.patterns) {
    if (!pattern.test(key)) continue;
    known = true;
    if (check.transform !== undefined) result = check.transform(result, run);
  }
  const additional = shape.additional;
  if (!known && additional !== undefined && additional !== false && additional.transform !== undefined) {
    result = additional.transform(result, run);
  }
  run.path.pop();
  return result;
}

/** Sets an own key, also `__proto__`, which assignment would take for the prototype. */
export function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === "__proto__") {
    Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
  } else {
    target[key] = value;
  }
}
