import { jsonPointer, type PathSegment } from "../../json-pointer.ts";
import type { SchemaIssue } from "../issue.ts";
import type { ReferenceSlot } from "./context.ts";

/** Reports of failing references after which reporting stops: trying alternatives inside alternatives doubles with each level. */
const MOST_REPORTS = 5_000;

/**
 * What one validation knows while it runs. One per compiled schema, reset for every value, so that a value that fits
 * costs no allocation.
 */
export class Run {
  /** References entered and not yet left. */
  depth = 0;
  /** References entered so far, to notice work that doubles with each level. */
  steps = 0;
  /** References entered by transforms so far. */
  transforms = 0;
  /** References reported so far. */
  reports = 0;
  /** Set once the value turned out to be nested too deeply or to need too much work; the verdict is then "does not fit". */
  exceeded = false;
  /** Set once there are as many issues as are wanted. */
  full = false;
  /** Where in the value the walk is. Kept by reports and transforms, not by tests. */
  readonly path: PathSegment[] = [];
  issues: SchemaIssue[] = [];
  unknownKeys: string[] = [];
  #verdicts: Map<ReferenceSlot, Map<unknown, boolean>> | undefined;
  #results: Map<ReferenceSlot, Map<unknown, unknown>> | undefined;
  readonly maxDepth: number;
  readonly maxIssues: number;

  constructor(maxDepth: number, maxIssues: number) {
    this.maxDepth = maxDepth;
    this.maxIssues = maxIssues;
  }

  reset(): void {
    this.depth = 0;
    this.steps = 0;
    this.exceeded = false;
    this.#verdicts = undefined;
    this.#results = undefined;
  }

  /** Verdicts on values by one reference, remembered until the run ends. */
  verdictsOf(slot: ReferenceSlot): Map<unknown, boolean> {
    this.#verdicts ??= new Map();
    return entryOf(this.#verdicts, slot);
  }

  /** What one reference's transform made of values, remembered until the run ends. */
  resultsOf(slot: ReferenceSlot): Map<unknown, unknown> {
    this.#results ??= new Map();
    return entryOf(this.#results, slot);
  }

  /** Makes ready for a transform or a report, which keep a path and collect. */
  resetCollected(): void {
    this.reset();
    this.transforms = 0;
    this.reports = 0;
    this.full = false;
    this.path.length = 0;
    this.issues = [];
    this.unknownKeys = [];
  }

  /** The present place. */
  pointer(): string {
    return jsonPointer(this.path);
  }

  /** Notes a key of the present place that no schema knows. */
  noteUnknown(key: string): void {
    this.unknownKeys.push(this.pointer() + jsonPointer([key]));
  }

  /** Adds issues that were found in a trial. */
  addAll(issues: readonly SchemaIssue[]): void {
    for (const issue of issues) {
      if (this.full) return;
      this.issues.push(issue);
      if (this.issues.length >= this.maxIssues) this.full = true;
    }
  }

  /** Adds an issue at the present place, or at one of its keys. */
  add(schemaPointer: string, keyword: string, message: string, key?: PathSegment): void {
    if (this.full) return;
    const here = jsonPointer(this.path);
    const pointer = key === undefined ? here : here + jsonPointer([key]);
    this.issues.push({ pointer, keyword, message, schemaPointer });
    if (this.issues.length >= this.maxIssues) this.full = true;
  }

  /** Counts the report of a failing reference; false when there were too many. */
  mayReport(): boolean {
    this.reports += 1;
    if (this.reports > MOST_REPORTS) this.full = true;
    return !this.full;
  }

  /** Runs a report apart and returns its issues, for alternatives of which only one will be told. */
  trial(report: () => void): readonly SchemaIssue[] {
    const { issues, full } = this;
    this.issues = [];
    report();
    const found = this.issues;
    this.issues = issues;
    this.full = full || this.exceeded || this.reports > MOST_REPORTS;
    return found;
  }
}

function entryOf<T>(memory: Map<ReferenceSlot, Map<unknown, T>>, slot: ReferenceSlot): Map<unknown, T> {
  let entry = memory.get(slot);
  if (entry === undefined) {
    entry = new Map<unknown, T>();
    memory.set(slot, entry);
  }
  return entry;
}
