import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { isWhole } from "../../test/log/records.ts";
import { killWriter, runWriter } from "../../test/log/run-writer.ts";
import { temporaryFolder } from "../../test/log/temporary-folder.ts";
import { read } from "../events/read.ts";
import type { ReadStats } from "../events/read-options.ts";
import type { TessenEvent } from "../events/tessen-event.ts";

function allEvents(logDir: string): { readonly events: Map<string, TessenEvent>; readonly stats: ReadStats } {
  const stats: ReadStats = {};
  const list = [...read("agent", { logDir, stats })];
  const events = new Map(list.map((event) => [event.event_id, event]));
  expect(events.size).toBe(list.length);
  return { events, stats };
}

/** The sizes of bodies by the place in the id of the event, as the writer has them. */
function expectWhole(events: Iterable<TessenEvent>, sizes: readonly number[]): void {
  for (const event of events) {
    const number = Number(event.event_id.split("_")[1]);
    expect(isWhole(event, sizes[number % sizes.length] ?? 0), event.event_id).toBe(true);
  }
}

test("killed at any moment, a process has lost no line it was promised, and left none that only looks like one", async () => {
  const logDir = temporaryFolder();
  const sizes = [300, 300, 4000, 300, 30_000, 300, 100_000];
  const promised: string[] = [];
  for (let round = 0; round < 10; round += 1) {
    const task = { logDir, name: `k${round}`, sizes, count: 1_000_000, end: "never" } as const;
    const lines = [1, 7, 40, 150, 400][round % 5] ?? 1;
    // Two at once: what the killed one leaves is glued to a line of the other.
    const both = await Promise.all([
      killWriter({ ...task, name: `a${round}` }, lines),
      killWriter({ ...task, name: `b${round}` }, lines + 50),
    ]);
    promised.push(...both.flat());
  }
  const { events, stats } = allEvents(logDir);
  expect(promised.length).toBeGreaterThan(1000);
  expect(promised.filter((id) => !events.has(id))).toEqual([]);
  expectWhole(events.values(), sizes);
  // A kill tears at most the line that is being written, in each of two threads.
  expect(stats.corrupt_lines).toBeLessThanOrEqual(40);
});

test("eight processes with lines of all sizes leave no corrupt line, and each its small lines in their order", async () => {
  const logDir = temporaryFolder();
  const sizes = [200, 4000, 200, 20_000, 200, 100_000, 200, 4000, 200, 3_000_000];
  const names = ["a", "b", "c", "d", "e", "f", "g", "h"];
  const tasks = names.map((name) => ({ logDir, name, sizes, count: 60, end: "natural" }) as const);
  expect(await Promise.all(tasks.map((task) => runWriter(task)))).toEqual(names.map(() => 0));
  const { events, stats } = allEvents(logDir);
  expect(events.size).toBe(8 * 60);
  expect(stats).toMatchObject({ corrupt_lines: 0, in_progress: 0, files: 1 });
  // A writer thread that has no processor for two seconds at the end may write the record in its hands as well.
  expect(stats.duplicates).toBeLessThanOrEqual(names.length);
  expectWhole(events.values(), sizes);
  for (const name of names) {
    const own = [...events.values()].filter(({ event_id }) => event_id.startsWith(`${name}_`));
    const small = own.map(({ seq = 0 }) => seq).filter((seq) => (sizes[(seq - 1) % sizes.length] ?? 0) < 30_000);
    expect(small).toEqual(small.toSorted((first, second) => first - second));
  }
});

test.each([
  ["natural", 0],
  ["exit", 0],
  ["throw", 1],
] as const)(
  "a process that ends (%s) with large lines on their way loses none and writes none twice",
  async (end, code) => {
    const logDir = temporaryFolder();
    const sizes = [100_000, 300];
    expect(await runWriter({ logDir, name: "x", sizes, count: 200, end })).toBe(code);
    const { events, stats } = allEvents(logDir);
    expect(events.size).toBe(200);
    expect(stats).toMatchObject({ corrupt_lines: 0, duplicates: 0 });
    expectWhole(events.values(), sizes);
  },
);

test("the writer thread takes no options of the process: what they preload runs once", async () => {
  const logDir = temporaryFolder();
  const marks = join(logDir, "marks");
  const preload = `import { appendFileSync } from "node:fs"; appendFileSync(${JSON.stringify(marks)}, "x");`;
  const options = `--import=data:text/javascript;base64,${Buffer.from(preload).toString("base64")}`;
  const task = { logDir, name: "x", sizes: [100_000], count: 3, end: "natural" } as const;
  expect(await runWriter(task, { NODE_OPTIONS: options })).toBe(0);
  expect(allEvents(logDir).events.size).toBe(3);
  expect(readFileSync(marks, "utf8")).toBe("x");
});

test.skipIf(process.platform !== "linux")("the writer thread leaves the process's own output as it is", () => {
  const script = fileURLToPath(new URL("../../test/log/pipe-child.ts", import.meta.url));
  const { stdout } = spawnSync(process.execPath, ["--conditions=source", script, temporaryFolder()]);
  const { after, before, threadLines } = JSON.parse(stdout.toString()) as Record<string, unknown>;
  expect(threadLines).toBe(1);
  expect(after).toBe(before);
});
