import { countOf, isRawObject, listOf, objectOf } from "../json.ts";
import { NO_USAGE, type Usage } from "./usage.ts";

/**
 * The `usageMetadata` of a Gemini answer; `undefined` when there is none.
 *
 * Input is the prompt plus what the provider's tools put in; the cached part is inside the prompt.
 * Output is the candidates plus the thoughts, which Gemini counts apart.
 */
export function usageOfGemini(usage: unknown): Usage | undefined {
  if (!isRawObject(usage)) return undefined;
  const thoughts = countOf(usage["thoughtsTokenCount"]);
  return {
    ...NO_USAGE,
    inputTokens: countOf(usage["promptTokenCount"]) + countOf(usage["toolUsePromptTokenCount"]),
    cacheReadTokens: countOf(usage["cachedContentTokenCount"]),
    inputAudioTokens: ofModality(usage["promptTokensDetails"], "AUDIO"),
    cacheReadAudioTokens: ofModality(usage["cacheTokensDetails"], "AUDIO"),
    outputTokens: countOf(usage["candidatesTokenCount"]) + thoughts,
    reasoningTokens: thoughts,
    outputAudioTokens: ofModality(usage["candidatesTokensDetails"], "AUDIO"),
    outputImageTokens: ofModality(usage["candidatesTokensDetails"], "IMAGE"),
  };
}

function ofModality(details: unknown, modality: string): number {
  let tokens = 0;
  for (const entry of listOf(details)) {
    const detail = objectOf(entry);
    if (detail["modality"] === modality) tokens += countOf(detail["tokenCount"]);
  }
  return tokens;
}
