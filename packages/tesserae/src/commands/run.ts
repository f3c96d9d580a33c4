import { recordTo, readRun, resumeFrom, type JournalStore } from "@tesserae/core";
import { CommandError } from "../cli/command-error.ts";
import { EXIT } from "../cli/exit-codes.ts";
import type { PerformOptions } from "../cli/options.ts";
import { readStdin } from "../cli/read-stdin.ts";
import { tell } from "../cli/terminal.ts";
import { loadRunner } from "../loading/load-runner.ts";
import { readComponentFile } from "../loading/read-component-file.ts";
import { findRun } from "../runs/find-run.ts";
import { openStore, runsFolder } from "../runs/open-store.ts";
import { perform } from "../runs/perform.ts";
import { preparing } from "../runs/preparing.ts";
import { rebuild } from "../runs/rebuild.ts";
import { surrounded, type Surroundings } from "../runs/surroundings.ts";
import { COMMAND } from "../cli/command-name.ts";

/** What `tesserae run` may be told. */
export interface RunCommandOptions extends PerformOptions {
  /** Where a resumed run of the demo copies its result. */
  readonly out?: string;
  readonly maxTurns?: number;
  /** False for `--no-journal`. */
  readonly journal: boolean;
  readonly resume?: string;
  readonly force?: boolean;
  readonly accept?: string;
  /** The team's state is kept after every so many turns. */
  readonly stateEvery?: number;
}

/** `tesserae run FILE "task"` and `tesserae run --resume RUN`. */
export async function runCommand(
  file: string | undefined,
  task: string | undefined,
  options: RunCommandOptions,
): Promise<number> {
  checkOptions(options);
  const store = options.journal ? await openStore(options.runsDir) : undefined;
  if (options.resume !== undefined) {
    if (store === undefined) throw new CommandError("--resume goes on with a recorded run; leave out --no-journal.");
    if (task !== undefined)
      throw new CommandError("A resumed run has its task. Leave the task out, or start a new run without --resume.");
    const wanted = options.resume;
    return surrounded("tesserae-run", options, (surroundings) => resume(store, wanted, file, options, surroundings));
  }
  if (file === undefined) throw new CommandError(`Name a component file and a task: ${COMMAND} run team.json "task".`);
  return surrounded("tesserae-run", options, (surroundings) => start(store, file, task, options, surroundings));
}

async function start(
  store: JournalStore | undefined,
  file: string,
  task: string | undefined,
  options: RunCommandOptions,
  surroundings: Surroundings,
): Promise<number> {
  const runner = await loadRunner(await readComponentFile(file), {
    from: file,
    model: options.model,
    maxTurns: options.maxTurns,
    tools: options.tools,
    performs: true,
    connect: surroundings.connect,
  });
  try {
    const given = await taskOrStdin(task);
    const journal = store === undefined ? undefined : recordTo(store, { stateEvery: options.stateEvery });
    const labels = { command: "run", file };
    return await perform({ command: "tesserae run", runner, task: given, journal, labels, options, surroundings });
  } finally {
    await runner.close();
  }
}

async function resume(
  store: JournalStore,
  wanted: string,
  file: string | undefined,
  options: RunCommandOptions,
  surroundings: Surroundings,
): Promise<number> {
  const { runId, status } = await findRun(store, wanted);
  const recorded = await readRun(store, runId);
  if (status === "finished") tell(`The run ${runId} has finished: this is its result, and nothing is performed.`);
  const { runner, prepare, report, close } = await rebuild(recorded, {
    file,
    model: options.model,
    maxTurns: options.maxTurns,
    tools: options.tools,
    runsDir: runsFolder(options.runsDir),
    runId,
    performs: status !== "finished",
    connect: surroundings.connect,
  });
  try {
    const accept = options.accept === "recorded" ? "recorded" : undefined;
    const { force, stateEvery } = options;
    const journal = preparing(resumeFrom(store, runId, { accept, force, stateEvery }), prepare);
    const code = await perform({ command: "tesserae run --resume", runner, journal, options, surroundings });
    return code === EXIT.ok && report !== undefined ? await report({ ...options, surroundings }) : code;
  } finally {
    await close();
  }
}

function checkOptions({ accept, force, resume: resumed, stateEvery, journal }: RunCommandOptions): void {
  if (accept !== undefined && accept !== "recorded") {
    throw new CommandError(`--accept takes the word recorded, not "${accept}".`);
  }
  if (resumed === undefined && (accept !== undefined || force === true)) {
    throw new CommandError(`${force === true ? "--force" : "--accept"} goes with --resume RUN.`);
  }
  if (stateEvery !== undefined && !journal) {
    throw new CommandError("--state-every keeps states in the recording; leave out --no-journal.");
  }
}

async function taskOrStdin(task: string | undefined): Promise<string> {
  const given = task ?? (await readStdin());
  if (given !== undefined && given.trim() !== "") return task === undefined ? given.trimEnd() : given;
  throw new CommandError('There is no task. Give it after the file, tesserae run FILE "task", or on standard input.');
}
