import { listOf, objectOf, textOf, type RawObject } from "../json.ts";
import { encodeSse } from "../sse/encode-sse.ts";

/** What a response knows only at its end. */
const OF_THE_END = ["error", "incomplete_details", "usage", "completed_at"];
const ENDS: ReadonlySet<string> = new Set(["completed", "incomplete", "failed"]);

/**
 * The events of a response that was not streamed: `response.created`, each item as it is added, its texts, and as it is
 * done, then the response whole.
 */
export function streamOfResponses(body: RawObject): string[] {
  const running: Record<string, unknown> = { ...body, status: "in_progress", output: [] };
  for (const name of OF_THE_END) if (body[name] !== undefined) running[name] = null;
  const events: RawObject[] = [{ type: "response.created", response: running }];
  for (const [output_index, entry] of listOf(body["output"]).entries()) {
    const item = objectOf(entry);
    const at = { item_id: item["id"], output_index };
    events.push({ type: "response.output_item.added", output_index, item: openItem(item) });
    for (const event of eventsOfItem(item)) events.push({ type: event["type"], ...at, ...event });
    events.push({ type: "response.output_item.done", output_index, item });
  }
  const status = textOf(body["status"]);
  const last = ENDS.has(status) ? status : status === "in_progress" || status === "queued" ? status : "completed";
  events.push({ type: `response.${last}`, response: body });
  return events.map((event, sequence_number) => {
    const { type, ...rest } = event;
    return encodeSse({ event: textOf(type), data: JSON.stringify({ type, sequence_number, ...rest }) });
  });
}

/** The item as it is announced: without its texts. */
function openItem(item: RawObject): RawObject {
  const open: Record<string, unknown> = { ...item };
  if (item["status"] !== undefined) open["status"] = "in_progress";
  for (const name of ["arguments", "input"]) if (typeof item[name] === "string") open[name] = "";
  for (const name of ["content", "summary"]) if (Array.isArray(item[name])) open[name] = [];
  return open;
}

function eventsOfItem(item: RawObject): RawObject[] {
  const { type } = item;
  const events: RawObject[] = [];
  for (const [summary_index, part] of listOf(item["summary"]).entries()) {
    events.push(...eventsOfPart("response.reasoning_summary_part", objectOf(part), { summary_index }));
  }
  for (const [content_index, part] of listOf(item["content"]).entries()) {
    events.push(...eventsOfPart("response.content_part", objectOf(part), { content_index }));
  }
  if (type === "function_call") {
    const said = textOf(item["arguments"]);
    events.push({ type: "response.function_call_arguments.delta", delta: said });
    events.push({ type: "response.function_call_arguments.done", name: item["name"], arguments: said });
  } else if (type === "custom_tool_call") {
    const said = textOf(item["input"]);
    events.push({ type: "response.custom_tool_call_input.delta", delta: said });
    events.push({ type: "response.custom_tool_call_input.done", input: said });
  }
  return events;
}

/** The names of the texts of parts: the event, and the member that holds the text. */
const TEXTS: ReadonlyMap<unknown, readonly [event: string, name: string]> = new Map([
  ["output_text", ["response.output_text", "text"]],
  ["refusal", ["response.refusal", "refusal"]],
  ["reasoning_text", ["response.reasoning_text", "text"]],
  ["summary_text", ["response.reasoning_summary_text", "text"]],
]);

function eventsOfPart(event: string, part: RawObject, place: RawObject): RawObject[] {
  const known = TEXTS.get(part["type"]);
  if (known === undefined) {
    return [
      { type: `${event}.added`, ...place, part },
      { type: `${event}.done`, ...place, part },
    ];
  }
  const [text, name] = known;
  const said = textOf(part[name]);
  const annotations = listOf(part["annotations"]);
  const probabilities = part["logprobs"] === undefined ? {} : { logprobs: part["logprobs"] };
  const open: Record<string, unknown> = { ...part, [name]: "" };
  for (const list of ["annotations", "logprobs"]) if (Array.isArray(part[list])) open[list] = [];
  return [
    { type: `${event}.added`, ...place, part: open },
    { type: `${text}.delta`, ...place, delta: said, ...probabilities },
    ...annotations.map((annotation, annotation_index) => ({
      type: "response.output_text.annotation.added",
      ...place,
      annotation_index,
      annotation,
    })),
    { type: `${text}.done`, ...place, [name]: said, ...probabilities },
    { type: `${event}.done`, ...place, part },
  ];
}
