import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../test/log/temporary-folder.ts";
import { frameworkEvent, modelCall, NOON } from "../cli/testing/sample-events.ts";
import { sampleEvents } from "../cli/testing/sample-log.ts";
import type { ReadOptions, ReadStats } from "../events/read-options.ts";
import { read } from "../events/read.ts";
import type { TessenEvent } from "../events/tessen-event.ts";
import { Accumulator } from "./accumulator.ts";
import { aggregate } from "./aggregate.ts";
import type { Report } from "./report.ts";
import { sumLog } from "./sum-log.ts";

const LONG_AGO = new Date(Date.UTC(2024, 4, 15));

/** A folder with files of one agent, which nobody writes to any more. */
function logWith(files: readonly string[]): string {
  const logDir = temporaryFolder();
  mkdirSync(join(logDir, "agent"));
  for (const [number, content] of files.entries()) {
    const path = join(logDir, "agent", `2024-05-14.${number + 1}.jsonl`);
    writeFileSync(path, content);
    utimesSync(path, LONG_AGO, LONG_AGO);
  }
  return logDir;
}

/** The report by the fast way and by the slow one, which must agree, as must what they say of the files. */
function reportOf(files: readonly string[], options: ReadOptions = {}): { report: Report; stats: ReadStats } {
  const logDir = logWith(files);
  const stats: ReadStats = {};
  const slowStats: ReadStats = {};
  const report = sumLog("agent", { ...options, logDir, stats }, () => new Accumulator()).report({ now: 0 });
  expect(report).toEqual(aggregate(read("agent", { ...options, logDir, stats: slowStats }), { now: 0 }));
  expect(stats).toEqual(slowStats);
  return { report, stats };
}

/** As the recorder writes it: the mark of its language in front of the bodies. */
function ours(event: TessenEvent): string {
  const { request_body, casted_response, response_body, error, ...head } = event;
  return `${JSON.stringify({ ...head, _tessen_lang: "ts", error, request_body, casted_response, response_body })}\n`;
}

/** As Python's tessen writes it: with spaces, without what readers compute of the bodies. */
function pythons(event: TessenEvent): string {
  const { usage: _, cost_usd: __, model: ___, ...own } = event;
  const text = JSON.stringify(own, undefined, 1)
    .replace(/,\n\s*/g, ", ")
    .replace(/\n\s*/g, "");
  return `${text.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)}\n`;
}

const ANSWER = {
  model: "claude-sonnet-4-6",
  stop_reason: "max_tokens",
  content: [{ type: "text", text: 'It "is"\n\\ a colour é.' }],
  usage: { input_tokens: 1000, cache_read_input_tokens: 500, cache_creation_input_tokens: 100, output_tokens: 100 },
};

function calls(id: number): TessenEvent[] {
  const own = { event_id: `evt_00000000000000ab${id.toString(16).padStart(8, "0")}`, session_id: `sess_${id % 3}` };
  return [
    modelCall({ ...own, ts: NOON + id, request_body: { text: "x".repeat(id * 11) }, response_body: ANSWER }),
    modelCall({
      ...own,
      provider: "anthropic",
      surface: "messages.create",
      casted_response: {},
      response_body: ANSWER,
    }),
    modelCall({ ...own, ts: NOON + 86_400 + id, tool_calls: [{ id: "c", name: "t", args_hash: "h", args_bytes: 1 }] }),
    frameworkEvent("tool", { ...own, run_id: "r", tool: { name: "t", call_id: null, args: { request_body: 1 } } }),
    frameworkEvent("run", { ...own, run_id: "r", ts: NOON + id, run: { turns: id, stop_reason: "done" } }),
    { ...modelCall({ ...own, status: "error", response_body: ANSWER }), quality_signals: undefined as never },
  ];
}

describe("the fast way gives the report of the slow one", () => {
  const event = fc.tuple(fc.nat({ max: 6 }), fc.nat({ max: 5 })).map(([id, kind]) => calls(id)[kind] ?? modelCall());
  const text = fc.oneof({ weight: 3, arbitrary: event.map(ours) }, event.map(pythons));
  const torn = fc.tuple(text, fc.double({ min: 0, max: 1, noNaN: true })).map(([whole, share]) => {
    return whole.slice(0, Math.floor(whole.length * share));
  });
  const piece = fc.oneof(
    { weight: 5, arbitrary: text },
    torn,
    torn.map((start) => `${start}\n`),
    text.map((whole) => whole.trim()),
    fc.constantFrom("\n", "rubbish\n", "}", "{}\n", "[1]\n", "\0\0\0\n", '{"event_id":"a"}\n', "\r\n"),
  );

  test("whatever is in the files", () => {
    const seconds = fc.option(fc.integer({ min: NOON - 2, max: NOON + 86_410 }), { nil: undefined });
    fc.assert(
      fc.property(
        fc.array(fc.array(piece, { maxLength: 12 }), { maxLength: 3 }),
        seconds,
        seconds,
        (files, since, until) => {
          reportOf(
            files.map((pieces) => pieces.join("")),
            { since, until },
          );
        },
      ),
      { numRuns: 150 },
    );
  });

  test("wherever a line is torn that only its bodies tell to be so", () => {
    const line = ours(calls(3)[0] ?? modelCall());
    for (let length = 1; length < line.length - 1; length += 17) {
      const { stats } = reportOf([`${line.slice(0, length)}\n${line.slice(0, length)}${line}`]);
      expect(stats).toMatchObject({ lines: 2, corrupt_lines: 2, salvaged_lines: 1 });
    }
  });
});

test("of events with one id the last counts, ours and Python's, across files", () => {
  const id = (event_id: string, cost_usd: number): TessenEvent => modelCall({ event_id, cost_usd, _tessen_lang: "ts" });
  const own = "evt_00000000000000ab00000001";
  for (const repeated of [own, "evt_python"]) {
    const lines = [id(repeated, 1), id("evt_other", 10), id(repeated, 2), id(repeated, 4)].map(ours);
    const { report, stats } = reportOf([lines.slice(0, 3).join(""), lines.slice(3).join("")]);
    expect(report.total_cost_usd).toBe(14);
    expect(stats.duplicates).toBe(2);
  }
});

test("a copy outside of the time that is asked for counts as the last one all the same", () => {
  const at = (seconds: number, event_id: string): string => ours(modelCall({ event_id, ts: NOON + seconds }));
  const own = "evt_00000000000000ab00000001";
  const { report } = reportOf([at(1, own) + at(2, "evt_2") + at(9, own)], { until: NOON + 5 });
  expect(report.total_events).toBe(1);
});

test("the sums may not rely on bodies, and are begun anew where a copy is found", () => {
  const logDir = logWith([[...sampleEvents(), ...sampleEvents()].map(ours).join("")]);
  const begun: TessenEvent[][] = [];
  const sums = sumLog("agent", { logDir }, () => {
    const events: TessenEvent[] = [];
    begun.push(events);
    return { events, add: (event: TessenEvent) => void events.push(event) };
  });
  expect(begun.map(({ length }) => length)).toEqual([10, 5]);
  expect(sums.events).toBe(begun[1]);
});

test("a time that is none is refused, a log that is not there is empty", () => {
  const logDir = logWith([]);
  expect(() => sumLog("agent", { logDir, since: "yesterday" }, () => new Accumulator())).toThrow(TypeError);
  expect(sumLog("nobody", { logDir }, () => new Accumulator()).report().total_events).toBe(0);
});
