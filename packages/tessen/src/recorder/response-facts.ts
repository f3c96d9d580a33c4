import type { Protocol } from "@tesserae/wire";
import {
  usageOfAnthropic,
  usageOfGemini,
  usageOfOllama,
  usageOfOpenAIChat,
  usageOfOpenAIResponses,
  type Usage,
} from "@tesserae/wire/usage";
import { listAt, member, objectAt, textAt } from "./raw.ts";
import { toolCallsOf, type RequestedToolCall } from "./tool-calls.ts";

/** What an answer's body tells. */
export interface ResponseFacts {
  /** The model that answered. */
  readonly model?: string | undefined;
  /** The provider's word for why the model stopped; null where the answer has none. */
  readonly finishReason: string | null;
  readonly usage?: Usage | undefined;
  /** `flex`, `priority`, `batch`: the terms that the provider billed by. */
  readonly serviceTier?: string | undefined;
  readonly toolCalls: readonly RequestedToolCall[];
}

/** Reads an answer in the shape that is not streamed. */
export function responseFacts(protocol: Protocol | undefined, body: unknown): ResponseFacts {
  const toolCalls = toolCallsOf(protocol, body);
  switch (protocol) {
    case "anthropic":
      return {
        model: textAt(body, "model"),
        finishReason: textAt(body, "stop_reason") ?? null,
        // The counting endpoint answers with the number alone.
        usage: usageOfAnthropic(member(body, "usage")),
        serviceTier: textAt(objectAt(body, "usage"), "service_tier"),
        toolCalls,
      };
    case "openai-chat":
      return {
        model: textAt(body, "model"),
        finishReason: textAt(listAt(body, "choices")[0], "finish_reason") ?? null,
        usage: usageOfOpenAIChat(member(body, "usage")),
        serviceTier: textAt(body, "service_tier"),
        toolCalls,
      };
    case "openai-responses":
      return {
        model: textAt(body, "model"),
        finishReason: textAt(objectAt(body, "incomplete_details"), "reason") ?? textAt(body, "status") ?? null,
        usage: usageOfOpenAIResponses(member(body, "usage"), member(body, "tool_usage")),
        serviceTier: textAt(body, "service_tier"),
        toolCalls,
      };
    case "gemini":
      return {
        model: textAt(body, "modelVersion"),
        finishReason: textAt(listAt(body, "candidates")[0], "finishReason") ?? null,
        usage: usageOfGemini(member(body, "usageMetadata")),
        toolCalls,
      };
    case "ollama":
      return {
        model: textAt(body, "model"),
        finishReason: textAt(body, "done_reason") ?? null,
        usage: usageOfOllama(body),
        toolCalls,
      };
    case undefined:
      return { model: textAt(body, "model"), finishReason: null, toolCalls };
  }
}
