import { isObject, type RecordedRun } from "@tesserae/core";
import { recordingOf, type RecordingPlace } from "../recording/recording-label.ts";
import { rowsOfRun } from "../gateway/ledger-of-run.ts";

/** What recorder and gateway know of one effect of a run, joined by its address. Money is in pico-dollars, as text. */
export interface KnownCall {
  readonly address: string;
  /** Of tessen's event: its id, its tags, and the time to the first piece of the answer. */
  readonly eventId?: string;
  readonly tags?: readonly string[];
  readonly firstMs?: number;
  readonly model?: string;
  /** Of the gateway's ledger: how it was answered, what it cost, and what was saved. */
  readonly requestId?: string;
  readonly cache?: string;
  readonly paid?: string;
  readonly saved?: string;
}

/**
 * The model calls of a run, from the log of tessen and the ledger of tessera that its labels name, by address. Empty where
 * neither was there; what cannot be read any more is left out.
 */
export async function knownCalls({ summary }: RecordedRun): Promise<ReadonlyMap<string, KnownCall>> {
  const calls = new Map<string, KnownCall>();
  const { runId, labels, startedAt } = summary;
  const recording = recordingOf(labels);
  if (recording !== undefined) await addEvents(calls, runId, recording, startedAt);
  const { tessera } = labels;
  if (isObject(tessera) && typeof tessera["state"] === "string") await addRows(calls, runId, tessera["state"]);
  return calls;
}

/** A run that was resumed may have asked again: the last event counts. */
async function addEvents(
  calls: Map<string, KnownCall>,
  runId: string,
  { agent, logDir }: RecordingPlace,
  startedAt: number,
): Promise<void> {
  const { readAsync } = await import("@tesserae/tessen/events");
  // Files of earlier days are passed over.
  for await (const event of readAsync(agent, { logDir, since: Math.floor(startedAt / 1000) - 1 })) {
    if (event.run_id !== runId || event.call_type !== "request" || event.effect === undefined) continue;
    calls.set(event.effect, {
      address: event.effect,
      eventId: event.event_id,
      tags: event.quality_signals,
      ...(event.ttft_ms === undefined ? {} : { firstMs: event.ttft_ms }),
      ...(event.model === undefined ? {} : { model: event.model }),
    });
  }
}

async function addRows(calls: Map<string, KnownCall>, runId: string, folder: string): Promise<void> {
  for (const row of await rowsOfRun(folder, runId)) {
    const { kind, effect: address, request_id: id, cache, actual_pusd: paid, savings_pusd: saved } = row;
    if (kind !== "request" || address === undefined) continue;
    const known = calls.get(address);
    calls.set(address, {
      ...known,
      address,
      ...(id === undefined ? {} : { requestId: id }),
      ...(cache === undefined ? {} : { cache }),
      // An effect that was asked for again has a row each time.
      ...(paid === undefined ? {} : { paid: added(known?.paid, paid) }),
      ...(saved === undefined ? {} : { saved: added(known?.saved, saved) }),
    });
  }
}

function added(before: string | undefined, more: string): string {
  return String(BigInt(before ?? 0) + BigInt(more));
}
