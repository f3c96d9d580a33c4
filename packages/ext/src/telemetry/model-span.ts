import type { Attributes } from "@opentelemetry/api";
import type { ModelPayload } from "@tesserae/wire/channels";
import { dollars, placeAttributes } from "./agent-spans.ts";
import { ATTRIBUTES } from "./attributes.ts";
import { inputMessages, outputMessages } from "./message-content.ts";
import { present } from "./span-writer.ts";

/** The names of providers that the conventions write otherwise. */
const PROVIDERS: ReadonlyMap<string, string> = new Map([
  ["azure", "azure.ai.openai"],
  ["bedrock", "aws.bedrock"],
  ["gemini", "gcp.gemini"],
  ["google", "gcp.gemini"],
  ["mistral", "mistral_ai"],
  ["vertex", "gcp.vertex_ai"],
  ["xai", "x_ai"],
]);

/** Parameters of a request by the names that providers have for them, and the attributes that they become. */
const PARAMETERS: ReadonlyMap<string, string> = new Map([
  ["temperature", "gen_ai.request.temperature"],
  ["top_p", "gen_ai.request.top_p"],
  ["top_k", "gen_ai.request.top_k"],
  ["max_tokens", "gen_ai.request.max_tokens"],
  ["max_completion_tokens", "gen_ai.request.max_tokens"],
  ["max_output_tokens", "gen_ai.request.max_tokens"],
  ["frequency_penalty", "gen_ai.request.frequency_penalty"],
  ["presence_penalty", "gen_ai.request.presence_penalty"],
  ["seed", "gen_ai.request.seed"],
  ["n", "gen_ai.request.choice.count"],
  ["stop", "gen_ai.request.stop_sequences"],
  ["stop_sequences", "gen_ai.request.stop_sequences"],
]);

/** A provider by the name that the conventions have for it. */
export function providerName(provider: string): string {
  return PROVIDERS.get(provider) ?? provider;
}

/** The attributes of the span of a model call when it begins. */
export function modelAttributes(payload: ModelPayload, captureContent: boolean): Attributes {
  const { provider, model, streamed, purpose, source, request } = payload;
  const name = providerName(provider);
  return present({
    ...placeAttributes(payload),
    ...parameterAttributes(request.parameters),
    [ATTRIBUTES.operation]: "chat",
    [ATTRIBUTES.system]: name,
    [ATTRIBUTES.provider]: name,
    [ATTRIBUTES.requestModel]: model,
    [ATTRIBUTES.requestStream]: streamed,
    [ATTRIBUTES.outputType]: request.jsonOutput === undefined ? undefined : "json",
    [ATTRIBUTES.agentName]: payload.agent,
    [ATTRIBUTES.purpose]: purpose,
    [ATTRIBUTES.source]: source,
    ...(captureContent
      ? {
          [ATTRIBUTES.inputMessages]: JSON.stringify(inputMessages(request.messages)),
          [ATTRIBUTES.toolDefinitions]: request.tools.length === 0 ? undefined : JSON.stringify(request.tools),
        }
      : {}),
  });
}

/** What the span of a model call is told at its end. */
export function modelEndAttributes(payload: ModelPayload, captureContent: boolean): Attributes {
  const { response, usage, cost, firstDeltaMs, attempts, cached } = payload;
  return present({
    [ATTRIBUTES.responseModel]: response?.model,
    [ATTRIBUTES.responseId]: response?.responseId,
    [ATTRIBUTES.finishReasons]:
      response === undefined ? undefined : [response.rawFinishReason ?? response.finishReason],
    [ATTRIBUTES.inputTokens]: usage?.inputTokens,
    [ATTRIBUTES.outputTokens]: usage?.outputTokens,
    [ATTRIBUTES.cacheReadTokens]: usage?.cacheReadTokens,
    [ATTRIBUTES.cacheWriteTokens]: usage === undefined ? undefined : usage.cacheWriteTokens + usage.cacheWrite1hTokens,
    [ATTRIBUTES.reasoningTokens]: usage?.reasoningTokens,
    [ATTRIBUTES.timeToFirstChunk]: firstDeltaMs === undefined ? undefined : firstDeltaMs / 1000,
    [ATTRIBUTES.cost]: dollars(cost),
    [ATTRIBUTES.attempts]: attempts?.length,
    [ATTRIBUTES.cached]: cached === true ? true : undefined,
    ...(captureContent && response !== undefined
      ? { [ATTRIBUTES.outputMessages]: JSON.stringify(outputMessages(response)) }
      : {}),
  });
}

function parameterAttributes(parameters: ModelPayload["request"]["parameters"]): Attributes {
  const attributes: Attributes = {};
  for (const [name, value] of Object.entries(parameters)) {
    const attribute = PARAMETERS.get(name);
    if (attribute === undefined) continue;
    if (attribute === "gen_ai.request.stop_sequences") {
      const stops = (Array.isArray(value) ? value : [value]).filter((each) => typeof each === "string");
      if (stops.length > 0) attributes[attribute] = stops;
    } else if (typeof value === "number") {
      attributes[attribute] = value;
    }
  }
  return attributes;
}
