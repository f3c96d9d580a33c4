import type { RequestUsage } from "@tesserae/core";
import { NO_USAGE, type Usage } from "@tesserae/wire/usage";

/** A provider's usage in the form of a result; 0/0 where it reported none. Parts that are 0 are left out. */
export function toRequestUsage(usage: Usage | null): RequestUsage {
  if (usage === null) return { promptTokens: 0, completionTokens: 0 };
  const cacheWriteTokens = usage.cacheWriteTokens + usage.cacheWrite1hTokens;
  return {
    promptTokens: usage.inputTokens,
    completionTokens: usage.outputTokens,
    ...(usage.cacheReadTokens === 0 ? {} : { cachedPromptTokens: usage.cacheReadTokens }),
    ...(cacheWriteTokens === 0 ? {} : { cacheWriteTokens }),
    ...(usage.reasoningTokens === 0 ? {} : { reasoningTokens: usage.reasoningTokens }),
  };
}

/** A result's usage in the form that prices are counted with. */
export function fromRequestUsage(usage: RequestUsage): Usage {
  return {
    ...NO_USAGE,
    inputTokens: usage.promptTokens,
    cacheReadTokens: usage.cachedPromptTokens ?? 0,
    cacheWriteTokens: usage.cacheWriteTokens ?? 0,
    outputTokens: usage.completionTokens,
    reasoningTokens: usage.reasoningTokens ?? 0,
  };
}

/** The usage of all calls of a client. */
export class UsageCounter {
  #total: RequestUsage = { promptTokens: 0, completionTokens: 0 };

  get total(): RequestUsage {
    return this.#total;
  }

  add(usage: RequestUsage): void {
    const sum: { -readonly [key in keyof RequestUsage]: RequestUsage[key] } = { ...this.#total };
    sum.promptTokens += usage.promptTokens;
    sum.completionTokens += usage.completionTokens;
    for (const key of ["cachedPromptTokens", "cacheWriteTokens", "reasoningTokens"] as const) {
      if (usage[key] !== undefined) sum[key] = (sum[key] ?? 0) + usage[key];
    }
    this.#total = sum;
  }
}
