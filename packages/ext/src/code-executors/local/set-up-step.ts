import { CancelledError, ValueError } from "@tesserae/core";
import type { ProcessOutcome } from "../process/run-process.ts";

/**
 * Ends a step of the set-up: nothing if it worked, else the error that says which step failed, and how.
 *
 * @param advise what to do about it, from what the step printed.
 */
export async function finish(
  step: string,
  running: Promise<ProcessOutcome>,
  advise: (output: string) => string = () => "",
): Promise<void> {
  const outcome = await running;
  await outcome.release();
  if (outcome.reason === "cancelled") throw new CancelledError(`${step} was cancelled.`);
  if (outcome.reason === "timeout") throw new ValueError(`${step} timed out.`);
  if (outcome.reason === "failed") throw new ValueError(`${step} could not be started.`, { cause: outcome.error });
  if (outcome.exitCode !== 0) {
    const output = `${outcome.stderr}${outcome.stdout}`.trimEnd();
    throw new ValueError(`${step} failed with exit code ${outcome.exitCode}: ${output}${advise(output)}`.trimEnd());
  }
}
