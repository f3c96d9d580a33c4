import { countOf, objectOf } from "../json.ts";
import { NO_USAGE, type Usage } from "./usage.ts";

/** The counts on the last line of an Ollama chat (`prompt_eval_count`, `eval_count`); `undefined` when neither is there. */
export function usageOfOllama(body: unknown): Usage | undefined {
  const answer = objectOf(body);
  const input = answer["prompt_eval_count"];
  const output = answer["eval_count"];
  if (input === undefined && output === undefined) return undefined;
  return { ...NO_USAGE, inputTokens: countOf(input), outputTokens: countOf(output) };
}
