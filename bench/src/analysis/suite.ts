import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { figure, type Suite } from "../lib/report.ts";
import { makeLog } from "./make-log.ts";

/** How one reading went. */
interface Reading {
  /** Seconds. */
  readonly wall: number;
  readonly cpu: number;
  /** Bytes. */
  readonly rss: number;
}

const AGENT = "made";
const SUBJECT = fileURLToPath(new URL("subject.mjs", import.meta.url));
const TESSEN = new URL("../../../packages/tessen/dist/main.js", import.meta.url).href;
const MEGABYTE = 1e6;
/** Up to 10,000 runs are told apart, which a tenth of the log does not have; nothing else grows. */
const MOST_GROWTH = 1.5;

/** What is read: events of so many bytes. */
export interface AnalysisOptions {
  /** The size of the log. Default: 1,000 (MB). */
  readonly megabytes?: number;
}

/**
 * How long `tessen analyze` takes for a large log, and how much memory, beside a loop that parses each line and one that
 * only finds the lines. Every reading has a process of its own; the file is in the cache of the system.
 */
export function analysis({ megabytes = 1000 }: AnalysisOptions = {}): Suite {
  const rows: string[][] = [];
  const verdicts: Suite["verdicts"][number][] = [];
  for (const eventBytes of [1000, 14_000]) {
    const logDir = mkdtempSync(join(tmpdir(), "tesserae-bench-"));
    try {
      const small = memoryOf(logDir, megabytes / 10, eventBytes);
      const events = makeLog({ logDir, agent: AGENT, bytes: megabytes * MEGABYTE, eventBytes });
      read("lines", logDir);
      const [lines, parse, tessen] = [read("lines", logDir), read("parse", logDir), read("tessen", logDir)];
      const name = `${megabytes} MB in ${events} events`;
      const shown = ({ wall, cpu }: Reading): string => `${figure(wall)} (${figure(cpu)})`;
      rows.push([
        name,
        shown(lines),
        shown(parse),
        shown(tessen),
        figure(tessen.rss / MEGABYTE),
        figure(small / MEGABYTE),
      ]);
      verdicts.push(
        { what: `${name}, for each GB`, against: "seconds", value: (tessen.wall * 1000) / megabytes, most: 10 },
        { what: `${name}, memory`, against: "a tenth of it", value: tessen.rss / small, most: MOST_GROWTH },
      );
    } finally {
      rmSync(logDir, { recursive: true });
    }
  }
  return {
    title: "Log analysis",
    note: "Seconds on the wall, in brackets those of the processor; memory in MB at its most.",
    table: [["", "lines found", "lines parsed", "tessen analyze", "memory", "memory for a tenth"], ...rows],
    verdicts,
  };
}

function memoryOf(logDir: string, megabytes: number, eventBytes: number): number {
  makeLog({ logDir, agent: AGENT, bytes: megabytes * MEGABYTE, eventBytes });
  return read("tessen", logDir).rss;
}

function read(way: "lines" | "parse" | "tessen", logDir: string): Reading {
  const file = join(logDir, AGENT, "2026-05-14.jsonl");
  const { status, stderr } = spawnSync(process.execPath, ["--no-warnings", SUBJECT, way, TESSEN, logDir, AGENT, file], {
    encoding: "utf8",
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  if (status !== 0) throw new Error(`${way}, ${statSync(file).size} bytes: ${stderr}`);
  return JSON.parse(stderr.slice(stderr.indexOf("{"))) as Reading;
}
