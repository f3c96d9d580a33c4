import { listOf, objectOf, textOf } from "../json.ts";
import type { TokenLogprob } from "../response/assembled-response.ts";

/** The log probabilities of a choice (`logprobs.content`), of chat completions and of responses alike. */
export function logprobsOf(content: unknown): TokenLogprob[] {
  return listOf(content).map((entry) => {
    const token = objectOf(entry);
    return {
      token: textOf(token["token"]),
      logprob: numberOf(token["logprob"]),
      topLogprobs: listOf(token["top_logprobs"]).map((other) => ({
        logprob: numberOf(objectOf(other)["logprob"]),
        bytes: bytesOf(objectOf(other)["bytes"]),
      })),
      bytes: bytesOf(token["bytes"]),
    };
  });
}

function numberOf(value: unknown): number {
  return typeof value === "number" ? value : 0;
}

function bytesOf(value: unknown): number[] | null {
  return Array.isArray(value) ? value.map(numberOf) : null;
}
