import type { RawObject } from "@tesserae/wire";
import type { TessenEvent } from "../../events/tessen-event.ts";
import { listOf, objectOf, textOf } from "../../tags/json-shape.ts";
import { cleanLine } from "../output/clean.ts";
import { formatCount } from "../output/format.ts";
import type { Style } from "../output/style.ts";
import { textLines } from "./message-lines.ts";

/** What is to be seen of an event that is no model call: a run, a turn, a message, a tool, a note, the end of a process. */
export function frameworkLines(event: TessenEvent, style: Style, full: boolean): string[] {
  const { call_type: type } = event;
  // Every kind has what it tells in a member of its own name.
  const told = objectOf(event[type]);
  const text = (value: unknown): string[] => {
    const written = textOrJson(value);
    return written === "" ? [] : textLines(written, full).map((line) => `  ${line}`);
  };
  switch (type) {
    case "run":
      return [
        `${style.bold("run")} ${nameOf(told)}${listed("of", listOf(told["participants"]))}`,
        ...text(told["task"]),
        ...endOf(told),
      ];
    case "agent": {
      const messages = told["messages"];
      const answer = cleanLine(objectOf(told["response"])["type"], 60);
      const parts = [
        `${style.bold("turn")} of ${nameOf(told)}`,
        typeof messages === "number" ? `${formatCount(messages)} new message(s)` : "",
        answer === "" ? "" : `answered with ${answer}`,
      ];
      return [parts.filter((part) => part !== "").join(", ")];
    }
    case "message": {
      const way = `${cleanLine(told["from"], 40)} ${style.marks.arrow} ${cleanLine(told["to"], 60)}`;
      return [`${style.bold("message")} ${way}: ${cleanLine(told["type"], 40)}`, ...text(told["content"])];
    }
    case "tool":
      return [
        `${style.bold("tool")} ${cleanLine(told["name"], 60)}`,
        ...text(told["args"]),
        ...(typeof told["result"] === "string" ? [style.dim("[result]"), ...text(told["result"])] : []),
      ];
    case "note":
      return [style.bold("note"), ...text(told["text"]), ...text(told["data"])];
    case "process":
      return [`${style.bold("process")} ${cleanLine(told["reason"], 80)}`];
    default:
      return [];
  }
}

/** A name, and in brackets what kind of thing it names. */
function nameOf(told: RawObject): string {
  const kind = cleanLine(told["kind"], 60);
  return `${cleanLine(told["name"], 60)}${kind === "" ? "" : ` (${kind})`}`;
}

function listed(word: string, names: readonly unknown[]): string {
  return names.length === 0 ? "" : ` ${word} ${names.map((name) => cleanLine(name, 40)).join(", ")}`;
}

function endOf(run: RawObject): string[] {
  const { turns } = run;
  const reason = cleanLine(run["stop_reason"], 200);
  const after = typeof turns === "number" ? ` after ${formatCount(turns)} turn(s)` : "";
  return reason === "" && after === "" ? [] : [`ended${after}${reason === "" ? "" : `: ${reason}`}`];
}

/** Text as it is, other JSON with line breaks; nothing of what is not there. */
function textOrJson(value: unknown): string {
  if (value === undefined || value === null) return "";
  return textOf(value) || (JSON.stringify(value, undefined, 2) ?? "");
}
