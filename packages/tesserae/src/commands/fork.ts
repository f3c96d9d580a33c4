import { forkFrom, readRun, recordTo, type JournalStore, type RecordedRun } from "@tesserae/core";
import { randomUUID } from "node:crypto";
import { CommandError } from "../cli/command-error.ts";
import { EXIT } from "../cli/exit-codes.ts";
import type { PerformOptions } from "../cli/options.ts";
import { tell } from "../cli/terminal.ts";
import { findRun } from "../runs/find-run.ts";
import { openStore, runsFolder } from "../runs/open-store.ts";
import { perform } from "../runs/perform.ts";
import { preparing } from "../runs/preparing.ts";
import { salvagingStore } from "../runs/salvaging-store.ts";
import { rebuild, type RebuildOptions } from "../runs/rebuild.ts";
import { surrounded, type Surroundings } from "../runs/surroundings.ts";

/** What `tesserae fork` may be told. */
export interface ForkCommandOptions extends PerformOptions {
  readonly at?: number;
  /** A component file in place of the recorded definition. */
  readonly file?: string;
  readonly salvage?: boolean;
}

/** `tesserae fork RUN --at N ["task"]`: a new run that takes the first N turns of another and goes on by itself. */
export async function forkCommand(
  wanted: string,
  task: string | undefined,
  options: ForkCommandOptions,
): Promise<number> {
  const store = await openStore(options.runsDir);
  const parent = await findRun(store, wanted);
  const recorded = await readRun(options.salvage === true ? salvagingStore(store) : store, parent.runId);
  const runId = randomUUID();
  checkTurn(recorded, options.at);
  tell(`Fork of ${parent.runId}${options.at === undefined ? "" : ` after turn ${options.at}`}, as ${runId}.`);
  return surrounded("tesserae-run", options, (surroundings) => {
    const { file, model, tools } = options;
    const runsDir = runsFolder(options.runsDir);
    const { connect } = surroundings;
    const again: RebuildOptions = { file, model, tools, runsDir, runId, performs: true, connect };
    const forking: Forking = { store, recorded, again, options, surroundings };
    return task === undefined ? goOn(forking) : withNewTask(forking, task);
  });
}

/** A fork under way. */
interface Forking {
  readonly store: JournalStore;
  readonly recorded: RecordedRun;
  readonly again: RebuildOptions;
  readonly options: ForkCommandOptions;
  readonly surroundings: Surroundings;
}

async function goOn({ store, recorded, again, options, surroundings }: Forking): Promise<number> {
  const { runner, prepare, report, close } = await rebuild(recorded, again);
  try {
    const from = recorded.summary.runId;
    const fork = forkFrom(store, from, { turn: options.at, salvage: options.salvage, runId: again.runId });
    const journal = preparing(fork, prepare);
    const labels = labelsOf(recorded, options);
    const code = await perform({ command: "tesserae fork", runner, journal, labels, options, surroundings });
    return code === EXIT.ok && report !== undefined ? await report({ ...options, surroundings }) : code;
  } finally {
    await close();
  }
}

/**
 * The conversation as it stood after turn N, then another task: the first N turns are run again from the journal, in a
 * run that is thrown away; the new one records the state that it begins with.
 */
async function withNewTask({ store, recorded, again, options, surroundings }: Forking, task: string): Promise<number> {
  const turn = options.at ?? recorded.turns.at(-1) ?? 0;
  const { runner, prepare, close } = await rebuild(recorded, again);
  try {
    if (turn > 0) {
      const upto = await rebuild(recorded, { ...again, maxTurns: turn, performs: false });
      const prefix = forkFrom(store, recorded.summary.runId, { turn, salvage: options.salvage });
      try {
        await upto.runner.run(undefined, { journal: prefix });
        await runner.loadState(await upto.runner.saveState());
      } finally {
        await upto.close();
        if (prefix.runId !== undefined) await store.remove(prefix.runId);
      }
    }
    const journal = preparing(recordTo(store, { runId: again.runId }), prepare);
    return await perform({
      command: "tesserae fork",
      runner,
      task,
      journal,
      labels: labelsOf(recorded, options),
      options,
      surroundings,
    });
  } finally {
    await close();
  }
}

function labelsOf({ summary }: RecordedRun, { at, model }: ForkCommandOptions): RecordedRun["summary"]["labels"] {
  return {
    ...summary.labels,
    ...(model === undefined || summary.labels["command"] !== "demo" ? {} : { model }),
    forked_from: summary.runId,
    forked_at: at ?? null,
  };
}

function checkTurn({ summary, turns }: RecordedRun, at: number | undefined): void {
  if (at === undefined || at === 0 || turns.includes(at)) return;
  const have = turns.length === 0 ? "it has no finished turn" : `its finished turns are ${turns.join(", ")}`;
  throw new CommandError(`--at ${at}: the run ${summary.runId} cannot be forked there, ${have}.`);
}
