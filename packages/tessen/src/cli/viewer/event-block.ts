import { remedyOf } from "../../analyze/remedies.ts";
import type { TessenEvent } from "../../events/tessen-event.ts";
import { listOf, objectOf, textOf } from "../../tags/json-shape.ts";
import { tagsOfEvent } from "../../tags/tags-of-event.ts";
import { cleanLine } from "../output/clean.ts";
import { formatCount, formatDollars, formatDuration, formatTime } from "../output/format.ts";
import type { Style } from "../output/style.ts";
import { textTable } from "../output/text-table.ts";
import { siteText, statusText } from "../tail/event-line.ts";
import { readAnswer, readRequest } from "./conversation.ts";
import { frameworkLines } from "./framework-lines.ts";
import { messageLines, textLines } from "./message-lines.ts";

/** How an event is shown. */
export interface BlockOptions {
  /** All of every text, and all messages. */
  readonly full: boolean;
  /** Characters a line of the screen has. */
  readonly width: number;
}

/** So many messages of a request are shown where not all are wanted. */
const LAST_MESSAGES = 4;

/** Everything that is to be seen of an event, as lines. */
export function eventBlock(event: TessenEvent, style: Style, options: BlockOptions): string[] {
  return [
    ruleLine(event, style, options.width),
    headLine(event, style),
    ...placeLines(event),
    ...attemptLines(event, style),
    ...requestLines(event, style, options.full),
    ...answerLines(event, style, options.full),
    ...frameworkLines(event, style, options.full),
    ...usageLines(event),
    ...tagLines(event, style),
    ...errorLines(event, style, options.full),
  ];
}

function ruleLine(event: TessenEvent, style: Style, width: number): string {
  const title = `${style.marks.rule.repeat(2)} ${cleanLine(event.event_id, 80)} `;
  return style.bold(title + style.marks.rule.repeat(Math.max(0, Math.min(width, 100) - title.length)));
}

function headLine(event: TessenEvent, style: Style): string {
  return [
    formatTime(event.ts),
    typeof event._tessen_tier === "number" ? `T${event._tessen_tier}` : "",
    cleanLine(event.provider, 30),
    cleanLine(textOf(event.model) || textOf(event.response_model), 60),
    cleanLine(event.surface, 60),
    statusText(event, style),
    cleanLine(objectOf(event.error)["type"], 60),
    typeof event.duration_ms === "number" ? formatDuration(event.duration_ms) : "",
    typeof event.ttft_ms === "number" ? `ttft=${formatDuration(event.ttft_ms)}` : "",
    typeof event.cost_usd === "number" ? formatDollars(event.cost_usd) : "",
  ]
    .filter((part) => part !== "")
    .join("  ");
}

function placeLines(event: TessenEvent): string[] {
  const site = siteText(event);
  const func = cleanLine(objectOf(event.call_site)["func"], 60);
  const path = listOf(event.agent_path)
    .map((name) => cleanLine(name, 40))
    .join("/");
  const place = [
    path === "" ? "" : `agent ${path}`,
    textOf(event.run_id) === "" ? "" : `run ${cleanLine(event.run_id, 60)}`,
    // Events count from 0, as the channels do; people are told of turns as `tesserae show` and `fork --at` number them.
    typeof event.turn === "number" ? `turn ${event.turn + 1}` : "",
    textOf(event.effect) === "" ? "" : `effect ${cleanLine(event.effect, 100)}`,
    `session ${cleanLine(event.session_id, 60)}`,
  ];
  return [
    ...(site === "" ? [] : [`called at ${site}${func === "" ? "" : ` in ${func}`}`]),
    place.filter((part) => part !== "").join(", "),
  ];
}

function attemptLines(event: TessenEvent, style: Style): string[] {
  const attempts = listOf(event.attempts).map(objectOf);
  if (attempts.length === 0) return [];
  const rows = attempts.map((attempt) => [
    cleanLine(attempt["n"], 5),
    cleanLine(attempt["http_status"] ?? attempt["error_code"] ?? attempt["error_type"], 40),
    typeof attempt["duration_ms"] === "number" ? formatDuration(attempt["duration_ms"]) : "",
    typeof attempt["waited_ms"] === "number" ? formatDuration(attempt["waited_ms"]) : "",
    cleanLine(attempt["request_id"], 60),
  ]);
  const head = ["attempt", "outcome", "took", "then waited", "request"];
  return [style.bold("attempts"), ...textTable([head, ...rows], [0, 2, 3]).map((row) => `  ${row}`)];
}

function requestLines(event: TessenEvent, style: Style, full: boolean): string[] {
  if (event.request_body === undefined && event.request_body_text === undefined) return [];
  if (event.request_body === undefined)
    return [style.bold("request"), ...textLines(textOf(event.request_body_text), full)];
  const { messages, tools, parameters } = readRequest(event.request_body);
  const shown = full ? messages : messages.slice(-LAST_MESSAGES);
  const left = messages.length - shown.length;
  const names = tools.slice(0, full ? tools.length : 8).map((name) => cleanLine(name, 40));
  return [
    style.bold("request"),
    ...(parameters.length === 0
      ? []
      : [`  ${parameters.map(([name, value]) => `${cleanLine(name, 40)}=${cleanLine(value, 100)}`).join(" ")}`]),
    ...(tools.length === 0
      ? []
      : [`  ${formatCount(tools.length)} tool(s): ${names.join(", ")}${names.length < tools.length ? ", …" : ""}`]),
    ...(left === 0 ? [] : [style.dim(`  … ${formatCount(left)} earlier message(s) (--full shows them)`)]),
    ...shown.flatMap((message) => messageLines(message, style, full)).map((line) => `  ${line}`),
  ];
}

function answerLines(event: TessenEvent, style: Style, full: boolean): string[] {
  const body = event.casted_response ?? event.response_body;
  if (body === undefined) return event.body_unavailable === true ? [style.dim("the answer's body was not seen")] : [];
  const messages = readAnswer(body);
  const reason = cleanLine(event.finish_reason, 40);
  const end = cleanLine(event.stream_end, 40);
  const notes = [reason === "" ? "" : `finish: ${reason}`, end === "" || end === "complete" ? "" : `stream: ${end}`];
  const note = notes.filter((part) => part !== "").join(", ");
  return [
    `${style.bold("response")}${note === "" ? "" : ` ${style.dim(`(${note})`)}`}`,
    ...messages.flatMap((message) => messageLines(message, style, full)).map((line) => `  ${line}`),
  ];
}

function usageLines(event: TessenEvent): string[] {
  const usage = objectOf(event.usage);
  const count = (name: string): number => (typeof usage[name] === "number" ? usage[name] : 0);
  if (event.usage === undefined) return [];
  const write = count("cache_write_tokens") + count("cache_write_1h_tokens");
  const parts = [
    `${formatCount(count("input_tokens"))} tokens in`,
    count("cache_read_tokens") === 0 ? "" : `${formatCount(count("cache_read_tokens"))} of them from cache`,
    write === 0 ? "" : `${formatCount(write)} written to cache`,
    `${formatCount(count("output_tokens"))} out`,
    count("reasoning_tokens") === 0 ? "" : `${formatCount(count("reasoning_tokens"))} of them reasoning`,
    typeof event.cost_usd === "number" ? formatDollars(event.cost_usd) : "no price known",
  ];
  return [
    `usage${usage["estimated"] === true ? " (estimated)" : ""}: ${parts.filter((part) => part !== "").join(", ")}`,
  ];
}

function tagLines(event: TessenEvent, style: Style): string[] {
  const tags = listOf(event.quality_signals).map(textOf);
  if (tags.length === 0) return [];
  // Python's tessen writes no evidence; it can be found again.
  const details = objectOf(event.quality_details ?? tagsOfEvent(event).details);
  return tags.flatMap((tag) => {
    const evidence = Object.entries(objectOf(details[tag])).map(
      ([name, value]) => `${cleanLine(name, 40)}=${cleanLine(value, 100)}`,
    );
    const remedy = remedyOf(tag);
    return [
      style.red(`${style.marks.alarm} ${cleanLine(tag, 80)}`),
      ...(evidence.length === 0 ? [] : [`   ${evidence.join(" ")}`]),
      ...(remedy === undefined ? [] : [`   ${remedy}`]),
    ];
  });
}

function errorLines(event: TessenEvent, style: Style, full: boolean): string[] {
  if (event.error === undefined) return [];
  const error = objectOf(event.error);
  const body = error["body"];
  const trace = textOf(error["tb"]);
  return [
    style.red(`error ${cleanLine(error["type"], 80)}: ${cleanLine(error["msg"], 500)}`),
    ...(body === undefined || body === null
      ? []
      : textLines(typeof body === "string" ? body : JSON.stringify(body, undefined, 2), full).map(
          (line) => `  ${line}`,
        )),
    ...(trace === "" ? [] : textLines(trace, full).map((line) => style.dim(`  ${line}`))),
  ];
}
