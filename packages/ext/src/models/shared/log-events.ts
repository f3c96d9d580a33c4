import {
  type CreateResult,
  createResultToJson,
  type JsonObject,
  type Logger,
  MessageHandlerContext,
  type AgentId,
} from "@tesserae/core";

/** A request, as far as a log tells of it. */
type LoggedBody = JsonObject & { readonly model: string };

/** Tells the log of a whole answer. */
export function logCall(logger: Logger | undefined, body: LoggedBody, result: CreateResult): void {
  if (logger === undefined) return;
  const { promptTokens, completionTokens } = result.usage;
  logger.event({
    type: "LLMCall",
    messages: messagesOf(body),
    response: createResultToJson(result),
    promptTokens,
    completionTokens,
    agentId: currentAgent(),
    extras: { model: body.model, ...(body["tools"] === undefined ? {} : { tools: body["tools"] }) },
  });
}

/** Tells the log that an answer begins to stream. */
export function logStreamStart(logger: Logger | undefined, body: JsonObject): void {
  logger?.event({ type: "LLMStreamStart", messages: messagesOf(body), agentId: currentAgent(), extras: {} });
}

/** Tells the log that a stream is over. */
export function logStreamEnd(logger: Logger | undefined, result: CreateResult): void {
  if (logger === undefined) return;
  const { promptTokens, completionTokens } = result.usage;
  const response = createResultToJson(result);
  logger.event({ type: "LLMStreamEnd", response, promptTokens, completionTokens, agentId: currentAgent(), extras: {} });
}

function messagesOf(body: JsonObject): readonly JsonObject[] {
  const { messages } = body;
  return Array.isArray(messages) ? messages : [];
}

function currentAgent(): AgentId | undefined {
  try {
    return MessageHandlerContext.agentId();
  } catch {
    return undefined; // No agent's handler is running.
  }
}
