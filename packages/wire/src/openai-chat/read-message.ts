import { isRawObject, listOf, nonEmptyText, objectOf, textOf, type JsonObject, type RawObject } from "../json.ts";
import type { Citation } from "../response/assembled-response.ts";
import type { Delta } from "../response/delta.ts";
import type { ResponseBuilder } from "../response/response-builder.ts";

/** Reads what a whole message and a streamed delta have in common: reasoning, text, refusal, citations. */
export function readMessage(message: RawObject, builder: ResponseBuilder, out: Delta[]): void {
  const reasoning = reasoningOf(message);
  // An empty text keeps the reasoning going, its absence ends it; of parts each says itself which it is.
  if (reasoning !== undefined) builder.addThinking(reasoning, out);
  else if (!Array.isArray(message["content"])) builder.endThinking(out);
  readContent(message["content"], builder, out);
  if (typeof message["refusal"] === "string") builder.addRefusal(message["refusal"], out);
  if (Array.isArray(message["annotations"])) {
    for (const annotation of message["annotations"]) builder.addCitation(citationOfOpenAI(annotation), out);
  }
  if (isRawObject(message["function_call"])) {
    builder.notes.add("legacy_function_call", "The model used function_call, which tool calls have replaced.");
  }
}

function readContent(content: unknown, builder: ResponseBuilder, out: Delta[]): void {
  if (typeof content === "string") {
    if (content !== "") {
      builder.endThinking(out);
      builder.addText(content, out);
    }
    return;
  }
  // Mistral sends a list of parts when its model thinks.
  for (const entry of listOf(content)) {
    const part = objectOf(entry);
    if (part["type"] === "thinking") {
      const thinking = part["thinking"];
      if (typeof thinking === "string") builder.addThinking(thinking, out);
      for (const piece of listOf(thinking)) builder.addThinking(textOf(objectOf(piece)["text"]), out);
    } else if (typeof part["text"] === "string") {
      readContent(part["text"], builder, out);
    } else if (typeof part["refusal"] === "string") {
      builder.addRefusal(part["refusal"], out);
    } else {
      builder.notes.add("unknown_event", `content part "${textOf(part["type"])}"`);
    }
  }
}

/** The reasoning under any of the names that servers give it; `undefined` when there is none at all. */
function reasoningOf(message: RawObject): string | undefined {
  if (typeof message["reasoning_content"] === "string") return message["reasoning_content"];
  if (typeof message["reasoning"] === "string") return message["reasoning"];
  const details = message["reasoning_details"];
  if (!Array.isArray(details)) return undefined;
  let text = "";
  for (const entry of details) text += textOf(objectOf(entry)["text"]) || textOf(objectOf(entry)["summary"]);
  return text;
}

/** An annotation of chat completions (its source one level down) or of responses, as a citation. */
export function citationOfOpenAI(annotation: unknown): Citation {
  const raw = objectOf(annotation);
  const source = isRawObject(raw["url_citation"]) ? raw["url_citation"] : raw;
  const url = nonEmptyText(source["url"]);
  const title = nonEmptyText(source["title"]);
  const citedText = nonEmptyText(source["content"]);
  return {
    ...(url === undefined ? {} : { url }),
    ...(title === undefined ? {} : { title }),
    ...(citedText === undefined ? {} : { citedText }),
    ...(typeof source["start_index"] === "number" ? { startIndex: source["start_index"] } : {}),
    ...(typeof source["end_index"] === "number" ? { endIndex: source["end_index"] } : {}),
    raw: raw as JsonObject,
  };
}
