import type { Journal, JsonObject, RunLimits } from "@tesserae/core";
import { watchInterrupt } from "../cli/interrupt.ts";
import { askApproval } from "../commands/ask-approval.ts";
import type { PerformOptions } from "../cli/options.ts";
import type { Runner } from "../loading/load-runner.ts";
import { finishRun } from "./finish-run.ts";
import type { Surroundings } from "./surroundings.ts";
import { printConversation, printJsonLines } from "./print-conversation.ts";

/** A run that a command performs and prints. */
export interface PerformRequest {
  /** The command, for messages. */
  readonly command: string;
  readonly runner: Runner;
  /** `undefined` in a resume or fork: the recorded one. */
  readonly task?: string | undefined;
  readonly journal: Journal | undefined;
  readonly labels?: JsonObject;
  readonly options: PerformOptions;
  readonly surroundings: Surroundings;
}

/** Runs a team or agent, prints the conversation as it streams, and gives the exit code. */
export async function perform({
  command,
  runner,
  task,
  journal,
  labels,
  options,
  surroundings,
}: PerformRequest): Promise<number> {
  const interrupt = watchInterrupt();
  const startedAt = Date.now();
  try {
    const { signal } = interrupt;
    const kept = labels === undefined ? undefined : { ...labels, ...surroundings.labels() };
    const waitsFor: string[] = [];
    const terminal = { input: process.stdin, output: process.stderr };
    const approve = askApproval(terminal, (question) => waitsFor.push(question));
    const given = { signal, journal, labels: kept, limits: limitsOf(options), approve };
    const stream = runner.runStream(task, given);
    const verbose = options.verbose === true;
    const end =
      options.json === true
        ? await printJsonLines(stream, () => journal?.runId)
        : await printConversation(stream, verbose);
    const bill = await surroundings.bill(journal?.runId);
    return finishRun({ command, ...end, runId: journal?.runId, startedAt, interrupt, verbose, bill, waitsFor });
  } finally {
    interrupt.release();
  }
}

/** `undefined` where nothing is limited: a resumed run then keeps its own limits. */
function limitsOf({ maxCost, timeout }: PerformOptions): RunLimits | undefined {
  if (maxCost === undefined && timeout === undefined) return undefined;
  return { maxCost, maxDurationMs: timeout };
}
