import { readdirSync, readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { basename, join } from "node:path";
import { isRawObject, WireError } from "@tesserae/wire";
import type { TessenEvent } from "../../events/tessen-event.ts";

/** The log of an agent. */
export interface LogSourceOptions {
  /** The agent's name, or a `.jsonl` file, or a folder of them. */
  readonly agent: string;
  /** The folder of all logs. Default: `TESSEN_LOG_DIR`, else `~/.tessen/logs`. */
  readonly logDir?: string;
}

/** Reads the events of a log, oldest first; lines that are no events are left out. Throws `ERR_INVALID_ARGUMENT`. */
export function readLog({ agent, logDir }: LogSourceOptions): readonly TessenEvent[] {
  const isPath = /[/\\]|\.jsonl$/.test(agent);
  const all = logDir ?? (process.env["TESSEN_LOG_DIR"]?.trim() || join(homedir(), ".tessen", "logs"));
  const path = isPath ? agent : join(all, agent);
  const events = new Map<string, TessenEvent>();
  try {
    for (const file of filesOf(path)) {
      for (const line of readFileSync(file, "utf8").split("\n")) {
        const event = parsed(line);
        if (isEvent(event)) events.set(event.event_id, event);
      }
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new WireError("ERR_INVALID_ARGUMENT", `The log ${path} cannot be read: ${reason}`);
  }
  return [...events.values()];
}

/** The files of a log in the order in which they were written: `DAY.jsonl`, `DAY.1.jsonl`, … */
function filesOf(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return [path];
  const place = (file: string): readonly [day: string, number: number] => {
    const [day = "", number] = basename(file, ".jsonl").split(".");
    return [day, Number(number ?? 0)];
  };
  return readdirSync(path)
    .filter((name) => name.endsWith(".jsonl"))
    .map((name) => join(path, name))
    .sort((a, b) => {
      const [[day, number], [otherDay, otherNumber]] = [place(a), place(b)];
      return day === otherDay ? number - otherNumber : day < otherDay ? -1 : 1;
    });
}

function parsed(line: string): unknown {
  try {
    return line === "" ? undefined : JSON.parse(line);
  } catch {
    return undefined;
  }
}

function isEvent(value: unknown): value is TessenEvent {
  if (!isRawObject(value)) return false;
  const { event_id, call_type, status, surface } = value;
  return [event_id, call_type, status, surface].every((member) => typeof member === "string");
}
