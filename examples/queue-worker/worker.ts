/** A worker: one process, one team at work at a time, tasks from a queue. */
import { setTimeout as sleep } from "node:timers/promises";
import { taskResultToJson, type BaseGroupChat } from "@tesserae/agentchat";
import { isTesseraeError, recordTo, resumeFrom, type Journal, type JournalStore } from "@tesserae/core";
import type { Delivery, Outcome, Queue } from "./queue.ts";

/** What a worker works with. */
export interface WorkerOptions {
  readonly queue: Queue;
  /** Keeps what was done of each task: on a disk, or in a database, that the next worker can read. */
  readonly journals: JournalStore;
  readonly makeTeam: () => BaseGroupChat;
  /** Leaves at the end of the turn, for example at SIGTERM. */
  readonly signal: AbortSignal;
  /** Told of each end before the queue is; may be told twice. Default: nobody. */
  readonly post?: ((id: string, outcome: Outcome) => Promise<void>) | undefined;
  /** How long a task is ours without a sign of life. Default 30 s. */
  readonly leaseMs?: number | undefined;
  /** How long to wait when there is no task. Default 1 s. */
  readonly idleMs?: number | undefined;
  /** How often a task is tried. Default 5. */
  readonly maxAttempts?: number | undefined;
}

//#region work
/** Takes tasks until the signal is aborted. */
export async function work(options: WorkerOptions): Promise<void> {
  const { queue, signal, leaseMs = 30_000, idleMs = 1000 } = options;
  while (!signal.aborted) {
    const delivery = await queue.take(leaseMs, { signal });
    if (delivery !== undefined) await workOn(delivery, leaseMs, options);
    else await sleep(idleMs, undefined, { signal }).catch(() => undefined);
  }
}

async function workOn(delivery: Delivery, leaseMs: number, options: WorkerOptions): Promise<void> {
  const { queue, signal } = options;
  const team = options.makeTeam();
  const stop = new AbortController();
  let isOurs = true;

  const beat = setInterval(async () => {
    isOurs &&= await queue.extend(delivery, leaseMs).catch(() => false);
    if (!isOurs) stop.abort();
  }, leaseMs / 3);

  // The state of a team at work is given at the end of its turn, when the journal has it, too.
  const leave = (): void => {
    const turnOver = team.saveState().catch(() => undefined);
    void turnOver.then(() => stop.abort());
  };
  if (signal.aborted) leave();
  else signal.addEventListener("abort", leave, { once: true });

  try {
    const outcome = await perform(team, delivery, stop.signal, options);
    if (!isOurs) return;
    // What cannot be posted is delivered again: its journal then gives the result without another call.
    const isPosted = outcome.type === "again" || (await posted(delivery.id, outcome, options));
    await queue.finish(delivery, isPosted ? outcome : { type: "again", delayMs: leaseMs });
  } finally {
    signal.removeEventListener("abort", leave);
    clearInterval(beat);
    await team.close();
  }
}

async function posted(id: string, outcome: Outcome, { post }: WorkerOptions): Promise<boolean> {
  try {
    await post?.(id, outcome);
    return true;
  } catch {
    return false;
  }
}
//#endregion

//#region perform
/** Begins the run of a task, or goes on with it where a worker before us left it. */
async function perform(
  team: BaseGroupChat,
  { id, text, attempt }: Delivery,
  signal: AbortSignal,
  { journals, maxAttempts = 5 }: WorkerOptions,
): Promise<Outcome> {
  try {
    if (attempt > maxAttempts) throw new Error(`Given up: ${maxAttempts} workers did not come to its end.`);
    const isBegun = await hasBegun(journals, id);
    const journal: Journal = isBegun
      ? // The lease says that the one before us has gone, on whatever machine it was.
        resumeFrom(journals, id, { stateEvery: 1, force: true })
      : recordTo(journals, { runId: id, stateEvery: 1 });
    const result = await team.run(isBegun ? undefined : text, { journal, signal });
    return { type: "done", result: taskResultToJson(result, team.messages) };
  } catch (error) {
    if (signal.aborted) return { type: "again", delayMs: 0 };
    if (attempt < maxAttempts && !needsAPerson(error)) return { type: "again", delayMs: 1000 * 2 ** attempt };
    return { type: "failed", error: error instanceof Error ? error.message : String(error) };
  }
}

/** Whether there is a journal. A worker that died at its first entry left an empty one. */
async function hasBegun(journals: JournalStore, id: string): Promise<boolean> {
  try {
    for await (const _first of journals.read(id)) return true;
    await journals.remove(id);
  } catch (error) {
    if (!isTesseraeError(error, "ERR_NOT_FOUND")) throw error;
  }
  return false;
}

/** A question, or an effect that may have happened and must not happen twice: trying again changes nothing. */
function needsAPerson(error: unknown): boolean {
  return isTesseraeError(error, "ERR_INPUT_WAITING") || isTesseraeError(error, "ERR_EFFECT_IN_DOUBT");
}
//#endregion
