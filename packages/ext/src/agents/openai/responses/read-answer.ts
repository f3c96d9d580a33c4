import { isObject, type CreateResult, type JsonObject } from "@tesserae/core";
import { cutStreamError, malformedError } from "@tesserae/wire/errors";
import type { AssembledResponse } from "@tesserae/wire/response";
import { ModelClientError, type ModelErrorContext } from "../../../models/model-client-error.ts";
import { toCreateResult } from "../../../models/shared/create-result.ts";
import { warnOfNotes } from "../../../models/shared/warn-of-notes.ts";
import { objectsOf, writeAnswerData } from "./answer-data.ts";
import { approvalCalls } from "./mcp-approvals.ts";

/** How an answer is read. */
export interface ReadRules {
  readonly context: ModelErrorContext;
  readonly model: string;
  /** Whether the provider keeps the answer: only then can a conversation go on from its id. */
  readonly store: boolean;
  readonly streamed: boolean;
}

/**
 * An answer as a result; a request for the approval of an MCP server's call is a call.
 *
 * @throws ModelClientError for an error in the answer, and for an answer that is cut or none.
 */
export function readAnswer(response: AssembledResponse, { context, model, store, streamed }: ReadRules): CreateResult {
  if (response.error !== undefined) throw new ModelClientError(response.error, context);
  if (!response.complete) {
    const error = streamed
      ? cutStreamError("the stream ended before the response was over")
      : malformedError("it holds no finished response");
    throw new ModelClientError(error, context);
  }
  const output = outputOf(response);
  // A picture, or a request for an approval, is an answer.
  const isEmpty = output === undefined || output.every(({ type }) => type === "reasoning");
  warnOfNotes(
    model,
    isEmpty ? response : { ...response, notes: response.notes.filter(({ code }) => code !== "empty_result") },
  );
  const approvals = approvalCalls(output);
  const providerData = writeAnswerData({
    responseId: store && response.id !== "" ? response.id : undefined,
    output,
    citations: (response.citations ?? []).map(({ raw }) => raw),
  });
  if (approvals.length === 0) return toCreateResult(response, { model, providerData });
  const toolCalls = [...response.toolCalls, ...approvals];
  return toCreateResult({ ...response, toolCalls, finishReason: "function_calls" }, { model, providerData });
}

function outputOf({ providerData }: AssembledResponse): readonly JsonObject[] | undefined {
  const data = providerData?.data;
  return isObject(data) && Array.isArray(data["output"]) ? objectsOf(data["output"]) : undefined;
}
