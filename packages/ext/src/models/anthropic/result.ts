import type { CreateResult } from "@tesserae/core";
import type { AssembledResponse } from "@tesserae/wire/response";
import { cutStreamError } from "@tesserae/wire/errors";
import { ModelClientError, type ModelErrorContext } from "../model-client-error.ts";
import { toCreateResult } from "../shared/create-result.ts";
import { warnOfNotes } from "../shared/warn-of-notes.ts";

/** Gives an answer back that is whole. @throws ModelClientError for one that is cut, or that ended in an error. */
export function checkWhole(response: AssembledResponse, context: ModelErrorContext): AssembledResponse {
  if (response.error !== undefined) throw new ModelClientError(response.error, context);
  if (!response.complete) throw new ModelClientError(cutStreamError(), context);
  return response;
}

/**
 * An answer as a result. The thought is the model's thinking; beside calls, where there is no thinking, the text.
 * Text that stands between thinking and calls is kept in the provider's blocks, which go back unchanged.
 */
export function anthropicResult(model: string, response: AssembledResponse): CreateResult {
  warnOfNotes(model, response);
  const thoughtOnly = response.toolCalls.length > 0 && response.thinking !== "";
  return toCreateResult(thoughtOnly ? { ...response, text: "" } : response, { model });
}
