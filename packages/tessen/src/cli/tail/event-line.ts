import type { TessenEvent } from "../../events/tessen-event.ts";
import { listOf, objectOf, textOf } from "../../tags/json-shape.ts";
import { cleanLine } from "../output/clean.ts";
import { formatClock, formatCount, formatDollars, formatDuration } from "../output/format.ts";
import type { Style } from "../output/style.ts";

/** An event on one line: when, who, what, how it ended, how long, how much, where, and its tags. */
export function eventLine(event: TessenEvent, style: Style): string {
  const isCall = event.call_type === "request" || event.call_type === undefined;
  return [
    style.dim(formatClock(event.ts)),
    typeof event._tessen_tier === "number" ? `T${event._tessen_tier}` : "--",
    ...(isCall ? callNames(event) : [cleanLine(event.call_type, 20), cleanLine(subjectOf(event), 60)]),
    statusText(event, style),
    typeof event.duration_ms === "number" ? formatDuration(event.duration_ms) : "",
    typeof event.ttft_ms === "number" ? `ttft=${formatDuration(event.ttft_ms)}` : "",
    isCall ? tokensText(event, style) : "",
    typeof event.cost_usd === "number" ? formatDollars(event.cost_usd) : "",
    style.dim(siteText(event)),
    tagsText(event, style),
  ]
    .filter((part) => part !== "")
    .join(" ");
}

/** The line of the program that made the call. */
export function siteText(event: TessenEvent): string {
  const site = objectOf(event.call_site);
  const file = textOf(site["file"]);
  return file === "" ? "" : cleanLine(`${file}:${JSON.stringify(site["line"]) ?? ""}`, 80);
}

/** How an event ended, with its HTTP status. */
export function statusText(event: TessenEvent, style: Style): string {
  const code = event.http_status ?? objectOf(event.error)["status_code"];
  const status = event.status === "error" ? "error" : "ok";
  const text = typeof code === "number" ? `${status}/${code}` : status;
  return status === "error" ? style.red(text) : style.green(text);
}

function callNames(event: TessenEvent): readonly string[] {
  return [
    cleanLine(event.provider, 30),
    cleanLine(textOf(event.model) || textOf(event.response_model), 60),
    cleanLine(event.surface, 60),
  ];
}

/** What an event that is no model call is about. */
function subjectOf(event: TessenEvent): string {
  const path = listOf(event.agent_path).map(textOf).join("/");
  switch (event.call_type) {
    case "tool":
      return [textOf(objectOf(event.tool)["name"]), path].filter((part) => part !== "").join(" of ");
    case "run": {
      const run = objectOf(event["run"]);
      const reason = textOf(run["stop_reason"]);
      const name = textOf(run["name"]) || textOf(event.team) || textOf(event.run_id);
      return reason === "" ? name : `${name}: ${reason}`;
    }
    case "message": {
      const message = objectOf(event["message"]);
      // Topics have long names, and the type stands behind them.
      return `${cleanLine(message["from"], 24)} to ${cleanLine(message["to"], 16)}: ${cleanLine(message["type"], 24)}`;
    }
    case "note":
      return textOf(objectOf(event["note"])["text"]);
    case "process":
      return textOf(objectOf(event["process"])["reason"]);
    default:
      return path;
  }
}

function tokensText(event: TessenEvent, style: Style): string {
  const usage = objectOf(event.usage);
  const { input_tokens: input, output_tokens: output } = usage;
  if (typeof input !== "number" || typeof output !== "number") return "";
  return `${formatCount(input)}${style.marks.arrow}${formatCount(output)}`;
}

function tagsText(event: TessenEvent, style: Style): string {
  const tags = listOf(event.quality_signals).map((tag) => cleanLine(tag, 60));
  return tags.length === 0 ? "" : style.red(`${style.marks.alarm}${tags.join(",")}`);
}
