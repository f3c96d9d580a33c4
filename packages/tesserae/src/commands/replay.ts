import { DivergenceError, isTesseraeError, readRun, replayFrom } from "@tesserae/core";
import { CommandError } from "../cli/command-error.ts";
import { EXIT } from "../cli/exit-codes.ts";
import { plural } from "../cli/numbers.ts";
import type { StoreOptions } from "../cli/options.ts";
import { messageOf, reportError } from "../cli/report-error.ts";
import { print } from "../cli/terminal.ts";
import { findRun } from "../runs/find-run.ts";
import { openStore, runsFolder } from "../runs/open-store.ts";
import { rebuild } from "../runs/rebuild.ts";

/** What `tesserae replay` may be told. */
export interface ReplayCommandOptions extends StoreOptions {
  readonly json?: boolean;
  readonly model?: string;
  readonly tools?: string;
}

/** `tesserae replay RUN [FILE]`: runs a recorded run again, offline, and compares. */
export async function replayCommand(
  wanted: string,
  file: string | undefined,
  options: ReplayCommandOptions,
): Promise<number> {
  const store = await openStore(options.runsDir);
  const { runId } = await findRun(store, wanted);
  const recorded = await readRun(store, runId);
  const { model, tools } = options;
  const { runner, close } = await rebuild(recorded, {
    file,
    model,
    tools,
    runsDir: runsFolder(options.runsDir),
    runId,
    performs: false,
  });
  const same = {
    run: runId,
    same: true,
    effects: recorded.effects.length,
    messages: recorded.outcome?.messages.length ?? null,
  };
  try {
    // A run that was opened gives a result, whatever its end; without one the journal could not be read.
    let opened = false;
    let error: unknown;
    try {
      for await (const item of runner.runStream(undefined, { journal: replayFrom(store, runId) })) {
        if (item.type === "TaskResult") opened = true;
      }
    } catch (thrown) {
      error = thrown;
    }
    if (error instanceof DivergenceError) return differs(runId, error, options);
    if (
      !opened ||
      (isTesseraeError(error) && error.code.startsWith("ERR_JOURNAL_") && error.code !== "ERR_JOURNAL_ENDED")
    ) {
      throw new CommandError(messageOf(error), { cause: error, exitCode: EXIT.failed });
    }
    const cut = isTesseraeError(error, "ERR_JOURNAL_ENDED");
    if (options.json === true) print(JSON.stringify({ ...same, complete: !cut }));
    else if (cut)
      print(
        `Same, as far as the recording goes: the run ${runId} was interrupted, and ${plural(same.effects, "recorded effect")} led there again.`,
      );
    else
      print(
        `Same: ${plural(same.messages ?? 0, "message")} of the run ${runId}, byte for byte, from ${plural(same.effects, "recorded effect")}. Nothing was sent or run.`,
      );
    return EXIT.ok;
  } finally {
    await close();
  }
}

function differs(runId: string, error: DivergenceError, options: ReplayCommandOptions): number {
  const { address, turn, diff, message } = error;
  if (options.json === true) print(JSON.stringify({ run: runId, same: false, address, turn, diff, message }));
  return reportError("tesserae replay", error, options.verbose === true);
}
