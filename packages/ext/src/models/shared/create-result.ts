import { CreateResult, type Json } from "@tesserae/core";
import { normalizeToolName, splitThinkTags, type AssembledResponse } from "@tesserae/wire/response";
import { toRequestUsage } from "./request-usage.ts";
import { warnOnce } from "./warn.ts";

/** How an answer becomes a result. */
export interface ResultOptions {
  /** The model that was asked, for warnings. */
  readonly model: string;
  /** Takes reasoning between `<think>` tags out of the text, where the server does not keep it apart (family `r1`). */
  readonly thinkTags?: boolean | undefined;
  /** What must go back to the provider with this answer; default what the protocol's decoder found. */
  readonly providerData?: Json | undefined;
}

/**
 * A model's answer as a result. Calls are the content wherever there are some; the reasoning, and the text beside the
 * calls, are the thought. Words of refusal are text.
 */
export function toCreateResult(response: AssembledResponse, options: ResultOptions): CreateResult {
  const { logprobs } = response;
  const providerData = options.providerData ?? (response.providerData as Json | undefined);
  const { content, thought } = contentOf(response, options);
  return CreateResult({
    finishReason: response.finishReason,
    content,
    usage: toRequestUsage(response.usage),
    ...(logprobs === undefined ? {} : { logprobs: logprobs.map(withoutNull) }),
    ...(thought === undefined ? {} : { thought }),
    ...(providerData === undefined ? {} : { providerData }),
  });
}

function contentOf(
  response: AssembledResponse,
  { model, thinkTags }: ResultOptions,
): Pick<CreateResult, "content" | "thought"> {
  const { toolCalls, thinking } = response;
  const text = response.text + (response.refusal ?? "");
  if (toolCalls.length > 0) {
    const content = toolCalls.map((call) => ({
      id: call.id,
      arguments: call.arguments,
      name: normalizeToolName(call.name),
    }));
    const thought = [thinking, text].filter((part) => part !== "").join("\n");
    return thought === "" ? { content } : { content, thought };
  }
  if (thinking !== "") return { content: text, thought: thinking };
  if (thinkTags !== true) return { content: text };
  const split = splitThinkTags(text);
  if (!split.found) {
    warnOnce(
      "TESSERAE_THINK_TAGS_MISSING",
      `An answer of ${model} has no <think>…</think> part: its reasoning is not known.`,
    );
  }
  return split.thinking === undefined ? { content: text } : { content: split.text, thought: split.thinking };
}

type Logprob = NonNullable<AssembledResponse["logprobs"]>[number];

function withoutNull({ token, logprob, topLogprobs, bytes }: Logprob): NonNullable<CreateResult["logprobs"]>[number] {
  return {
    token,
    logprob,
    topLogprobs: topLogprobs.map((top) => ({
      logprob: top.logprob,
      ...(top.bytes === null ? {} : { bytes: top.bytes }),
    })),
    ...(bytes === null ? {} : { bytes }),
  };
}
