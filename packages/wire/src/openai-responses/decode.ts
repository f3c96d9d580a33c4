import { errorOfStreamEvent } from "../errors/classify.ts";
import { isRawObject, listOf, nonEmptyText, objectOf, textOf, type Json, type RawObject } from "../json.ts";
import { logprobsOf } from "../openai-chat/logprobs.ts";
import { citationOfOpenAI } from "../openai-chat/read-message.ts";
import type { AssembledResponse, ProviderData } from "../response/assembled-response.ts";
import type { Delta } from "../response/delta.ts";
import { ResponseBuilder, type AssembleOptions } from "../response/response-builder.ts";
import { usageOfOpenAIResponses } from "../usage/openai-usage.ts";

/** The answer's own output items, which an encoder sends back unchanged: reasoning counts only next to what followed it. */
export interface OpenAIResponsesProviderData {
  readonly output: Json;
}

/** Stands between two parts of reasoning. */
export const PART_BREAK = "\n\n";

/** Reads a response that was not streamed. Never throws; one that is still running, or is none, gives `complete: false`. */
export function decodeOpenAIResponses(body: unknown, options: AssembleOptions = {}): AssembledResponse {
  const response = objectOf(body);
  const builder = new ResponseBuilder(options);
  const out: Delta[] = [];
  readItems(listOf(response["output"]), builder, out);
  readEnvelope(response, builder, out);
  return builder.build(isOver(response));
}

/** Reads everything about a response but its output. */
export function readEnvelope(response: RawObject, builder: ResponseBuilder, out: Delta[]): void {
  builder.id = textOf(response["id"]);
  builder.model = textOf(response["model"]);
  builder.reasonWithCalls = response["status"] === "complete" ? "complete" : "completed";
  const reason = nonEmptyText(objectOf(response["incomplete_details"])["reason"]);
  builder.rawFinishReason = reason ?? nonEmptyText(response["status"]) ?? null;
  if (isRawObject(response["error"])) builder.fail(errorOfStreamEvent(response), out);
  const usage = usageOfOpenAIResponses(response["usage"], response["tool_usage"]);
  // Before `tool_usage` there was no count of searches but the items themselves.
  builder.usage =
    usage === undefined || isRawObject(response["tool_usage"])
      ? (usage ?? null)
      : { ...usage, webSearchRequests: listOf(response["output"]).filter(isWebSearch).length };
}

/** Whether the provider is done with the response. */
export function isOver(response: RawObject): boolean {
  const status = response["status"];
  return status === "completed" || status === "complete" || status === "incomplete";
}

/** Reads output items into text, thinking and calls. */
export function readItems(items: readonly unknown[], builder: ResponseBuilder, out: Delta[]): void {
  let kept = false;
  for (const entry of items) {
    const item = objectOf(entry);
    const type = textOf(item["type"]);
    if (type !== "reasoning") builder.endThinking(out);
    if (type === "message") {
      for (const part of listOf(item["content"])) readPart(objectOf(part), builder, out);
      kept ||= item["phase"] !== undefined;
    } else if (type === "function_call" || type === "custom_tool_call") {
      const draft = builder.startCall(nonEmptyText(item["call_id"]), textOf(item["name"]), out);
      builder.addArguments(draft, textOf(item["arguments"] ?? item["input"]), out);
    } else {
      if (type === "reasoning") readReasoning(item, builder, out);
      kept = true;
    }
  }
  if (kept) builder.providerData = keep(items);
}

function keep(items: readonly unknown[]): ProviderData {
  const data: OpenAIResponsesProviderData = { output: items as Json };
  return { protocol: "openai-responses", data: { ...data } };
}

function readPart(part: RawObject, builder: ResponseBuilder, out: Delta[]): void {
  if (part["type"] === "refusal") {
    builder.addRefusal(textOf(part["refusal"]), out);
    return;
  }
  builder.addText(textOf(part["text"]), out);
  for (const annotation of listOf(part["annotations"])) builder.addCitation(citationOfOpenAI(annotation), out);
  builder.addLogprobs(logprobsOf(part["logprobs"]));
}

function readReasoning(item: RawObject, builder: ResponseBuilder, out: Delta[]): void {
  for (const entry of [...listOf(item["summary"]), ...listOf(item["content"])]) {
    const text = textOf(objectOf(entry)["text"]);
    if (text !== "") builder.addThinking(builder.thinking === "" ? text : PART_BREAK + text, out);
  }
}

function isWebSearch(item: unknown): boolean {
  return objectOf(item)["type"] === "web_search_call";
}
