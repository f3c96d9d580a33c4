import { isObject, type JsonObject, type ReasoningEffort, ValueError } from "@tesserae/core";
import type { ModelTraits } from "@tesserae/wire/catalogue";
import { unsupportedInput } from "../shared/unsupported-input.ts";

/**
 * The share of the answer's tokens that may be thought with, for models that take a budget; the shares with which
 * OpenRouter turns efforts into budgets (https://openrouter.ai/docs/use-cases/reasoning-tokens).
 */
const SHARES: Readonly<Record<Exclude<ReasoningEffort, "none">, number>> = {
  minimal: 0.1,
  low: 0.2,
  medium: 0.5,
  high: 0.8,
  xhigh: 0.95,
  max: 0.95,
};
/** Every word for an effort. */
export const EFFORTS: readonly ReasoningEffort[] = ["none", "minimal", "low", "medium", "high", "xhigh", "max"];
/** The smallest budget that the API takes. */
const LEAST_BUDGET = 1024;

/**
 * The parameters with which a request reasons as much as it is told to. A model that thinks as much as it finds right is
 * told its effort, an older one a budget out of `max_tokens`. What the parameters themselves say of thinking or effort
 * stays.
 *
 * @throws ValueError for a level that the model does not have, and for too few tokens to think with.
 */
export function withEffort(
  parameters: JsonObject,
  effort: ReasoningEffort | undefined,
  model: string,
  traits: ModelTraits,
): JsonObject {
  if (effort === undefined) return parameters;
  if (!EFFORTS.includes(effort)) {
    throw new ValueError(`reasoningEffort is "${effort}": it must be ${EFFORTS.join(", ")}.`);
  }
  const { thinking, output_config: output } = parameters;
  if (effort === "none") {
    const isOff = traits.reasoning === false || thinking !== undefined;
    return isOff ? parameters : { ...parameters, thinking: { type: "disabled" } };
  }
  if (traits.efforts === undefined) {
    return thinking === undefined ? { ...parameters, thinking: budget(parameters, effort, model) } : parameters;
  }
  const level = effort === "minimal" ? "low" : effort;
  if (!traits.efforts.includes(level)) {
    const why = `${model} knows ${traits.efforts.join(", ")}.`;
    throw unsupportedInput(`The reasoning effort "${effort}"`, "AnthropicChatCompletionClient", why);
  }
  return {
    ...parameters,
    thinking: thinking ?? { type: "adaptive" },
    output_config: { effort: level, ...(isObject(output) ? output : {}) },
  };
}

function budget(
  { max_tokens: limit }: JsonObject,
  effort: Exclude<ReasoningEffort, "none">,
  model: string,
): JsonObject {
  const most = typeof limit === "number" ? limit : 0;
  const tokens = Math.max(LEAST_BUDGET, Math.floor(most * SHARES[effort]));
  if (tokens < most) return { type: "enabled", budget_tokens: tokens };
  throw unsupportedInput(
    `The reasoning effort "${effort}" with maxTokens of ${most}`,
    "AnthropicChatCompletionClient",
    `${model} thinks with ${LEAST_BUDGET} tokens at least, which are part of the answer's. Raise maxTokens.`,
  );
}
