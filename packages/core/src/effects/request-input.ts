import { RuntimeError } from "../errors/kinds.ts";
import type { RunContext } from "../run/run-context.ts";
import { randomUuid } from "../run/uuid.ts";
import type { InputQuestion } from "./effect-spec.ts";
import { leaf } from "./effect.ts";

/** Puts a question to a person. */
export type Ask = (io: { readonly requestId: string; readonly signal?: AbortSignal }) => Promise<string>;

/**
 * Asks a person: one leaf `input`. With a journal the question is kept before it is put, and is put again under the same
 * id when the run is resumed, unless it was answered meanwhile with `answer`.
 *
 * @param ask puts the question. Without it, or when it rejects with `ERR_INPUT_WAITING`, nobody is there: the run stops
 * and waits for `answer` and a resume.
 */
export async function requestInput(context: RunContext, question: InputQuestion, ask?: Ask): Promise<string> {
  const requestId = question.requestId ?? (context.session === undefined ? randomUuid() : context.id());
  return leaf<string>(
    context,
    {
      kind: "input",
      name: "request",
      repeat: "safe",
      request: () => ({ prompt: question.prompt, choices: question.choices ?? null }),
      input: { ...question, requestId },
      // An answer from outside may be any JSON.
      codec: { encode: (text) => text, decode: (json) => (typeof json === "string" ? json : JSON.stringify(json)) },
    },
    ({ signal }) =>
      ask === undefined ? nobody(question) : ask({ requestId, ...(signal === undefined ? {} : { signal }) }),
  );
}

/** What becomes of a question when nobody is there to answer. */
export function nobody({ prompt, agent }: InputQuestion): Promise<never> {
  const message =
    `"${agent}" asks: ${prompt.trim()} Nobody is there. ` +
    "Answer in the saved state (`answerInput`) or the journal (`answer`).";
  return Promise.reject(new RuntimeError(message, { code: "ERR_INPUT_WAITING" }));
}
