import { isObject, raceSignal, type Json } from "@tesserae/core";
import { shortReason } from "./short-reason.ts";

/** What can run a text of JavaScript: a page or a frame of one. */
export interface RunsExpressions {
  evaluate(expression: string): Promise<unknown>;
}

/** A page gave no answer in time. */
export class PageBusy extends Error {}

/** Milliseconds that a page may take to answer: one that is busy for ever must not hold the agent. */
const PATIENCE_MS = 30_000;

/** The same for a frame in a page, without which the page can be told of. */
export const FRAME_PATIENCE_MS = 10_000;

/** What is said of a page that gives no answer. */
export const BUSY = "The page is busy and gives no answer.";

/**
 * Runs a function in a page and gives what it returned, as plain data: the page may have put anything in the place of the
 * browser's functions, so the value is not believed.
 *
 * The function goes there as text: it may use its argument and the page's globals only. Some loaders wrap nested functions
 * in a call of `__name`, which the page gets too.
 *
 * @throws PageBusy when the page gives no answer in time; CancelledError on abort.
 */
export async function runInPage<A extends Json, R>(
  target: RunsExpressions,
  task: (argument: A) => R | Promise<R>,
  argument: A,
  signal?: AbortSignal,
  patienceMs: number = PATIENCE_MS,
): Promise<unknown> {
  const text = `((__name) => (${task.toString()})(${JSON.stringify(argument)}))((named) => named)`;
  const running = target.evaluate(text).catch((cause: unknown) => {
    // Its words may be the page's.
    throw new Error(`The page failed: ${JSON.stringify(shortReason(cause).slice(0, 200))}`, { cause });
  });
  return inTime(running, signal, BUSY, patienceMs);
}

/** The promise's value, unless the signal aborts or the time is over. */
export async function inTime<T>(
  promise: Promise<T>,
  signal: AbortSignal | undefined,
  late: string,
  milliseconds: number = PATIENCE_MS,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new PageBusy(late)), milliseconds);
  });
  try {
    return await raceSignal(Promise.race([promise, over]), signal);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits; rejects with CancelledError as soon as the signal aborts. */
export async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<undefined> {
  let timer: NodeJS.Timeout | undefined;
  try {
    await raceSignal(new Promise<void>((resolve) => (timer = setTimeout(resolve, milliseconds))), signal);
  } finally {
    clearTimeout(timer);
  }
  return undefined;
}

/** A number of a page's answer; 0 for what is none. */
export function numberOf(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) ? value : 0;
}

/** A text of a page's answer, cut to a length. */
export function textOf(value: unknown, most: number): string {
  return typeof value === "string" ? value.slice(0, most) : "";
}

/** The objects in a list of a page's answer. */
export function objectsOf(value: unknown, most: number): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.slice(0, most).filter(isObject) : [];
}
