/**
 * Names of attributes. Those of generative AI are of OpenTelemetry's semantic conventions 1.41, where they are still in
 * development; `gen_ai.system` is the older name of the provider, which AutoGen writes. What the conventions have no name
 * for begins with `tesserae.`.
 */
export const ATTRIBUTES = {
  operation: "gen_ai.operation.name",
  system: "gen_ai.system",
  provider: "gen_ai.provider.name",
  agentId: "gen_ai.agent.id",
  agentName: "gen_ai.agent.name",
  agentDescription: "gen_ai.agent.description",
  toolName: "gen_ai.tool.name",
  toolDescription: "gen_ai.tool.description",
  toolCallId: "gen_ai.tool.call.id",
  toolArguments: "gen_ai.tool.call.arguments",
  toolResult: "gen_ai.tool.call.result",
  toolDefinitions: "gen_ai.tool.definitions",
  requestModel: "gen_ai.request.model",
  requestStream: "gen_ai.request.stream",
  responseModel: "gen_ai.response.model",
  responseId: "gen_ai.response.id",
  finishReasons: "gen_ai.response.finish_reasons",
  /** In seconds. */
  timeToFirstChunk: "gen_ai.response.time_to_first_chunk",
  inputTokens: "gen_ai.usage.input_tokens",
  outputTokens: "gen_ai.usage.output_tokens",
  cacheReadTokens: "gen_ai.usage.cache_read.input_tokens",
  cacheWriteTokens: "gen_ai.usage.cache_creation.input_tokens",
  reasoningTokens: "gen_ai.usage.reasoning.output_tokens",
  tokenType: "gen_ai.token.type",
  outputType: "gen_ai.output.type",
  inputMessages: "gen_ai.input.messages",
  outputMessages: "gen_ai.output.messages",
  errorType: "error.type",
  runId: "tesserae.run.id",
  runMode: "tesserae.run.mode",
  path: "tesserae.path",
  turn: "tesserae.turn",
  turns: "tesserae.turns",
  stopReason: "tesserae.stop_reason",
  purpose: "tesserae.purpose",
  source: "tesserae.source",
  /** In US dollars. */
  cost: "tesserae.cost.usd",
  cached: "tesserae.cached",
  attempts: "tesserae.attempts",
} as const;

/** The value of `gen_ai.system` for what is ours, which is AutoGen's. */
export const SYSTEM = "autogen";
