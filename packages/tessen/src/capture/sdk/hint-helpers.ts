import type { CurrentSession } from "../current-session.ts";
import { isMarked, mark } from "./mark.ts";

/** Helpers that make their calls after the caller's line is off the stack. */
const DEFERRING = ["stream", "runTools", "toolRunner"] as const;

/** Classes of resources lie this deep in the static members of a client's class. */
const DEPTH = 5;

/**
 * Makes the helpers of an SDK's resources remember the line that called them. They change nothing else: a helper that
 * is not found only leaves a call without its line.
 */
export function hintHelpers(roots: Iterable<unknown>, current: CurrentSession): (() => void)[] {
  const undo: (() => void)[] = [];
  const seen = new Set<unknown>();
  const visit = (value: unknown, depth: number): void => {
    if (typeof value !== "function" || seen.has(value) || depth > DEPTH) return;
    seen.add(value);
    const prototype: unknown = Reflect.get(value, "prototype");
    if (typeof prototype === "object" && prototype !== null) undo.push(...hintMethods(prototype, DEFERRING, current));
    for (const name of Object.keys(value)) visit(Reflect.get(value, name), depth + 1);
  };
  for (const root of roots) visit(root, 0);
  return undo;
}

/** Makes methods of a prototype remember the line of the user's that called them. */
export function hintMethods(prototype: object, names: readonly string[], current: CurrentSession): (() => void)[] {
  return names.flatMap((name) => {
    if (!Object.hasOwn(prototype, name)) return [];
    const original: unknown = Reflect.get(prototype, name);
    if (typeof original !== "function" || isMarked(original)) return [];
    const hinted = function (this: unknown, ...args: unknown[]): unknown {
      const forward = (): unknown => Reflect.apply(original, this, args);
      const session = current();
      const site = session?.guard.run("call_site", () => session.callSites.find(hinted));
      if (session === undefined || site === undefined || site === null) return forward();
      return session.frames.run({ ...session.frame, site }, forward);
    };
    mark(hinted);
    Reflect.set(prototype, name, hinted);
    return [
      () => {
        if (Reflect.get(prototype, name) === hinted) Reflect.set(prototype, name, original);
      },
    ];
  });
}
