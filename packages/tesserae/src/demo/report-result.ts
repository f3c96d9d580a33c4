import { copyFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { JournalStore } from "@tesserae/core";
import { readRun } from "@tesserae/core";
import { makeFolders } from "@tesserae/core/journal/file";
import { CommandError } from "../cli/command-error.ts";
import { EXIT } from "../cli/exit-codes.ts";
import { costText, countText, durationText, plural } from "../cli/numbers.ts";
import { messageOf } from "../cli/report-error.ts";
import { harmless, print, styleFor } from "../cli/terminal.ts";
import type { GatewayBill } from "../gateway/gateway-bill.ts";
import { recordingOf, recordingText } from "../recording/recording-label.ts";
import { shortId } from "../runs/find-run.ts";
import type { Surroundings } from "../runs/surroundings.ts";
import type { ChosenModel } from "./choose-model.ts";
import { LIST_PRICE_MODEL, SCRIPTED_MODEL } from "./scripted-model/scripted-client.ts";
import { markdownTable } from "./team/markdown-table.ts";
import { oneLine } from "./team/markdown-text.ts";
import { hasChart, readTable } from "./team/read-outputs.ts";
import { OUTPUTS } from "./team/workspace.ts";
import { COMMAND } from "../cli/command-name.ts";

/** A run of the demo that has finished. */
export interface DemoRun {
  readonly store: JournalStore;
  readonly runId: string;
  readonly folder: string;
  readonly options: { readonly json?: boolean; readonly out?: string };
  readonly model: Pick<ChosenModel, "name">;
  readonly surroundings: Surroundings;
}

/**
 * Shows what the demo came to: the table, where the files lie, what it took, what to try next. What a model left out is
 * an error.
 */
export async function reportResult({ store, runId, folder, options, model, surroundings }: DemoRun): Promise<number> {
  if (!hasChart(folder)) throw failed("the analyst's program drew no chart");
  const table = tableOf(folder);
  const outputs = options.out === undefined ? folder : copyOutputs(folder, resolve(options.out));
  if (options.json === true) return EXIT.ok;
  const { summary } = await readRun(store, runId);
  const style = styleFor(process.stdout);
  const scripted =
    model.name === SCRIPTED_MODEL
      ? `, at the list price of ${LIST_PRICE_MODEL}; the scripted model itself costs nothing`
      : "";
  const id = shortId(runId);
  const line = (label: string, text: string): void => print(`${style.bold(label.padEnd(10))}${text}`);
  print(`\n${style.bold(harmless(table.title))}\n`);
  print(harmless(markdownTable(table, oneLine)));
  line("Chart", join(outputs, OUTPUTS.chart));
  line("Report", join(outputs, OUTPUTS.report));
  line("Tokens", `${countText(summary.promptTokens)} in, ${countText(summary.completionTokens)} out`);
  const bill = await surroundings.bill(runId);
  // What was paid for the calls that went out; the journal counts each answer at the price of its usage.
  line("Cost", `${costText(bill === undefined || bill.unpriced > 0 ? summary.cost : bill.actual)}${scripted}`);
  if (bill !== undefined) line("Saved", savedText(bill));
  line("Time", durationText(summary.durationMs));
  line("Recording", join(folder, "..", "journal.jsonl"));
  const recording = recordingOf(surroundings.labels());
  if (recording !== undefined) line("Calls", recordingText(recording));
  print("\nNext:");
  print(`  ${COMMAND} show ${id}            what every agent did`);
  print(`  ${COMMAND} replay ${id}          the same run again, offline, compared byte for byte`);
  print(`  ${COMMAND} fork ${id} --at 1     another run that goes on from turn 1; with --model, by another model`);
  return EXIT.ok;
}

function savedText({ calls, hits, original, actual }: GatewayBill): string {
  const of =
    hits === 0
      ? `none of ${plural(calls, "call")}`
      : hits === calls
        ? `all ${calls} calls`
        : `${hits} of ${calls} calls`;
  return `${costText(original - actual)} by the gateway: ${of} answered from its cache`;
}

function tableOf(folder: string): ReturnType<typeof readTable> {
  try {
    return readTable(folder);
  } catch (error) {
    throw failed(messageOf(error), error);
  }
}

function copyOutputs(folder: string, to: string): string {
  try {
    makeFolders(to, 0o777);
    for (const name of Object.values(OUTPUTS)) copyFileSync(join(folder, name), join(to, name));
  } catch (error) {
    throw failed(`the result cannot be copied to ${to}: ${messageOf(error)}`, error);
  }
  return to;
}

function failed(message: string, cause?: unknown): CommandError {
  return new CommandError(`The run has finished, but ${message}.`, { cause, exitCode: EXIT.failed });
}
