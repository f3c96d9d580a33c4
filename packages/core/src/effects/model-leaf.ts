import type { ModelCallRequest, ModelCallResponse, ModelPayload } from "@tesserae/wire/channels";
import type { Draft, LeafChannel } from "../diagnostics/leaf-channel.ts";
import type { ChatCompletionClient, CreateOptions } from "../models/chat-completion-client.ts";
import { createResultToJson } from "../models/create-result-json.ts";
import { llmMessageToJson } from "../models/message-json.ts";
import type { CreateResult, LLMMessage } from "../models/messages.ts";
import { channelUsage } from "../run/channel-usage.ts";
import { chargeOf, type RunMeter } from "../run/meter.ts";
import { readByJournal, type LeafSpec } from "./effect-spec.ts";
import type { Middleware } from "./middleware.ts";
import { modelParameters, modelRequest, providerOf, shownModelRequest } from "./model-request.ts";

/** What the caller of a model says beside the call's own options. */
export interface ModelCallOptions extends CreateOptions {
  /** The name in the address: `reply`, `reflect`, `select`, `ledger`, or a word of the user's own. */
  readonly purpose: string;
  /** The agent that calls. */
  readonly agent?: string | undefined;
  /** The position, when calls of one purpose race in one scope. */
  readonly index?: number | undefined;
  /** The agent's own; that of the run stands around it. */
  readonly middleware?: readonly Middleware[] | undefined;
}

/** The leaf of a model call. */
export function modelLeaf(
  client: ChatCompletionClient,
  messages: readonly LLMMessage[],
  options: ModelCallOptions,
  meter: RunMeter | undefined,
  streamed: boolean,
): LeafSpec<CreateResult> {
  return {
    kind: "model",
    name: options.purpose,
    repeat: "safe",
    index: options.index,
    codec: { encode: createResultToJson, decode: readByJournal },
    request: () => shownModelRequest(client, messages, options),
    model: { client, messages, options },
    account: {
      reserve: (force) => meter?.reserveModelCall(client, messages, options, force) ?? { cost: 0, tokens: 0 },
      charge: (result) => chargeOf(client, result),
    },
    channel: modelChannel(client, messages, options, streamed),
  };
}

/** What a model call publishes on `tesserae:model`. */
export function modelChannel(
  client: ChatCompletionClient,
  messages: readonly LLMMessage[],
  options: Pick<ModelCallOptions, "purpose" | "agent"> & CreateOptions,
  streamed: boolean,
): LeafChannel<CreateResult> {
  return {
    name: "model",
    start: (place): Draft<ModelPayload> => ({
      ...place,
      agent: options.agent ?? place.agent,
      purpose: options.purpose,
      provider: providerOf(client),
      model: client.model,
      streamed,
      request: shownRequest(client, messages, options),
    }),
    end: (payload, result, leaf) => {
      const ended: Partial<Draft<ModelPayload>> = {
        response: response(client, result),
        usage: channelUsage(result.usage),
        cost: chargeOf(client, result).cost ?? null,
        cached: result.cached,
        ...(leaf.firstItemMs === undefined ? {} : { firstDeltaMs: leaf.firstItemMs }),
        ...(leaf.attempts === undefined ? {} : { attempts: leaf.attempts }),
      };
      Object.assign(payload, ended);
    },
  };
}

function shownRequest(
  client: ChatCompletionClient,
  messages: readonly LLMMessage[],
  options: CreateOptions,
): ModelCallRequest {
  const request = modelRequest(client, options, null);
  return {
    messages: messages.map(llmMessageToJson),
    tools: Array.isArray(request["tools"]) ? request["tools"] : [],
    ...(request["tool_choice"] === undefined ? {} : { toolChoice: request["tool_choice"] }),
    ...(request["json_output"] === undefined ? {} : { jsonOutput: request["json_output"] }),
    parameters: modelParameters(client, options),
  };
}

function response(client: ChatCompletionClient, result: CreateResult): ModelCallResponse {
  const { content } = result;
  return {
    model: client.model,
    text: typeof content === "string" ? content : "",
    thinking: result.thought ?? "",
    toolCalls: typeof content === "string" ? [] : content,
    finishReason: result.finishReason,
    rawFinishReason: null,
  };
}
