import { type CreateResult, ValueError } from "@tesserae/core";
import type { AssembledResponse } from "@tesserae/wire/response";
import { cutStreamError, malformedError } from "@tesserae/wire/errors";
import { ModelClientError, type ModelErrorContext } from "../model-client-error.ts";
import { toCreateResult } from "../shared/create-result.ts";
import { warnOfNotes } from "../shared/warn-of-notes.ts";
import { warnOnce } from "../shared/warn.ts";
import { providerDataOf } from "./provider-data.ts";

/** What of a client shapes the reading of its answers. */
export interface DecodeRules {
  /** For errors: who failed. */
  readonly context: ModelErrorContext;
  readonly provider: string;
  readonly returnsReasoning: boolean;
  /** The model of the request, and the dated one that it stands for. */
  readonly model: string;
  readonly resolvedName: string;
  /** Takes reasoning between `<think>` tags out of the text. */
  readonly thinkTags: boolean;
}

/**
 * A model's answer as a result, with warnings of what was odd.
 *
 * @throws ModelClientError for an error in the answer and for an answer that is cut or none;
 * ValueError for the `function_call` that tool calls have replaced.
 */
export function decodeAnswer(response: AssembledResponse, rules: DecodeRules, streamed: boolean): CreateResult {
  if (response.error !== undefined) throw new ModelClientError(response.error, rules.context);
  if (!response.complete) {
    const error = streamed
      ? cutStreamError("the stream ended without a finish reason")
      : malformedError("it holds no choice of a chat completion");
    throw new ModelClientError(error, rules.context);
  }
  if (response.toolCalls.length === 0 && response.notes.some(({ code }) => code === "legacy_function_call")) {
    throw new ValueError(
      `${rules.model} answered with function_call, which is deprecated and not supported: give it tools, or use a server that knows tool calls.`,
    );
  }
  warnOfNotes(rules.model, response);
  warnOfModel(response.model, rules);
  return toCreateResult(response, {
    model: rules.model,
    thinkTags: rules.thinkTags,
    providerData: providerDataOf(response, rules.provider, rules.returnsReasoning),
  });
}

/** Neither the name itself nor a dated form of it is another model; Azure spells gpt-3.5 as gpt-35. */
function warnOfModel(answered: string, { model, resolvedName }: DecodeRules): void {
  const name = answered.replace("gpt-35", "gpt-3.5");
  if (name === "" || name === model || name === resolvedName) return;
  if (resolvedName === model && name.startsWith(`${model}-`)) return;
  warnOnce(
    "TESSERAE_MODEL_MISMATCH",
    `Asked for ${model === resolvedName ? model : `${model} (${resolvedName})`}, but ${name} answered. ` +
      `Name the model ${name} to have its limits and price counted.`,
  );
}
