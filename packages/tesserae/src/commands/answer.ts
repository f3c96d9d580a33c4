import { answer, type OpenInput, type RunSummary } from "@tesserae/core";
import { CommandError } from "../cli/command-error.ts";
import { EXIT } from "../cli/exit-codes.ts";
import type { StoreOptions } from "../cli/options.ts";
import { readStdin } from "../cli/read-stdin.ts";
import { harmless, tell } from "../cli/terminal.ts";
import { oneLine } from "../cli/text-table.ts";
import { findRun, shortId } from "../runs/find-run.ts";
import { openStore } from "../runs/open-store.ts";
import { COMMAND } from "../cli/command-name.ts";
import { DECISION_HELP, decisionFromText, type Decision } from "./decision-text.ts";

/** What `tesserae answer` may be told. */
export interface AnswerCommandOptions extends StoreOptions {
  /** Which question, where a run waits for several. */
  readonly request?: string;
}

/**
 * `tesserae answer RUN "text"`: answers the question that a run waits with, or decides about the tool call that it waits
 * with; `run --resume` then goes on with it.
 */
export async function answerCommand(
  wanted: string,
  text: string | undefined,
  options: AnswerCommandOptions,
): Promise<number> {
  const store = await openStore(options.runsDir);
  const run = await findRun(store, wanted);
  const input = inputOf(run, options.request);
  // A last newline is that of the shell, not of the answer.
  const given = text ?? (await readStdin())?.replace(/\r?\n$/, "");
  if (given === undefined || (text === undefined && given === "")) {
    const example = `tesserae answer ${shortId(run.runId)} "text"`;
    throw new CommandError(
      `${questionOf(input)}\nGive the answer after the run, ${example}, or on standard input.${choicesOf(input)}`,
    );
  }
  if (input.tool === undefined && input.choices?.includes(given) === false) {
    throw new CommandError(`${JSON.stringify(given)} is not one of the choices.${choicesOf(input)}`);
  }
  await answer(store, run.runId, input.requestId, input.tool === undefined ? given : decisionOf(input, given));
  tell(`Answered: ${questionOf(input)}`);
  tell(`Go on with: ${COMMAND} run --resume ${shortId(run.runId)}`);
  return EXIT.ok;
}

function inputOf({ runId, status, inputs }: RunSummary, request: string | undefined): OpenInput {
  if (inputs.length === 0) {
    const next = status === "interrupted" ? ` Go on with it: ${COMMAND} run --resume ${shortId(runId)}` : "";
    throw new CommandError(`The run ${runId} waits for no answer: it is ${status}.${next}`);
  }
  const found = request === undefined ? inputs : inputs.filter(({ requestId }) => requestId.startsWith(request));
  const [input, ...more] = found;
  if (input !== undefined && more.length === 0) return input;
  const lines = inputs.map((one) => `  ${one.requestId}  ${questionOf(one)}`).join("\n");
  throw new CommandError(
    `${request === undefined ? `The run ${runId} waits for ${inputs.length} answers` : `No one question of the run ${runId} begins with "${request}"`}. ` +
      `Say which one: --request ID.\n${lines}`,
  );
}

function questionOf({ path, prompt }: OpenInput): string {
  return harmless(`${path}: ${oneLine(prompt, 200)}`);
}

function decisionOf(input: OpenInput, text: string): Decision {
  const decision = decisionFromText(text);
  if (decision !== undefined) return decision;
  throw new CommandError(`${JSON.stringify(text)} decides nothing about the call.${choicesOf(input)}`);
}

function choicesOf({ choices, tool }: OpenInput): string {
  if (tool !== undefined) return ` Say ${DECISION_HELP}.`;
  return choices === null ? "" : harmless(` Choices: ${choices.join(", ")}.`);
}
