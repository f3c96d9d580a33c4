import type { Usage } from "@tesserae/wire/usage";
import { PART, type Prompt } from "./prompt.ts";

/** A whole answer in JSON, in the provider's form. */
export function answerOf(prompt: Prompt, parts: number, usage: Usage): object {
  const text = PART.repeat(parts);
  const { form, model } = prompt;
  if (form === "chat") {
    const message = { role: "assistant", content: text, refusal: null };
    const choices = [{ index: 0, message, logprobs: null, finish_reason: "stop" }];
    return { id: "chatcmpl-1", object: "chat.completion", created: 1, model, choices, usage: chatUsage(usage) };
  }
  return form === "messages" ? message(model, text, usage, "end_turn") : response(model, text, usage, "completed");
}

/** The events of a streamed answer: the head, one for each part of the text, and the end with the usage. */
export function eventsOf(
  prompt: Prompt,
  parts: number,
  usage: Usage,
): { readonly head: string; readonly part: string; readonly end: string } {
  if (prompt.form === "chat") return chatEvents(prompt, usage);
  return prompt.form === "messages" ? messageEvents(prompt, usage) : responseEvents(prompt, parts, usage);
}

function chatEvents({ model, asksUsage }: Prompt, usage: Usage): ReturnType<typeof eventsOf> {
  const chunk = (choices: object[], more: object = {}): string =>
    data({ id: "chatcmpl-1", object: "chat.completion.chunk", created: 1, model, choices, ...more });
  const choice = (delta: object, finish_reason: string | null): object[] => [{ index: 0, delta, finish_reason }];
  return {
    head: chunk(choice({ role: "assistant", content: "" }, null)),
    part: chunk(choice({ content: PART }, null)),
    end: `${chunk(choice({}, "stop"))}${asksUsage ? chunk([], { usage: chatUsage(usage) }) : ""}data: [DONE]\n\n`,
  };
}

function messageEvents({ model }: Prompt, usage: Usage): ReturnType<typeof eventsOf> {
  const event = (type: string, more: object): string => `event: ${type}\n${data({ type, ...more })}`;
  const begun = { ...message(model, "", { ...usage, outputTokens: 1 }, null), content: [] };
  const delta = { stop_reason: "end_turn", stop_sequence: null };
  return {
    head:
      event("message_start", { message: begun }) +
      event("content_block_start", { index: 0, content_block: { type: "text", text: "" } }),
    part: event("content_block_delta", { index: 0, delta: { type: "text_delta", text: PART } }),
    end:
      event("content_block_stop", { index: 0 }) +
      event("message_delta", { delta, usage: { output_tokens: usage.outputTokens } }) +
      event("message_stop", {}),
  };
}

function responseEvents({ model }: Prompt, parts: number, usage: Usage): ReturnType<typeof eventsOf> {
  const event = (type: string, more: object): string => `event: ${type}\n${data({ type, ...more })}`;
  const begun = { ...response(model, "", usage, "in_progress"), output: [], usage: null };
  const item = { id: "msg_1", type: "message", status: "in_progress", role: "assistant", content: [] };
  const place = { item_id: "msg_1", output_index: 0, content_index: 0 };
  const whole = response(model, PART.repeat(parts), usage, "completed");
  return {
    head:
      event("response.created", { sequence_number: 0, response: begun }) +
      event("response.output_item.added", { sequence_number: 1, output_index: 0, item }),
    part: event("response.output_text.delta", { sequence_number: 2, ...place, delta: PART, logprobs: [] }),
    end: event("response.completed", { sequence_number: 3, response: whole }),
  };
}

function message(model: string, text: string, usage: Usage, stop_reason: string | null): object {
  const content = [{ type: "text", text }];
  const { cacheReadTokens, cacheWriteTokens, cacheWrite1hTokens } = usage;
  const written = cacheWriteTokens + cacheWrite1hTokens;
  const tokens = {
    input_tokens: usage.inputTokens - cacheReadTokens - written,
    cache_read_input_tokens: cacheReadTokens,
    cache_creation_input_tokens: written,
    cache_creation: { ephemeral_5m_input_tokens: cacheWriteTokens, ephemeral_1h_input_tokens: cacheWrite1hTokens },
    output_tokens: usage.outputTokens,
  };
  return {
    id: "msg_1",
    type: "message",
    role: "assistant",
    model,
    content,
    stop_reason,
    stop_sequence: null,
    usage: tokens,
  };
}

function response(model: string, text: string, usage: Usage, status: string): object {
  const content = [{ type: "output_text", text, annotations: [], logprobs: [] }];
  const output = [{ id: "msg_1", type: "message", status, role: "assistant", content }];
  const tokens = {
    input_tokens: usage.inputTokens,
    input_tokens_details: { cached_tokens: usage.cacheReadTokens },
    output_tokens: usage.outputTokens,
    output_tokens_details: { reasoning_tokens: usage.reasoningTokens },
    total_tokens: usage.inputTokens + usage.outputTokens,
  };
  return { id: "resp_1", object: "response", created_at: 1, model, status, error: null, output, usage: tokens };
}

function chatUsage(usage: Usage): object {
  return {
    prompt_tokens: usage.inputTokens,
    prompt_tokens_details: { cached_tokens: usage.cacheReadTokens },
    completion_tokens: usage.outputTokens,
    completion_tokens_details: { reasoning_tokens: usage.reasoningTokens },
    total_tokens: usage.inputTokens + usage.outputTokens,
  };
}

function data(value: object): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}
