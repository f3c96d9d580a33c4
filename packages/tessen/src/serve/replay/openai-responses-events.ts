import type { RawObject } from "@tesserae/wire";
import { objectsIn, piecesIn } from "./members.ts";

/** The events as which an OpenAI response could have been streamed. */
export function openAIResponsesEvents(body: RawObject): RawObject[] {
  const status = ENDS.find((end) => end === body["status"]) ?? "completed";
  // One that runs in the background is answered before it has ended.
  const begun = status === "queued" ? status : "in_progress";
  const response = { ...body, status: begun, output: [], incomplete_details: null, usage: null };
  const items = objectsIn(body["output"]).flatMap((item, output_index) => [
    { type: "response.output_item.added", output_index, item: opened(item) },
    ...texts(item).flatMap((text) => textEvents(text, { item_id: item["id"], output_index })),
    { type: "response.output_item.done", output_index, item },
  ]);
  return [
    { type: "response.created", response },
    { type: "response.in_progress", response },
    ...items,
    { type: `response.${status}`, response: body },
  ].map((event, sequence_number) => ({ ...event, sequence_number }));
}

/** The states, beside `completed`, that an event tells of. */
const ENDS = ["incomplete", "failed", "queued", "in_progress"] as const;

/** A text that comes in pieces, and the part of the item that it fills; arguments are no part. */
interface ItemText {
  readonly event: string;
  /** The member that holds the text. */
  readonly member: string;
  readonly text: unknown;
  readonly place: RawObject;
  readonly part?: { readonly event: string; readonly whole: RawObject };
}

/** An item as it is announced: without what comes in pieces. */
function opened(item: RawObject): RawObject {
  const status = item["status"] === undefined ? {} : { status: "in_progress" };
  switch (item["type"]) {
    case "message":
      return { ...item, ...status, content: [] };
    case "reasoning":
      return { ...item, ...status, summary: [], ...(Array.isArray(item["content"]) ? { content: [] } : {}) };
    case "function_call":
      return { ...item, ...status, arguments: "" };
    case "custom_tool_call":
      return { ...item, ...status, input: "" };
    default:
      return { ...item, ...status };
  }
}

function texts(item: RawObject): readonly ItemText[] {
  switch (item["type"]) {
    case "message":
      return contentTexts(item);
    case "reasoning":
      return [...summaryTexts(item), ...contentTexts(item)];
    case "function_call":
      return [{ event: "response.function_call_arguments", member: "arguments", text: item["arguments"], place: {} }];
    case "custom_tool_call":
      return [{ event: "response.custom_tool_call_input", member: "input", text: item["input"], place: {} }];
    default:
      return [];
  }
}

function summaryTexts(item: RawObject): readonly ItemText[] {
  return objectsIn(item["summary"]).map((whole, summary_index) => ({
    event: "response.reasoning_summary_text",
    member: "text",
    text: whole["text"],
    place: { summary_index },
    part: { event: "response.reasoning_summary_part", whole },
  }));
}

function contentTexts(item: RawObject): readonly ItemText[] {
  return objectsIn(item["content"]).map((whole, content_index) => {
    const member = whole["type"] === "refusal" ? "refusal" : "text";
    return {
      event: `response.${String(whole["type"])}`,
      member,
      text: whole[member],
      place: { content_index },
      part: { event: "response.content_part", whole },
    };
  });
}

function textEvents({ event, member, text, place, part }: ItemText, item: RawObject): RawObject[] {
  const at = { ...item, ...place };
  const pieces = piecesIn(text);
  const annotations = objectsIn(part?.whole["annotations"]);
  const empty = part && {
    ...part.whole,
    ...(typeof text === "string" ? { [member]: "" } : {}),
    ...(annotations.length === 0 ? {} : { annotations: [] }),
  };
  return [
    ...(part === undefined ? [] : [{ type: `${part.event}.added`, ...at, part: empty }]),
    ...pieces.map((delta) => ({ type: `${event}.delta`, ...at, delta })),
    ...annotations.map((annotation, annotation_index) => ({
      type: "response.output_text.annotation.added",
      ...at,
      annotation_index,
      annotation,
    })),
    ...(pieces.length === 0 ? [] : [{ type: `${event}.done`, ...at, [member]: text }]),
    ...(part === undefined ? [] : [{ type: `${part.event}.done`, ...at, part: part.whole }]),
  ];
}
