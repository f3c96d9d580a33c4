import type { ComponentDefinition } from "../components/component.ts";
import { ValueError } from "../errors/kinds.ts";
import { isObject, type JsonObject } from "../json.ts";
import type { ChatCompletionClient } from "../models/chat-completion-client.ts";
import type { LLMMessage } from "../models/messages.ts";
import { toJson } from "../to-json.ts";
import type { ToolSchema } from "../tools/tool.ts";
import { BaseChatCompletionContext, checkSize, type ModelContextOptions } from "./base-context.ts";
import { defineContextComponent } from "./context-component.ts";
import { isResults, unitAround, withoutLeadingResults } from "./tool-pairs.ts";

/** Options of a {@link TokenLimitedChatCompletionContext}. */
export interface TokenLimitedContextOptions extends ModelContextOptions {
  /** Counts the tokens. */
  readonly modelClient: ChatCompletionClient;
  /** The most tokens the model sees. Default: what the model's context window leaves. */
  readonly tokenLimit?: number | undefined;
  /** Another name of `tokenLimit`, which AutoGen's handbooks use. */
  readonly maxTokens?: number | undefined;
  /** The tools whose schemas count too. */
  readonly toolSchema?: readonly ToolSchema[] | undefined;
  /** Remove calls and their results together. Default true. */
  readonly keepToolPairs?: boolean | undefined;
  /** Never remove system messages. Default false. */
  readonly pinSystem?: boolean | undefined;
}

/** Shows the model as much as fits, leaving out messages from the middle. */
export class TokenLimitedChatCompletionContext extends BaseChatCompletionContext {
  static readonly component: ComponentDefinition<TokenLimitedChatCompletionContext> =
    /* @__PURE__ */ defineContextComponent({
      name: "TokenLimitedChatCompletionContext",
      description: "Shows the model as much of the conversation as fits its window.",
      properties: {
        model_client: { "x-component": ["model", "replay_chat_completion_client", "chat_completion_cache"] },
        token_limit: { anyOf: [{ type: "integer", minimum: 1 }, { type: "null" }] },
        max_tokens: { anyOf: [{ type: "integer", minimum: 1 }, { type: "null" }] },
        tool_schema: { anyOf: [{ type: "array", items: { type: "object" } }, { type: "null" }] },
        keep_tool_pairs: { type: "boolean" },
        pin_system: { type: "boolean" },
      },
      required: ["model_client"],
      toConfig: (context, dump) => ({
        model_client: dump.component(context.modelClient),
        ...(context.tokenLimit === undefined ? {} : { token_limit: context.tokenLimit }),
        ...(context.toolSchema === undefined
          ? {}
          : { tool_schema: context.toolSchema.map((schema) => toJson(schema)) }),
        ...(context.keepToolPairs ? {} : { keep_tool_pairs: false }),
        ...(context.pinSystem ? { pin_system: true } : {}),
      }),
      fromConfig: async (
        config: {
          model_client: JsonObject;
          token_limit?: number | null;
          max_tokens?: number | null;
          tool_schema?: readonly JsonObject[] | null;
          keep_tool_pairs?: boolean;
          pin_system?: boolean;
        },
        initialMessages,
        load,
      ) =>
        new TokenLimitedChatCompletionContext({
          modelClient: await load.component<ChatCompletionClient>(config.model_client, "/model_client"),
          tokenLimit: config.token_limit ?? config.max_tokens ?? undefined,
          // The config's schema says that these are tool schemas.
          toolSchema: (config.tool_schema ?? undefined) as readonly ToolSchema[] | undefined,
          keepToolPairs: config.keep_tool_pairs,
          pinSystem: config.pin_system,
          initialMessages,
        }),
    });

  readonly modelClient: ChatCompletionClient;
  readonly tokenLimit: number | undefined;
  readonly toolSchema: readonly ToolSchema[] | undefined;
  readonly keepToolPairs: boolean;
  readonly pinSystem: boolean;

  constructor(options: TokenLimitedContextOptions) {
    super(options);
    if (!isObject(options.modelClient)) {
      throw new ValueError("A TokenLimitedChatCompletionContext needs a modelClient: it counts the tokens.");
    }
    for (const name of ["tokenLimit", "maxTokens"] as const) {
      const size = options[name];
      if (size !== undefined) checkSize(name, size);
    }
    this.modelClient = options.modelClient;
    this.tokenLimit = options.tokenLimit ?? options.maxTokens;
    this.toolSchema = options.toolSchema;
    this.keepToolPairs = options.keepToolPairs ?? true;
    this.pinSystem = options.pinSystem ?? false;
  }

  override getMessages(): readonly LLMMessage[] {
    const kept = this.#fitting();
    if (this.keepToolPairs) return withoutLeadingResults(kept);
    return isResults(kept[0]) ? kept.slice(1) : kept;
  }

  /**
   * What is left after as few removals as it takes. Which messages go, and in which order, does not depend on the counts,
   * and fewer messages have fewer tokens: so the number of removals is searched by halves, instead of counting all
   * messages once for each.
   */
  #fitting(): LLMMessage[] {
    const { messages } = this;
    if (messages.length === 0 || !this.#isOver(messages)) return messages.slice();
    const { removedAt, removals } = this.#removals();
    const after = (count: number): LLMMessage[] =>
      messages.filter((_, index) => (removedAt[index] ?? Infinity) > count);
    let few = 0;
    let enough = removals;
    while (enough - few > 1) {
      const half = (few + enough) >>> 1;
      if (this.#isOver(after(half))) few = half;
      else enough = half;
    }
    return after(enough);
  }

  /** With which removal each message goes, counted from 1, when one follows another until none may. */
  #removals(): { readonly removedAt: readonly (number | undefined)[]; readonly removals: number } {
    const kept = this.messages.slice();
    const places = [...kept.keys()];
    const removedAt: (number | undefined)[] = [];
    let removals = 0;
    for (let middle = this.#removable(kept); middle !== undefined; middle = this.#removable(kept)) {
      const { start, end } = this.keepToolPairs ? unitAround(kept, middle) : { start: middle, end: middle + 1 };
      kept.splice(start, end - start);
      removals += 1;
      for (const place of places.splice(start, end - start)) removedAt[place] = removals;
    }
    return { removedAt, removals };
  }

  #isOver(messages: readonly LLMMessage[]): boolean {
    const options = { tools: this.toolSchema ?? [] };
    return this.tokenLimit === undefined
      ? this.modelClient.remainingTokens(messages, options) < 0
      : this.modelClient.countTokens(messages, options) > this.tokenLimit;
  }

  /** The message nearest to the middle that may go. */
  #removable(messages: readonly LLMMessage[]): number | undefined {
    if (messages.length === 0) return undefined;
    const middle = Math.floor(messages.length / 2);
    if (!this.pinSystem) return middle;
    for (let distance = 0; distance <= messages.length; distance += 1) {
      for (const index of [middle + distance, middle - distance]) {
        const message = messages[index];
        if (message !== undefined && message.type !== "SystemMessage") return index;
      }
    }
    return undefined;
  }
}
