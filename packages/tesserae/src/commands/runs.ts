import type { RunStatus, RunSummary } from "@tesserae/core";
import { CommandError } from "../cli/command-error.ts";
import { EXIT } from "../cli/exit-codes.ts";
import { costText, durationText } from "../cli/numbers.ts";
import type { StoreOptions } from "../cli/options.ts";
import { harmless, print, styleFor, tell, type Style } from "../cli/terminal.ts";
import { oneLine, textTable } from "../cli/text-table.ts";
import { shortId } from "../runs/find-run.ts";
import { openStore, runsFolder } from "../runs/open-store.ts";
import { taskText } from "../runs/task-text.ts";
import { COMMAND } from "../cli/command-name.ts";

/** What `tesserae runs` may be told. */
export interface RunsCommandOptions extends StoreOptions {
  readonly json?: boolean;
  readonly limit?: number;
  readonly status?: string;
}

const STATUSES: readonly RunStatus[] = ["running", "finished", "failed", "aborted", "waiting", "interrupted"];
/** A line of a narrow terminal. */
const TASK_WIDTH = 48;

/** `tesserae runs`: the recorded runs, the newest first. */
export async function runsCommand(options: RunsCommandOptions): Promise<number> {
  const status = STATUSES.find((name) => name === options.status);
  if (options.status !== undefined && status === undefined) {
    throw new CommandError(`--status takes one of ${STATUSES.join(", ")}, not "${options.status}".`);
  }
  const store = await openStore(options.runsDir);
  const runs = await store.list({ status, limit: options.limit });
  if (options.json === true) {
    for (const run of runs) print(JSON.stringify(run));
    return EXIT.ok;
  }
  if (runs.length === 0) {
    tell(
      `No ${status === undefined ? "" : `${status} `}run is recorded in ${runsFolder(options.runsDir)}. Record one: ${COMMAND} demo`,
    );
    return EXIT.ok;
  }
  const style = styleFor(process.stdout);
  const rows = runs.map((run) => row(run, style));
  print(textTable([["RUN", "STATUS", "STARTED", "TIME", "TURNS", "COST", "TEAM", "TASK"], ...rows], [3, 4, 5]));
  return EXIT.ok;
}

function row(run: RunSummary, style: Style): readonly string[] {
  return [
    shortId(run.runId),
    statusText(run.status, style),
    new Date(run.startedAt).toISOString().slice(0, 16).replace("T", " "),
    durationText(run.durationMs),
    String(run.turns),
    costText(run.cost),
    harmless(oneLine(run.name, 20)),
    harmless(oneLine(taskText(run.task), TASK_WIDTH)),
  ];
}

/** A status, in its colour. */
export function statusText(status: RunStatus, style: Style): string {
  if (status === "finished") return style.green(status);
  return status === "running" || status === "waiting" ? style.yellow(status) : style.red(status);
}
