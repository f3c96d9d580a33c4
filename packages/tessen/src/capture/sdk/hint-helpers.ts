import type { CallSite } from "../../events/tessen-event.ts";
import type { SiteDepth } from "../call-site.ts";
import type { Session } from "../session.ts";
import type { CurrentSession } from "../current-session.ts";
import { siteBelow } from "../site-below.ts";
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
  for (const made of classesOf(roots).keys()) {
    const prototype: unknown = Reflect.get(made, "prototype");
    if (typeof prototype === "object" && prototype !== null) undo.push(...hintMethods(prototype, DEFERRING, current));
  }
  return undo;
}

/**
 * The classes and functions among some values, and those that are static members of them, with the names that lead to
 * them: `Chat`, `Completions`.
 */
export function classesOf(roots: Iterable<unknown>): ReadonlyMap<object, readonly string[]> {
  const seen = new Map<object, readonly string[]>();
  const visit = (value: unknown, names: readonly string[]): void => {
    if (typeof value !== "function" || seen.has(value) || names.length > DEPTH) return;
    seen.set(value, names);
    for (const name of Object.keys(value)) visit(Reflect.get(value, name), [...names, name]);
  };
  for (const root of roots) visit(root, []);
  return seen;
}

/** Makes methods of a prototype remember the line of the user's that called them, for all that comes of the call. */
function hintMethods(prototype: object, names: readonly string[], current: CurrentSession): (() => void)[] {
  return wrapMethods(prototype, names, (original) => {
    const depth: SiteDepth = { frames: 1 };
    const hinted: Method = function (...args) {
      const session = current();
      if (session === undefined) return Reflect.apply(original, this, args);
      return runAt(siteBelow(session, hinted, depth), session, () => Reflect.apply(original, this, args));
    };
    return hinted;
  });
}

/**
 * Makes methods that lead to the trunk before they return tell it the line of the user's, who called them. No async
 * context is needed for that, which every call would pay for.
 */
export function hintLeaves(
  roots: Iterable<unknown>,
  names: readonly string[],
  current: CurrentSession,
): (() => void)[] {
  const undo: (() => void)[] = [];
  const wrap = (original: CallableFunction): Method => {
    const depth: SiteDepth = { frames: 1 };
    const hinted: Method = function (...args) {
      const session = current();
      if (session === undefined || session.siteOfCaller !== undefined) return Reflect.apply(original, this, args);
      session.siteOfCaller = siteBelow(session, hinted, depth);
      try {
        return Reflect.apply(original, this, args);
      } finally {
        session.siteOfCaller = undefined;
      }
    };
    return hinted;
  };
  for (const made of classesOf(roots).keys()) {
    const prototype: unknown = Reflect.get(made, "prototype");
    if (typeof prototype === "object" && prototype !== null) undo.push(...wrapMethods(prototype, names, wrap));
  }
  return undo;
}

/** The same for the methods that call the trunk itself. What they give is what an event with the SDK's object waits for. */
export function hintTrunkCallers(prototype: object, names: readonly string[], current: CurrentSession): (() => void)[] {
  return wrapMethods(prototype, names, (original) => {
    const depth: SiteDepth = { frames: 1 };
    const hinted: Method = function (...args) {
      const session = current();
      if (session === undefined) return Reflect.apply(original, this, args);
      const before = session.siteOfCaller;
      const site = before === undefined ? siteBelow(session, hinted, depth) : before;
      // With a tracer Anthropic's SDK waits before it calls the trunk.
      if (typeof this === "object" && this !== null && Reflect.get(this, "_tracer") !== undefined) {
        const result = runAt(site, session, () => Reflect.apply(original, this, args));
        watchReading(result, session);
        return result;
      }
      session.siteOfCaller = site;
      try {
        const result: unknown = Reflect.apply(original, this, args);
        watchReading(result, session);
        return result;
      } finally {
        session.siteOfCaller = before;
      }
    };
    return hinted;
  });
}

/** An event that waits for the SDK's object must hear of it. */
export function watchReading(promise: unknown, session: Session): void {
  const { objects, guard } = session;
  if (objects !== undefined) guard.run("sdk", () => objects.watch(promise));
}

/** A method that stands in the place of an SDK's. */
export type Method = (this: unknown, ...args: unknown[]) => unknown;

/** Runs a method so that all that comes of it knows the line that called it. */
function runAt(site: CallSite | null, session: Session, run: () => unknown): unknown {
  return site === null ? run() : session.frames.run({ ...session.frame, site }, run);
}

/** Puts other methods in the place of a prototype's own; each only once. Gives what takes them away. */
export function wrapMethods(
  prototype: object,
  names: readonly string[],
  wrap: (original: CallableFunction) => Method,
): (() => void)[] {
  return names.flatMap((name) => {
    if (!Object.hasOwn(prototype, name)) return [];
    const original: unknown = Reflect.get(prototype, name);
    if (typeof original !== "function" || isMarked(original)) return [];
    const hinted = wrap(original);
    mark(hinted);
    Reflect.set(prototype, name, hinted);
    return [
      () => {
        if (Reflect.get(prototype, name) === hinted) Reflect.set(prototype, name, original);
      },
    ];
  });
}
