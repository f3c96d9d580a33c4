import { describe, expect, test } from "vitest";
import { eventsOfStream, isStream, RECORDINGS, recordedExchanges, SKIPPED } from "../../test/recordings.ts";
import { usageOfAnthropic } from "./anthropic-usage.ts";
import { usageOfGemini } from "./gemini-usage.ts";
import { usageOfOpenAIChat, usageOfOpenAIResponses } from "./openai-usage.ts";
import { totalTokens, uncachedInputTokens, type Usage } from "./usage.ts";

type Raw = Record<string, unknown>;

/** The usage objects of all recorded answers of one kind: of bodies, and of the last event of streams that has one. */
function usagesOf(matches: (path: string) => boolean, key: string, inside?: string): { name: string; raw: Raw }[] {
  return recordedExchanges(matches)
    .filter(({ status }) => status === 200)
    .flatMap((exchange) => {
      const bodies = isStream(exchange) ? eventsOfStream(exchange.body) : [exchange.body as Raw];
      const found = bodies.map((body) => (inside === undefined ? body : ((body[inside] as Raw) ?? body))[key]);
      const raw = found.filter((usage) => typeof usage === "object" && usage !== null).at(-1);
      return raw === undefined ? [] : [{ name: exchange.name, raw: raw as Raw }];
    });
}

const isWhole = (usage: Usage | undefined): void => {
  for (const value of Object.values(usage ?? {})) {
    if (typeof value === "number") expect(Number.isSafeInteger(value) && value >= 0).toBe(true);
  }
};

describe.skipIf(RECORDINGS === undefined)(`recorded usage ${SKIPPED}`, () => {
  test.each(usagesOf((path) => path.endsWith("/chat/completions"), "usage"))("chat: $name", ({ raw }) => {
    const usage = usageOfOpenAIChat(raw);
    isWhole(usage);
    expect(usage).toMatchObject({ inputTokens: raw["prompt_tokens"], outputTokens: raw["completion_tokens"] });
    expect(usage && totalTokens(usage)).toBe(raw["total_tokens"]);
    const details = raw["prompt_tokens_details"] as Raw | undefined;
    if (details?.["cached_tokens"] !== undefined) expect(usage?.cacheReadTokens).toBe(details["cached_tokens"]);
  });

  test.each(usagesOf((path) => path.endsWith("/responses"), "usage", "response"))("responses: $name", ({ raw }) => {
    const usage = usageOfOpenAIResponses(raw);
    isWhole(usage);
    expect(usage && totalTokens(usage)).toBe(raw["total_tokens"]);
    expect(usage?.reasoningTokens).toBe((raw["output_tokens_details"] as Raw)["reasoning_tokens"]);
    expect(usage?.cacheReadTokens).toBe((raw["input_tokens_details"] as Raw)["cached_tokens"]);
  });

  test.each(usagesOf((path) => path.endsWith("/v1/messages"), "usage"))("Anthropic: $name", ({ raw }) => {
    const usage = usageOfAnthropic(raw);
    isWhole(usage);
    expect(usage && uncachedInputTokens(usage)).toBe(raw["input_tokens"]);
    expect(usage?.cacheReadTokens).toBe(raw["cache_read_input_tokens"]);
    expect((usage?.cacheWriteTokens ?? 0) + (usage?.cacheWrite1hTokens ?? 0)).toBe(raw["cache_creation_input_tokens"]);
    expect(usage?.outputTokens).toBe(raw["output_tokens"]);
    const advised = ((raw["iterations"] ?? []) as Raw[]).filter((pass) => pass["type"] === "advisor_message");
    expect(usage?.additional?.map((other) => [other.model, other.usage.outputTokens]) ?? []).toEqual(
      advised.map((pass) => [pass["model"], pass["output_tokens"]]),
    );
  });

  test.each(usagesOf((path) => path.endsWith("enerateContent"), "usageMetadata"))("Gemini: $name", ({ raw }) => {
    const usage = usageOfGemini(raw);
    isWhole(usage);
    expect(usage && totalTokens(usage)).toBe(raw["totalTokenCount"]);
    expect(usage?.reasoningTokens).toBe(raw["thoughtsTokenCount"] ?? 0);
    expect(usage?.cacheReadTokens).toBe(raw["cachedContentTokenCount"] ?? 0);
  });
});
