import type { Json } from "../json.ts";
import { encodeSse } from "../sse/encode-sse.ts";
import type {
  OpenAIResponsesOutputItem,
  OpenAIResponsesResponse,
  OpenAIResponsesStreamEvent,
  OpenAIResponsesUsage,
} from "../openai-responses/types.ts";
import type { Usage } from "../usage/usage.ts";
import { piecesOf, type EncodeOptions, type ScriptedResponse } from "./script.ts";

/** Writes a script as the body of an OpenAI response. */
export function encodeOpenAIResponsesBody(
  script: ScriptedResponse,
  options: EncodeOptions = {},
): OpenAIResponsesResponse {
  const reason = incompleteReason(script);
  return {
    id: script.id === undefined || script.id === "" ? "resp_scripted" : script.id,
    object: "response",
    created_at: options.created ?? 0,
    model: script.model,
    status: reason === undefined ? "completed" : "incomplete",
    output: itemsOf(script).map(({ item }) => item),
    error: null,
    incomplete_details: reason === undefined ? null : { reason },
    usage: script.usage === undefined || script.usage === null ? null : usageFor(script.usage),
  };
}

/** Writes a script as the events of a streamed OpenAI response. */
export function encodeOpenAIResponsesEvents(
  script: ScriptedResponse,
  options: EncodeOptions = {},
): OpenAIResponsesStreamEvent[] {
  const body = encodeOpenAIResponsesBody(script, options);
  const running = { ...body, status: "in_progress", output: [], incomplete_details: null, usage: null };
  const events: Omit<OpenAIResponsesStreamEvent, "sequence_number">[] = [
    { type: "response.created", response: running },
    { type: "response.in_progress", response: running },
  ];
  itemsOf(script).forEach(({ item, open, id, texts }, output_index) => {
    events.push({ type: "response.output_item.added", output_index, item: open });
    for (const { type, text, place, part } of texts) {
      const at = { item_id: id, output_index, ...place };
      if (part !== undefined) events.push({ type: `${part.event}.added`, ...at, part: part.open });
      for (const delta of piecesOf(text, options)) events.push({ type: `${type}.delta`, ...at, delta });
      const whole = { [WHOLE_TEXT[type] ?? "text"]: text };
      events.push({ type: `${type}.done`, ...at, ...whole });
      if (part !== undefined) events.push({ type: `${part.event}.done`, ...at, part: part.done });
    }
    events.push({ type: "response.output_item.done", output_index, item });
  });
  events.push({ type: `response.${body.status}`, response: body });
  return events.map((event, sequence_number) => ({ ...event, sequence_number }));
}

/** Writes a script as the server-sent events of a streamed OpenAI response: one text an event. */
export function encodeOpenAIResponsesStream(script: ScriptedResponse, options: EncodeOptions = {}): string[] {
  return encodeOpenAIResponsesEvents(script, options).map((event) =>
    encodeSse({ event: event.type, data: JSON.stringify(event) }),
  );
}

/** Under which name the event that ends a text repeats it, where that is not `text`. */
const WHOLE_TEXT: Readonly<Record<string, string>> = {
  "response.function_call_arguments": "arguments",
  "response.refusal": "refusal",
};

/** An item of the output, as it is announced and as it is done, and the texts that come in between. */
interface ScriptedItem {
  readonly id: string;
  readonly item: OpenAIResponsesOutputItem;
  readonly open: OpenAIResponsesOutputItem;
  readonly texts: readonly {
    readonly type: string;
    readonly text: string;
    readonly place: { readonly content_index?: number; readonly summary_index?: number };
    /** The part that the text fills; arguments are no part. */
    readonly part?: { readonly event: string; readonly open: Json; readonly done: Json };
  }[];
}

function itemsOf(script: ScriptedResponse): ScriptedItem[] {
  const items: ScriptedItem[] = [];
  const { text = "", thinking = "", refusal } = script;
  if (thinking !== "") {
    const id = "rs_scripted";
    const item = { type: "reasoning" as const, id, summary: [{ type: "summary_text" as const, text: thinking }] };
    const done = { type: "summary_text", text: thinking };
    const part = { event: "response.reasoning_summary_part", open: { ...done, text: "" }, done };
    const texts = [{ type: "response.reasoning_summary_text", text: thinking, place: { summary_index: 0 }, part }];
    items.push({ id, item, open: { ...item, summary: [] }, texts });
  }
  if (text !== "" || refusal !== undefined) {
    const id = "msg_scripted";
    const said = text === "" ? [] : [{ type: "output_text" as const, text, annotations: [] }];
    const refused = refusal === undefined ? [] : [{ type: "refusal" as const, refusal }];
    const item = { type: "message" as const, id, role: "assistant" as const, status: "completed" };
    items.push({
      id,
      item: { ...item, content: [...said, ...refused] },
      open: { ...item, status: "in_progress", content: [] },
      texts: [
        ...said.map((done) => ({
          type: "response.output_text",
          text,
          place: { content_index: 0 },
          part: { event: "response.content_part", open: { ...done, text: "" }, done },
        })),
        ...refused.map((done) => ({
          type: "response.refusal",
          text: done.refusal,
          place: { content_index: said.length },
          part: { event: "response.content_part", open: { ...done, refusal: "" }, done },
        })),
      ],
    });
  }
  (script.toolCalls ?? []).forEach((call, index) => {
    const id = `fc_scripted_${index}`;
    const item = { type: "function_call" as const, id, call_id: call.id, name: call.name, status: "completed" };
    items.push({
      id,
      item: { ...item, arguments: call.arguments },
      open: { ...item, status: "in_progress", arguments: "" },
      texts: [{ type: "response.function_call_arguments", text: call.arguments, place: {} }],
    });
  });
  return items;
}

function usageFor(usage: Usage): OpenAIResponsesUsage {
  return {
    input_tokens: usage.inputTokens,
    input_tokens_details: {
      cached_tokens: usage.cacheReadTokens,
      ...(usage.cacheWriteTokens === 0 ? {} : { cache_write_tokens: usage.cacheWriteTokens }),
    },
    output_tokens: usage.outputTokens,
    output_tokens_details: { reasoning_tokens: usage.reasoningTokens },
    total_tokens: usage.inputTokens + usage.outputTokens,
  };
}

function incompleteReason(script: ScriptedResponse): string | undefined {
  if (script.finishReason === "length") return "max_output_tokens";
  const isFiltered = script.finishReason === "content_filter" && script.refusal === undefined;
  return isFiltered ? "content_filter" : undefined;
}
