import { NO_USAGE, type Usage } from "@tesserae/wire/usage";
import type { ScriptedAnswer } from "./script/script.ts";

/**
 * What an answer used. Where the script does not say, input and output are counted by an estimate: four bytes of the
 * request's body, or of what is said, make a token, which is about what English text and JSON come to.
 */
export function estimateUsage(answer: ScriptedAnswer, requestBytes: number): Usage {
  const calls = (answer.toolCalls ?? []).map(({ name, arguments: given = {} }) => name + argumentText(given));
  const said = [answer.text, answer.refusal, ...calls].join("");
  const thought = tokens(answer.thinking ?? "");
  const estimated = {
    ...NO_USAGE,
    inputTokens: Math.ceil(requestBytes / 4),
    outputTokens: thought + tokens(said),
    reasoningTokens: thought,
  };
  return { ...estimated, ...answer.usage };
}

/** The arguments of a call as the model writes them. */
export function argumentText(given: object | string): string {
  return typeof given === "string" ? given : JSON.stringify(given);
}

function tokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / 4);
}
