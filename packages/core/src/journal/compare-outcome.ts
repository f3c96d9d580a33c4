import { TesseraeError } from "../errors/tesserae-error.ts";
import type { RunOutcome } from "../run/run.ts";
import { DivergenceError } from "./divergence.ts";
import { errorToJson } from "./error-json.ts";
import type { JournalSession } from "./journal-session.ts";
import type { Recording } from "./recording.ts";

/**
 * Compares the end of a replay with the recorded one: status, stop reason and messages, byte for byte.
 *
 * @throws DivergenceError at the first difference; TesseraeError `ERR_JOURNAL_ENDED` when the recorded run had no end.
 */
export function compareOutcome(
  recording: Recording,
  session: JournalSession,
  outcome: RunOutcome,
  leftover: readonly string[],
): void {
  const { turn } = session;
  const differs = (what: string, recorded: unknown, asked: unknown): DivergenceError =>
    new DivergenceError(what, { address: "", turn, recorded: shown(recorded), asked: shown(asked) });

  const [first] = leftover;
  if (first !== undefined) {
    const what = `the run ended without asking for it, and ${leftover.length - 1} more recorded effects`;
    throw new DivergenceError(what, { address: first, turn, cause: outcome.error });
  }
  const { end } = recording;
  if (end === undefined) {
    throw new TesseraeError(
      "ERR_JOURNAL_ENDED",
      `The recorded run ${recording.header.run} has no end: the replay is equal up to its last outcome.`,
    );
  }
  if (end.o !== outcome.status) {
    const error = outcome.error === undefined ? null : errorToJson(outcome.error);
    throw differs("it ended in another way", { status: end.o, error: end.error }, { status: outcome.status, error });
  }
  const stopReason = outcome.stopReason ?? null;
  if (end.stop_reason !== stopReason) throw differs("it stopped for another reason", end.stop_reason, stopReason);
  const messages = outcome.messages ?? [];
  for (let index = 0; index < Math.max(messages.length, end.messages.length); index += 1) {
    const message = messages[index];
    const recorded = end.messages[index];
    if (message !== undefined && session.packer.hashed(message) === recorded) continue;
    throw differs(
      `message ${index} of its result differs`,
      recorded === undefined ? null : recording.read({ $b: recorded }),
      message ?? null,
    );
  }
}

function shown(value: unknown): ReturnType<Recording["read"]> {
  // What is compared here came from JSON.
  return value as ReturnType<Recording["read"]>;
}
