import { isRawObject, type Json, type Protocol, type RawObject } from "@tesserae/wire";
import { NO_USAGE, type Usage } from "@tesserae/wire/usage";
import { member, objectAt } from "./raw.ts";

/** What a call used, and whether that was counted by whoever answered. */
export interface CountedUsage {
  readonly usage: Usage;
  /** Made of sizes, as what the provider said is no count. */
  readonly estimated: boolean;
}

/** Bytes of text for one token, as a rule of thumb. */
const BYTES_PER_TOKEN = 4;

/** No call has more tokens than that. */
const MOST = 1e9;

/** How deep details lie in a usage. */
const DEPTH = 4;

/**
 * What an answer says that its call used, if that can be true. Every call has input, and a count is a whole number from
 * 0: where the provider says something else, that part is estimated of the sizes of what was sent and what came, so that
 * it does not pass for a call that cost nothing. Undefined where the answer says nothing.
 *
 * @param said what was read of the answer, with 0 for what is no count.
 * @param requestBytes of the request's body; undefined where it is not known.
 */
export function countedUsage(
  protocol: Protocol | undefined,
  response: Json | undefined,
  said: Usage | undefined,
  requestBytes: () => number | undefined,
): CountedUsage | undefined {
  if (said === undefined || protocol === undefined) return said && { usage: said, estimated: false };
  const raw = rawUsage(protocol, response);
  const [inputName, outputName] = NAMES[protocol];
  // Ollama leaves out what it has in its cache, and costs nothing.
  const isInputSaid = isCount(raw[inputName]) && (said.inputTokens > 0 || protocol === "ollama");
  const isOutputSaid = isCount(raw[outputName]);
  if (isInputSaid && isOutputSaid && areCounts(raw, 0)) return { usage: said, estimated: false };
  const outputTokens = isOutputSaid ? said.outputTokens : tokensOf(textBytes(response, 0));
  if (isInputSaid) return { usage: { ...said, outputTokens }, estimated: true };
  return { usage: { ...NO_USAGE, inputTokens: tokensOf(requestBytes() ?? 0), outputTokens }, estimated: true };
}

function tokensOf(bytes: number): number {
  return Math.ceil(bytes / BYTES_PER_TOKEN);
}

/** The counts that make up a bill. */
const NAMES: Readonly<Record<Protocol, readonly [input: string, output: string]>> = {
  anthropic: ["input_tokens", "output_tokens"],
  "openai-chat": ["prompt_tokens", "completion_tokens"],
  "openai-responses": ["input_tokens", "output_tokens"],
  gemini: ["promptTokenCount", "candidatesTokenCount"],
  ollama: ["prompt_eval_count", "eval_count"],
};

function rawUsage(protocol: Protocol, response: Json | undefined): RawObject {
  if (protocol === "gemini") return objectAt(response, "usageMetadata");
  if (protocol !== "ollama") return objectAt(response, "usage");
  return { prompt_eval_count: member(response, "prompt_eval_count"), eval_count: member(response, "eval_count") };
}

/** A count may be left out: an embedding has no output. */
function isCount(value: unknown): boolean {
  return (
    value === undefined || value === null || (Number.isInteger(value) && Number(value) >= 0 && Number(value) <= MOST)
  );
}

/** Whether all numbers of tokens in a usage are such; whatever else is in it, such as times and prices, may be anything. */
function areCounts(value: unknown, depth: number): boolean {
  if (depth > DEPTH || typeof value !== "object" || value === null) return true;
  if (Array.isArray(value)) return value.every((item) => areCounts(item, depth + 1));
  for (const [name, part] of Object.entries(value)) {
    const isRight = typeof part === "object" ? areCounts(part, depth + 1) : isCount(part) || !COUNTS.test(name);
    if (!isRight) return false;
  }
  return true;
}

const COUNTS = /tokens$|TokenCount$|tokenCount$/;

/** The bytes of what an answer says; its envelope is no output. */
function textBytes(value: unknown, depth: number): number {
  if (depth > 16) return 0;
  if (typeof value === "string") return Buffer.byteLength(value);
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + textBytes(item, depth + 1), 0);
  if (!isRawObject(value)) return 0;
  let bytes = 0;
  for (const [name, part] of Object.entries(value)) {
    if (depth === 0 ? CONTENT.has(name) : !ENVELOPE.has(name)) bytes += textBytes(part, depth + 1);
  }
  return bytes;
}

/** Where the protocols have what the model made. */
const CONTENT: ReadonlySet<string> = new Set(["content", "choices", "output", "candidates", "message", "response"]);

/** What is beside it. */
const ENVELOPE: ReadonlySet<string> = new Set([
  "type",
  "role",
  "id",
  "call_id",
  "status",
  "finish_reason",
  "finishReason",
  "logprobs",
  "signature",
  "thoughtSignature",
  "encrypted_content",
  "safetyRatings",
]);
