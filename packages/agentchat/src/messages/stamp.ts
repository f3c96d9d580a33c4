import { plainContext, type RequestUsage, type RunContext } from "@tesserae/core";
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
  const run = context ?? (outside ??= plainContext());
  return {
    id: init.id ?? run.id(),
    source: init.source,
    modelsUsage: init.modelsUsage,
    metadata: init.metadata ?? NO_METADATA,
    createdAt: init.createdAt ?? isoTime(run.now()),
  };
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
