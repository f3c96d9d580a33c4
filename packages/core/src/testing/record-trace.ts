import { AsyncLocalStorage } from "node:async_hooks";
import { tracingChannel } from "node:diagnostics_channel";
import type { ChannelPayloads } from "@tesserae/wire/channels";
import { traceLine } from "./trace-line.ts";

const WATCHED = ["run", "agent", "model", "tool", "message", "effect"] as const;

/** The channels that a trace is made of. */
export type TraceKind = (typeof WATCHED)[number];

/** One thing that happened. */
export type TraceEntry = {
  readonly [Kind in TraceKind]: {
    readonly kind: Kind;
    /** How deep it is in runs, turns and tools that are agents; from 0. */
    readonly depth: number;
    /** What the channel told; whole after the end. */
    readonly payload: ChannelPayloads[`tesserae:${Kind}`];
  };
}[TraceKind];

/** What a body did. */
export interface RecordedTrace<T> {
  /** What came of the body. */
  readonly outcome: { readonly value: T } | { readonly error: unknown };
  /** What happened, in the order of the beginnings. */
  readonly entries: readonly TraceEntry[];
  /** The entries as lines, indented by their depth: for comparing, and for people. */
  readonly lines: readonly string[];
}

/**
 * Calls a body and notes the runs, turns, model calls, tool calls, messages and other effects in it, from the
 * diagnostics channels. What others do at the same time is not in it. It never rejects: see `outcome`.
 */
export async function recordTrace<T>(body: () => Promise<T>): Promise<RecordedTrace<T>> {
  const entries: TraceEntry[] = [];
  const inside = new AsyncLocalStorage<boolean>();
  const runs = new Set<string>();
  const stops = WATCHED.map((kind) => {
    const started = (payload: unknown): void => {
      if (!isPayload(payload) || isTwice(kind, payload)) return;
      if (inside.getStore() !== true && !runs.has(payload.runId ?? "")) return;
      if (kind === "run" && payload.runId !== null) runs.add(payload.runId);
      entries.push(entryOf(kind, depthOf(payload, entries), payload));
    };
    const { start } = tracingChannel(`tesserae:${kind}`);
    start.subscribe(started);
    return () => start.unsubscribe(started);
  });
  let outcome: RecordedTrace<T>["outcome"];
  try {
    outcome = { value: await inside.run(true, body) };
  } catch (error) {
    outcome = { error };
  } finally {
    for (const stop of stops) stop();
  }
  return { outcome, entries, lines: entries.map((entry) => "  ".repeat(entry.depth) + traceLine(entry)) };
}

interface Placed {
  readonly runId: string | null;
  readonly path: string;
}

function isPayload(payload: unknown): payload is Placed {
  return typeof payload === "object" && payload !== null && "runId" in payload && "path" in payload;
}

/** Calls of models and tools are effects, too: they have an entry of their own. */
function isTwice(kind: TraceKind, payload: Placed): boolean {
  return kind === "effect" && "kind" in payload && (payload.kind === "model" || payload.kind === "tool");
}

/** One more than that of the innermost run, turn or tool around. */
function depthOf({ runId, path }: Placed, entries: readonly TraceEntry[]): number {
  let depth = 0;
  for (const { kind, depth: outer, payload } of entries) {
    const isScope = kind === "run" || kind === "agent" || (kind === "tool" && payload.address === payload.path);
    if (!isScope || payload.runId !== runId || runId === null) continue;
    if (payload.path === "/" || path === payload.path || path.startsWith(`${payload.path}/`)) {
      depth = Math.max(depth, outer + 1);
    }
  }
  return depth;
}

function entryOf(kind: TraceKind, depth: number, payload: Placed): TraceEntry {
  // A channel carries the payload that its name says.
  return { kind, depth, payload } as unknown as TraceEntry;
}
