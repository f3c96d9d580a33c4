import { isObject, type RecordedRun } from "@tesserae/core";
import { CommandError } from "../cli/command-error.ts";
import { loadRunner, type LoadRunnerOptions, type Runner } from "../loading/load-runner.ts";
import { readComponentFile } from "../loading/read-component-file.ts";
import type { Surroundings } from "./surroundings.ts";

/** How the team of a recorded run is made again. */
export interface RebuildOptions extends Omit<LoadRunnerOptions, "from"> {
  /** A component file in place of the recorded definition. */
  readonly file?: string | undefined;
  /** The folder of the recorded runs. */
  readonly runsDir: string;
  /** The run that goes on: the recorded one, or a fork of it. */
  readonly runId: string;
}

/** How the result of a run is reported. */
export interface ReportOptions {
  readonly json?: boolean;
  readonly out?: string;
  readonly surroundings: Surroundings;
}

/** A team or agent made again, and what must be closed after its run. */
export interface Rebuilt {
  readonly runner: Runner;
  /** What must be done when the run is open, before its first effect. */
  readonly prepare?: () => void;
  /** What must be told when the run has finished; gives the exit code. */
  readonly report?: (options: ReportOptions) => Promise<number>;
  close(): Promise<void>;
}

/**
 * Makes the team or agent of a recorded run again: that of the demo by the demo itself, any other from the file that is
 * given or from the definition in the journal, with keys from the environment.
 */
export async function rebuild(recorded: RecordedRun, options: RebuildOptions): Promise<Rebuilt> {
  const { runId, labels } = recorded.summary;
  if (labels["command"] === "demo" && options.file === undefined) {
    const { rebuildDemo } = await import("../demo/rebuild-demo.ts");
    return rebuildDemo(recorded, options);
  }
  const from = options.file ?? `The definition in the run ${runId}`;
  const definition = options.file === undefined ? recorded.definition : await readComponentFile(options.file);
  if (!isObject(definition)) {
    throw new CommandError(
      `The run ${runId} was recorded without a definition, because its team holds what JSON cannot. ` +
        "Go on with it in the program that made it, or name its component file.",
    );
  }
  const { model, maxTurns, tools, performs, connect } = options;
  const runner = await loadRunner(definition, { from, model, maxTurns, tools, performs, connect });
  return { runner, close: () => runner.close() };
}
