import { checkGiven, isObject, plainContext, type RequestUsage, type RunContext } from "@tesserae/core";
import type { MessageFields } from "./types.ts";

/** What every message may be made with. */
export interface MessageInit {
  /** The name of the sender. */
  readonly source: string;
  /** Default: a new UUID v4. */
  readonly id?: string | undefined;
  readonly modelsUsage?: RequestUsage | undefined;
  readonly metadata?: { readonly [key: string]: string } | undefined;
  /** ISO 8601 with `Z`. Default: now. */
  readonly createdAt?: string | undefined;
}

const NO_METADATA: { readonly [key: string]: string } = Object.freeze({});

let outside: RunContext | undefined;

/**
 * The common fields of a message. Inside a run the id and the time come from the run's context, so that a replay makes
 * the same message.
 */
export function stamp(init: MessageInit, context?: RunContext): MessageFields {
  checkGiven("argument of a message", init, isObject(init), "an object such as { source, content }");
  const run = context ?? (outside ??= plainContext());
  return {
    id: init.id ?? run.id(),
    source: textOf(init.source, "source of a message"),
    modelsUsage: init.modelsUsage,
    metadata: init.metadata ?? NO_METADATA,
    createdAt: init.createdAt ?? isoTime(run.now()),
  };
}

/** A field that is text. @throws ValueError: a message without it would fail where nobody finds the cause. */
export function textOf(value: string, field: string): string {
  checkGiven(field, value, typeof value === "string", "text");
  return value;
}

/** A field that is a list. @throws ValueError */
export function listOf<T>(value: readonly T[], field: string): readonly T[] {
  checkGiven(field, value, Array.isArray(value), "a list");
  return value;
}

let lastTime = Number.NaN;
let lastText = "";

/** Milliseconds since 1970 as text. Messages come in groups: the text of the last millisecond is kept. */
export function isoTime(time: number): string {
  if (time !== lastTime) {
    lastText = new Date(time).toISOString();
    lastTime = time;
  }
  return lastText;
}
