/** The answers of the tests' provider, in both vendors' formats, whole and in pieces. */
import { event } from "./model-server.ts";

/** What OpenAI's chat completions answer. */
export const CHAT: Record<string, unknown> = {
  id: "chatcmpl-1",
  object: "chat.completion",
  created: 1_700_000_000,
  model: "gpt-4o-2024-08-06",
  choices: [
    {
      index: 0,
      message: { role: "assistant", content: "Hello there.", refusal: null },
      logprobs: null,
      finish_reason: "stop",
    },
  ],
  usage: {
    prompt_tokens: 1000,
    completion_tokens: 100,
    total_tokens: 1100,
    prompt_tokens_details: { cached_tokens: 400 },
    completion_tokens_details: { reasoning_tokens: 0 },
  },
};

/** What {@link CHAT} cost, in US dollars. */
export const CHAT_COST = 0.003;

const chunk = (delta: unknown, finish: string | null = null, usage?: unknown): string =>
  event({
    id: "chatcmpl-1",
    object: "chat.completion.chunk",
    created: 1_700_000_000,
    model: "gpt-4o-2024-08-06",
    choices: usage === undefined ? [{ index: 0, delta, finish_reason: finish }] : [],
    ...(usage === undefined ? {} : { usage }),
  });

/** The same answer as a stream, event by event. */
export const CHAT_EVENTS: readonly string[] = [
  chunk({ role: "assistant", content: "" }),
  chunk({ content: "Hello" }),
  chunk({ content: " there." }),
  chunk({}, "stop"),
  chunk({}, null, CHAT["usage"]),
  event("[DONE]"),
];

/** What Anthropic's messages answer. */
export const MESSAGE: Record<string, unknown> = {
  id: "msg_1",
  type: "message",
  role: "assistant",
  model: "claude-haiku-4-5",
  content: [{ type: "text", text: "Hello there." }],
  stop_reason: "end_turn",
  stop_sequence: null,
  usage: { input_tokens: 1000, output_tokens: 100, cache_read_input_tokens: 0, cache_creation_input_tokens: 0 },
};

/** What {@link MESSAGE} cost, in US dollars. */
export const MESSAGE_COST = 0.0015;

/** The same answer as a stream, event by event. */
export const MESSAGE_EVENTS: readonly string[] = [
  event(
    {
      type: "message_start",
      message: { ...MESSAGE, content: [], stop_reason: null, usage: { input_tokens: 1000, output_tokens: 1 } },
    },
    "message_start",
  ),
  event({ type: "content_block_start", index: 0, content_block: { type: "text", text: "" } }, "content_block_start"),
  event({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "Hello" } }, "content_block_delta"),
  event(
    { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: " there." } },
    "content_block_delta",
  ),
  event({ type: "content_block_stop", index: 0 }, "content_block_stop"),
  event(
    { type: "message_delta", delta: { stop_reason: "end_turn", stop_sequence: null }, usage: { output_tokens: 100 } },
    "message_delta",
  ),
  event({ type: "message_stop" }, "message_stop"),
];

/** An error as OpenAI words it. */
export const OPENAI_ERROR: Record<string, unknown> = {
  error: { message: "Slow down.", type: "rate_limit_exceeded", param: null, code: "rate_limit_exceeded" },
};

/** An error as Anthropic words it. */
export const ANTHROPIC_ERROR: Record<string, unknown> = {
  type: "error",
  error: { type: "overloaded_error", message: "Overloaded" },
};
