/**
 * What one contender can do, by the name of the case. A case does its work `units` times, and throws when a result is
 * wrong: a benchmark of wrong results is worth nothing.
 */
export type Subject<Case extends string = string> = { readonly [name in Case]?: (units: number) => Promise<void> };

/** What a file of a contender exports. */
export interface SubjectModule {
  readonly subject: Subject;
  /** Makes `count` agents or actors and returns what keeps them; its heap is measured. */
  readonly keep?: (count: number) => Promise<unknown>;
  /** How many calls a recorder has kept until now. */
  readonly recorded?: () => Promise<number>;
}

/** What the parent asks of a worker. */
export type Question =
  | { readonly ask: "units"; readonly name: string; readonly step: number; readonly milliseconds: number }
  | { readonly ask: "time"; readonly name: string; readonly units: number }
  | { readonly ask: "heap"; readonly count: number }
  | { readonly ask: "recorded"; readonly name: string; readonly units: number };

/** Microseconds that a unit took: on the wall, of the processor in all threads, and in the one that the case runs on. */
export interface Taken {
  readonly wall: number;
  readonly cpu: number;
  readonly thread: number;
}

/** What a worker answers; nothing but the kind where its contender has no such case. */
export type Answer =
  | { readonly units?: number }
  | Taken
  | { readonly bytes?: number }
  | { readonly recorded?: number }
  | { readonly error: string };

/** Throws unless the two are equal. */
export function check(actual: unknown, expected: unknown, what: string): void {
  if (actual !== expected) throw new Error(`${what}: expected ${String(expected)}, got ${String(actual)}`);
}
