import type { AssembledResponse } from "@tesserae/wire/response";
import { NO_USAGE, type Usage } from "@tesserae/wire/usage";

/** Bytes of text for one token, as a rule of thumb: what is estimated by it is never taken for verified. */
const BYTES_PER_TOKEN = 4;

/** The tokens of so many bytes of text or JSON. */
function tokensOf(bytes: number): number {
  return Math.ceil(bytes / BYTES_PER_TOKEN);
}

/**
 * What the provider says that a request used; null where it says nothing. Every request has input: a usage without any,
 * or with a number that is none, is no count, and must not pass for one that cost nothing.
 */
export function believed(said: Usage | null | undefined): Usage | null {
  return said === null || said === undefined || said.inputTokens === 0 ? null : said;
}

/** What a request used of which nobody says it: from the sizes of what was sent and what came. */
export function estimatedUsage(inputBytes: number, outputBytes: number): Usage {
  return { ...NO_USAGE, inputTokens: tokensOf(inputBytes), outputTokens: tokensOf(outputBytes) };
}

/**
 * What a stream used that was cut, from what came of it. What the provider already said of the input counts; `share` is
 * how much came for each byte of the part that was put together.
 */
export function estimatedStreamUsage(inputBytes: number, answer: AssembledResponse, share: number): Usage {
  const calls = answer.toolCalls.reduce((sum, call) => sum + call.name.length + call.arguments.length, 0);
  const text = Buffer.byteLength(answer.text) + Buffer.byteLength(answer.thinking) + calls;
  const outputTokens = tokensOf(text * share);
  const said = believed(answer.usage);
  if (said === null) return { ...NO_USAGE, inputTokens: tokensOf(inputBytes), outputTokens };
  return { ...said, outputTokens: Math.max(said.outputTokens, outputTokens) };
}
