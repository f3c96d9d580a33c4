import { SchemaConversionError, schemaPlace } from "../errors.ts";
import type { Check } from "./check.ts";
import type { CompileContext, Place, ReferenceSlot } from "./context.ts";
import type { Run } from "./run.ts";

/** References entered before verdicts are remembered: schemas that double the work with each level then cost one pass. */
const REMEMBER_AFTER = 10_000;
/** Verdicts remembered at a time, so that a long list of small items does not fill the memory. */
const MOST_REMEMBERED = 50_000;
/** References entered by one transform before it gives up; remembered ones are not entered. */
const MOST_TRANSFORMS = 5_000_000;
/** The same where unknown keys are collected: their places differ, so nothing can be remembered. */
const MOST_COLLECTING = 50_000;

/** The keyword `$ref`. The target is compiled once; a reference to a schema that is being compiled is bound late. */
export function compileReference(context: CompileContext, reference: string, place: Place): Check {
  const target = context.document.resolve(reference, place.pointer);
  if (place.same.includes(target.pointer)) {
    throw new SchemaConversionError(
      `The $ref ${JSON.stringify(reference)} at ${schemaPlace(place.pointer)} leads back to itself without looking into the value, ` +
        "so it can never be decided. Put a property or an item between.",
      { pointer: place.pointer, keyword: "$ref" },
    );
  }
  const key = `${place.covered ? "+" : "-"}${target.pointer}`;
  let slot = context.references.get(key);
  if (slot === undefined) {
    slot = { check: undefined };
    context.references.set(key, slot);
    slot.check = context.compile(target.schema, {
      pointer: target.pointer,
      depth: place.depth + 1,
      covered: place.covered,
      same: place.same,
    });
  }
  return entering(context, slot);
}

/** Counts levels and steps around a target. */
function entering(context: CompileContext, slot: ReferenceSlot): Check {
  const { run } = context;

  const decide = (value: unknown): boolean => {
    if (run.steps <= REMEMBER_AFTER) return slot.check?.test(value) === true;
    const verdicts = run.verdictsOf(slot);
    const known = verdicts.get(value);
    if (known !== undefined) return known;
    const verdict = slot.check?.test(value) === true;
    if (verdicts.size >= MOST_REMEMBERED) verdicts.clear();
    // A verdict given up for depth says nothing about the value by itself.
    if (!run.exceeded) verdicts.set(value, verdict);
    return verdict;
  };

  const test = (value: unknown): boolean => {
    if (run.exceeded) return false;
    if (run.depth >= run.maxDepth) {
      run.exceeded = true;
      return false;
    }
    run.depth += 1;
    run.steps += 1;
    const verdict = decide(value);
    run.depth -= 1;
    return verdict;
  };

  const report: Check["report"] = (value, run) => reportTarget(slot, test, value, run);

  const mayChange =
    context.coerce || context.defaults || context.unknownKeys === "strip" || context.unknownKeys === "collect";
  if (!mayChange || (slot.check !== undefined && slot.check.transform === undefined)) {
    return { test, report, expects: slot.check?.expects };
  }
  const remembers = context.unknownKeys !== "collect";
  const transform: Check["transform"] = (value, run) => {
    const change = slot.check?.transform;
    if (change === undefined || run.exceeded) return value;
    if (run.depth >= run.maxDepth || run.transforms > (remembers ? MOST_TRANSFORMS : MOST_COLLECTING)) {
      run.exceeded = true;
      return value;
    }
    const results = remembers && run.transforms > REMEMBER_AFTER ? run.resultsOf(slot) : undefined;
    const known = results?.get(value);
    if (known !== undefined) return known;
    run.depth += 1;
    run.transforms += 1;
    const result = change(value, run);
    run.depth -= 1;
    if (results !== undefined) {
      if (results.size >= MOST_REMEMBERED) results.clear();
      results.set(value, result);
    }
    return result;
  };
  return { test, report, transform, expects: slot.check?.expects };
}

function reportTarget(slot: ReferenceSlot, test: Check["test"], value: unknown, run: Run): void {
  if (run.full || test(value) || !run.mayReport()) return;
  if (run.exceeded) {
    run.add("", "$ref", tooDeep(run.maxDepth));
    run.full = true;
    return;
  }
  run.depth += 1;
  slot.check?.report(value, run);
  run.depth -= 1;
}

/** What is told of a value that is nested too deeply. */
export function tooDeep(levels: number): string {
  return `expected at most ${levels} levels of nesting, found more, or a value that contains itself`;
}
