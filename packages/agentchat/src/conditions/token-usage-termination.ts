import { ValueError, type ComponentDefinition, type JsonObject } from "@tesserae/core";
import { checkNumber } from "../base/check-numbers.ts";
import type { StreamItem } from "../messages/types.ts";
import { BaseTerminationCondition } from "./base-condition.ts";
import { conditionComponent } from "./condition-component.ts";

/** Limits in tokens; at least one is needed. */
export interface TokenUsageOptions {
  /** Prompt and completion tokens together. */
  readonly maxTotalToken?: number | undefined;
  readonly maxPromptToken?: number | undefined;
  readonly maxCompletionToken?: number | undefined;
}

type TokenUsageConfig = {
  readonly max_total_token?: number;
  readonly max_prompt_token?: number;
  readonly max_completion_token?: number;
};

const LIMIT: JsonObject = { anyOf: [{ type: "integer", minimum: 0 }, { type: "null" }] };

/** Stops when the messages together have used a number of tokens. */
export class TokenUsageTermination extends BaseTerminationCondition {
  static readonly component: ComponentDefinition<TokenUsageTermination> = conditionComponent({
    name: "TokenUsageTermination",
    description: "Stops when a number of tokens is used.",
    properties: { max_total_token: LIMIT, max_prompt_token: LIMIT, max_completion_token: LIMIT },
    required: [],
    // Python requires all three keys when it reads this one config, so absent limits are written as null.
    toConfig: ({ limits }) => ({
      max_total_token: limits.maxTotalToken ?? null,
      max_prompt_token: limits.maxPromptToken ?? null,
      max_completion_token: limits.maxCompletionToken ?? null,
    }),
    fromConfig: (config: TokenUsageConfig) =>
      new TokenUsageTermination({
        maxTotalToken: config.max_total_token,
        maxPromptToken: config.max_prompt_token,
        maxCompletionToken: config.max_completion_token,
      }),
  });

  readonly limits: TokenUsageOptions;
  protected readonly source = "TokenUsageTermination";
  #prompt = 0;
  #completion = 0;

  constructor(limits: TokenUsageOptions) {
    super();
    const given = Object.entries({ ...limits }).filter(([, limit]) => limit !== undefined);
    if (given.length === 0) {
      throw new ValueError("At least one of maxTotalToken, maxPromptToken and maxCompletionToken must be given.");
    }
    for (const [name, limit] of given) checkNumber(name, limit);
    this.limits = limits;
  }

  override get terminated(): boolean {
    const reached = (used: number, limit: number | undefined): boolean => limit !== undefined && used >= limit;
    const { maxTotalToken, maxPromptToken, maxCompletionToken } = this.limits;
    return (
      reached(this.#prompt + this.#completion, maxTotalToken) ||
      reached(this.#prompt, maxPromptToken) ||
      reached(this.#completion, maxCompletionToken)
    );
  }

  override reset(): void {
    this.#prompt = 0;
    this.#completion = 0;
  }

  protected override counted(): JsonObject {
    return { prompt: this.#prompt, completion: this.#completion };
  }

  protected override recount({ prompt, completion }: JsonObject): void {
    this.#prompt = typeof prompt === "number" ? prompt : 0;
    this.#completion = typeof completion === "number" ? completion : 0;
  }

  protected evaluate(delta: readonly StreamItem[]): string | undefined {
    for (const { modelsUsage } of delta) {
      this.#prompt += modelsUsage?.promptTokens ?? 0;
      this.#completion += modelsUsage?.completionTokens ?? 0;
    }
    if (!this.terminated) return undefined;
    return (
      `Token usage limit reached, total token count: ${this.#prompt + this.#completion}, ` +
      `prompt token count: ${this.#prompt}, completion token count: ${this.#completion}.`
    );
  }
}
