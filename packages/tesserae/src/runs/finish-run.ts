import { isTesseraeError } from "@tesserae/core";
import { EXIT } from "../cli/exit-codes.ts";
import type { Interrupt } from "../cli/interrupt.ts";
import { costText, countText, durationText, plural } from "../cli/numbers.ts";
import { reportError } from "../cli/report-error.ts";
import { tell } from "../cli/terminal.ts";
import { shortId } from "./find-run.ts";
import type { GatewayBill } from "../gateway/gateway-bill.ts";
import type { RunEnd, RunOutcome } from "./run-end.ts";
import { COMMAND } from "../cli/command-name.ts";

/** What is told after a run. */
export interface FinishedRun extends RunEnd {
  /** The command, for messages. */
  readonly command: string;
  /** `undefined` when it is not recorded. */
  readonly runId: string | undefined;
  readonly startedAt: number;
  readonly interrupt: Interrupt;
  readonly verbose: boolean;
  /** What a gateway did for it. */
  readonly bill: GatewayBill | undefined;
  /** The tool calls that wait for somebody's approval. */
  readonly waitsFor: readonly string[];
}

/** Says how a run ended and where its recording lies, on standard error, and gives the exit code. */
export function finishRun(run: FinishedRun): number {
  const { command, outcome, error, runId, startedAt, interrupt, verbose, bill, waitsFor } = run;
  if (outcome !== undefined) tell(summary(outcome, Date.now() - startedAt));
  if (bill !== undefined && bill.calls > 0) tell(billText(bill));
  const advice = (text: string, action: string): void => {
    if (runId !== undefined && outcome !== undefined) tell(`${text}: ${COMMAND} ${action} ${shortId(runId)}`);
  };
  if (outcome?.status === "finished") {
    advice(`Recorded as ${runId}. Look at it`, "show");
    return EXIT.ok;
  }
  const interrupted = interrupt.exitCode();
  if (interrupted !== undefined) {
    advice("Interrupted. Go on with", "run --resume");
    return interrupted;
  }
  if (outcome?.status === "waiting") {
    tell(`${command}: the run waits for a person's answer, and nobody is here to give it.`);
    for (const question of waitsFor) tell(`  ${question}`);
    advice("Be asked again, in a terminal", "run --resume");
    if (runId !== undefined) {
      const id = shortId(runId);
      const example = waitsFor.length === 0 ? '"text"' : "yes";
      tell(`Or answer from anywhere: ${COMMAND} answer ${id} ${example}, then ${COMMAND} run --resume ${id}`);
    }
    return EXIT.failed;
  }
  const code = reportError(command, error, verbose);
  if (!isTesseraeError(error, "ERR_JOURNAL_DIVERGED")) {
    advice(`Recorded as ${runId}. When the cause is gone, go on with`, "run --resume");
  }
  return code;
}

/** What the gateway did, in a line. */
export function billText({ calls, hits, original, actual, unpriced }: GatewayBill): string {
  const parts = [
    `${plural(calls, "call")} through the gateway`,
    `${hits} from its cache`,
    `paid ${costText(actual)}`,
    `saved ${costText(original - actual)}`,
    ...(unpriced === 0 ? [] : [`${unpriced} without a known price`]),
  ];
  return parts.join(" · ");
}

function summary(
  { status, stopReason, messageCount, promptTokens, completionTokens, cost }: RunOutcome,
  milliseconds: number,
): string {
  const parts = [
    stopReason === undefined ? status : `${status}: ${stopReason}`,
    plural(messageCount, "message"),
    `${countText(promptTokens)} tokens in, ${countText(completionTokens)} out`,
    ...(promptTokens + completionTokens === 0 ? [] : [`cost ${costText(cost)}`]),
    durationText(milliseconds),
  ];
  return parts.join(" · ");
}
