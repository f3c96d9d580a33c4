import { LookupError } from "../errors/kinds.ts";
import type { Json } from "../json.ts";
import type { JournalEntry } from "./entries.ts";
import type { JournalStore, RunStatus, RunSummary } from "./journal-store.ts";
import { recordedOutcome } from "./open-journal.ts";
import { loadRecording, type Recording } from "./recording.ts";
import { RunSummarizer } from "./run-summarizer.ts";
import type { RecordedOutcome } from "../run/run.ts";

/** One effect of a recorded run. */
export interface RecordedEffect {
  readonly address: string;
  readonly kind: string;
  readonly name: string;
  readonly startedAt: number | null;
  readonly durationMs: number | null;
  /** `open`: begun, without an outcome. */
  readonly status: "ok" | "error" | "aborted" | "open";
  readonly request: Json;
  readonly result: Json;
  readonly error: { readonly name: string; readonly code: string | null; readonly message: string } | null;
  readonly usage: Json;
  /** Pico-dollars; `null` when it cost nothing or the price is not known. */
  readonly cost: number | null;
  /** The turn in which it got its outcome, from 0. */
  readonly turn: number;
}

/** A recorded run, for showing. */
export interface RecordedRun {
  readonly summary: RunSummary;
  readonly status: RunStatus;
  readonly definition: Json;
  readonly options: Json;
  readonly state: Json;
  readonly outcome: RecordedOutcome | undefined;
  /** In the order of their outcomes; then those that are open. */
  readonly effects: readonly RecordedEffect[];
  /** The turns that a fork can start from. */
  readonly turns: readonly number[];
}

/** Reads a run for showing it, its references resolved. */
export async function readRun(store: JournalStore, runId: string): Promise<RecordedRun> {
  const summarizer = new RunSummarizer();
  async function* watched(): AsyncGenerator<JournalEntry> {
    for await (const entry of store.read(runId)) {
      summarizer.add(entry);
      yield entry;
    }
  }
  const recording = await loadRecording(watched());
  const running = (await store.lock(runId)) !== undefined;
  const summary = summarizer.summary(running);
  // A recording that loaded has a header, and so a summary.
  if (summary === undefined) throw new LookupError(`There is no run ${runId} in this store.`);
  return {
    summary,
    status: summary.status,
    definition: recording.read(recording.header.definition),
    options: recording.header.options,
    state: recording.read(recording.header.state),
    outcome: recording.end === undefined ? undefined : recordedOutcome(recording, recording.end),
    effects: effects(recording),
    turns: recording.marks.map(({ entry }) => entry.turn),
  };
}

function effects(recording: Recording): readonly RecordedEffect[] {
  const addresses = recording.order.flatMap(({ entry, dropped }) =>
    entry.e === "settle" && !dropped ? [entry.a] : [],
  );
  const open = [...recording.begins.keys()].filter((address) => !recording.settles.has(address));
  const places = new Map(recording.order.map(({ entry }, index) => [entry, index]));
  return [...addresses, ...open].map((address) => {
    const begin = recording.begins.get(address);
    const settle = recording.settles.get(address);
    const place = settle === undefined ? recording.order.length : (places.get(settle) ?? 0);
    return {
      address,
      kind: begin?.k ?? "",
      name: begin?.n ?? "",
      startedAt: begin?.at ?? null,
      durationMs: settle?.ms ?? null,
      status: settle?.o ?? "open",
      request: begin === undefined ? null : recording.read(begin.r),
      result: settle?.value === undefined ? null : recording.read(settle.value),
      error: settle?.error ?? null,
      usage: settle?.u ?? null,
      cost: settle?.cost ?? null,
      turn: recording.marks.findLast(({ position }) => position <= place)?.entry.turn ?? 0,
    };
  });
}
