import {
  AssistantMessage,
  RuntimeError,
  SystemMessage,
  UserMessage,
  ValueError,
  callModel,
  imageFromBase64,
  plainContext,
  type ChatCompletionClient,
  type ComponentDefinition,
  type DumpContext,
  type Image,
  type Json,
  type JsonObject,
  type LLMMessage,
  type LoadContext,
} from "@tesserae/core";
import type { McpContent, McpSamplingRequest, McpSamplingResult } from "../mcp-types.ts";
import type { McpSampler } from "./mcp-session-host.ts";

/** The protocol's words for why an answer ended; other reasons keep their own. */
const STOP_REASONS: { readonly [reason: string]: string | undefined } = { stop: "endTurn", length: "maxTokens" };

/**
 * Lets a model of ours answer a server's questions. Its calls are the server's, in the middle of one of its tools: what
 * they give is in the record as a part of the tool's result, and they count against no limit of a run.
 */
export class ChatCompletionClientSampler implements McpSampler {
  static readonly component: ComponentDefinition<ChatCompletionClientSampler> = {
    provider: "autogen_ext.tools.mcp.ChatCompletionClientSampler",
    componentType: "mcp_sampler",
    label: "ChatCompletionClientSampler",
    description: "Answers a server's questions to a model.",
    schema: {
      type: "object",
      properties: {
        client_config: { "x-component": ["model", "replay_chat_completion_client", "chat_completion_cache"] },
      },
      required: ["client_config"],
    },
    toConfig: ({ client }, dump: DumpContext) => ({ client_config: dump.component(client) }),
    fromConfig: async ({ client_config: client }: { readonly client_config: JsonObject }, load: LoadContext) =>
      new ChatCompletionClientSampler(await load.component<ChatCompletionClient>(client, "/client_config")),
  };

  readonly client: ChatCompletionClient;

  constructor(client: ChatCompletionClient) {
    this.client = client;
  }

  /** @throws ValueError for a role or a part that a model cannot be given; RuntimeError for an image and a model that cannot see. */
  async sample(request: McpSamplingRequest, { signal }: { readonly signal: AbortSignal }): Promise<McpSamplingResult> {
    const { systemPrompt, maxTokens, temperature, stopSequences } = request;
    const messages = request.messages.map(({ role, content }) => this.#message(role, content));
    if (systemPrompt !== undefined) messages.unshift(SystemMessage({ content: systemPrompt }));
    const extraCreateArgs: Record<string, Json> = { max_tokens: maxTokens };
    if (temperature !== undefined) extraCreateArgs["temperature"] = temperature;
    if (stopSequences !== undefined) extraCreateArgs["stop"] = stopSequences;
    const result = await callModel(plainContext({ signal }), this.client, messages, {
      purpose: "sample",
      signal,
      extraCreateArgs,
    });
    const { content, finishReason } = result;
    return {
      role: "assistant",
      content: { type: "text", text: typeof content === "string" ? content : JSON.stringify(content) },
      model: this.client.modelInfo.family,
      stopReason: STOP_REASONS[finishReason] ?? finishReason,
    };
  }

  #message(role: string, content: McpContent | readonly McpContent[]): LLMMessage {
    const parts = (isList(content) ? content : [content]).map((part) => this.#part(part));
    const [only] = parts;
    const isText = parts.length === 1 && typeof only === "string";
    if (role === "user") return UserMessage({ content: isText ? only : parts, source: "user" });
    if (role !== "assistant") throw new ValueError(`A server may speak as user or assistant, not as '${role}'.`);
    const texts = parts.filter((part) => typeof part === "string");
    if (texts.length < parts.length) throw new ValueError("What a server lets the assistant say must be text.");
    return AssistantMessage({ content: texts.join("\n"), source: "assistant" });
  }

  #part(part: McpContent): string | Image {
    if (part.type === "text" && typeof part["text"] === "string") return part["text"];
    if (part.type !== "image" || typeof part["data"] !== "string") {
      throw new ValueError(`A model here takes text and images from a server, not ${part.type}.`);
    }
    if (this.client.modelInfo.vision) return imageFromBase64(part["data"]);
    throw new RuntimeError(`The server sent an image, but the model '${this.client.model}' cannot see.`);
  }
}

function isList(content: McpContent | readonly McpContent[]): content is readonly McpContent[] {
  return Array.isArray(content);
}
