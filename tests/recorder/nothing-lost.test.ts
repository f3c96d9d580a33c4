import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { readAsync, type ReadStats } from "@tesserae/tessen/events";
import { callOf, type CallingEnd, type CallingTask, isWhole, questionIn } from "./calls.ts";
import { runProgram, startProgram } from "./run-program.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const PROGRAM = fileURLToPath(import.meta.resolve("./calling-program.ts"));
/** With `TESSERAE_FULL_TESTS=1` as long and as often as the project's aims say; else as much as fits into seconds. */
const FULL = process.env["TESSERAE_FULL_TESTS"] === "1";
const NAMES = ["a", "b", "c", "d", "e", "f", "g", "h"];

/** What tessen says on a machine that is so busy that a write takes long, or its thread does not get on. */
const SLOW = /^tessen: (?:Writing the log takes long|The writer thread did not get on)[^\n]*\n/gm;

/** What was recorded of one process, in the order of the log. */
interface Found {
  readonly calls: Set<string>;
  readonly numbers: number[];
}

/** Reads a log, and sees that every line that is read as an event is whole, and of a call that is there once. */
async function findAll(logDir: string, sizes: readonly number[], stats: ReadStats): Promise<Map<number, Found>> {
  const all = new Map<number, Found>();
  for await (const event of readAsync("agent", { logDir, stats })) {
    if (!isWhole(event, sizes)) throw new Error(`No whole event: ${JSON.stringify(event).slice(0, 500)}`);
    const { pid = 0, seq = 0 } = event;
    const found = all.get(pid) ?? { calls: new Set<string>(), numbers: [] };
    all.set(pid, found);
    found.numbers.push(seq);
    const call = callOf(questionIn(event.request_body));
    if (found.calls.has(call)) throw new Error(`The call ${call} is there twice`);
    found.calls.add(call);
  }
  return all;
}

/** The first place where numbers are not 1, 2, 3 …; -1 where they are. */
function firstGap(numbers: readonly number[]): number {
  return numbers.findIndex((number, at) => number !== at + 1);
}

async function callFrom8Processes(task: Omit<CallingTask, "name">): Promise<void> {
  const logDir = temporaryFolder();
  const environment = { TESSEN_LOG_DIR: logDir };
  const ends = await Promise.all(
    NAMES.map(async (name): Promise<CallingEnd> => {
      const args = [JSON.stringify({ ...task, name })];
      const { code, stdout, stderr } = await runProgram(PROGRAM, { environment, args });
      expect([code, stderr.replace(SLOW, "")]).toEqual([0, ""]);
      return JSON.parse(stdout) as CallingEnd;
    }),
  );
  const stats: ReadStats = {};
  const all = await findAll(logDir, task.sizes, stats);
  expect(stats).toMatchObject({ corrupt_lines: 0, salvaged_lines: 0, in_progress: 0 });
  for (const { pid, made, complete } of ends) {
    const { calls, numbers = [] } = all.get(pid) ?? {};
    expect([pid, complete, calls?.size, numbers.length]).toEqual([pid, true, made, made]);
    // Also where writing was slow for a while, and lines went through the log's thread.
    expect([pid, firstGap(numbers)]).toEqual([pid, -1]);
  }
  expect(all.size).toBe(8);
  if (FULL) report(`through the ${task.through}`, ends);
}

/** For whoever runs the full tests. */
function report(what: string, ends: readonly CallingEnd[]): void {
  const calls = ends.reduce((sum, { made }) => sum + made, 0);
  const seconds = Math.max(...ends.map(({ milliseconds }) => milliseconds)) / 1000;
  const late = ends.reduce((sum, { threadLines }) => sum + threadLines, 0);
  process.stderr.write(
    `${what}: ${calls} calls in ${seconds.toFixed(1)} s, ${Math.round(calls / seconds)} a second, each one event; ${late} through the thread\n`,
  );
}

const SIZES = [40, 400, 40, 1200];

test("of 8 processes that call at once every call is one event, in order within its process", async () => {
  const rate = FULL ? { seconds: 60, perSecond: 1250 } : { seconds: 3 };
  await callFrom8Processes({ ...rate, sizes: SIZES, through: "sdk" });
}, 600_000);

test.runIf(FULL)(
  "and with 10,000 calls a second for a minute, however slow the SDK is",
  async () => {
    await callFrom8Processes({ seconds: 60, perSecond: 1250, sizes: SIZES, through: "log" });
  },
  600_000,
);

/** What a process said until it was killed. */
interface Killed {
  readonly pid: number;
  readonly back: readonly string[];
  readonly promised: readonly string[];
}

/** Runs a program that calls, and kills it at some moment after so many calls have come back. */
async function killAtRandom(task: CallingTask, logDir: string): Promise<Killed> {
  const child = startProgram(PROGRAM, {
    environment: { TESSEN_LOG_DIR: logDir },
    args: [JSON.stringify(task)],
  });
  const calls = 1 + Math.floor(Math.random() * 400);
  let output = "";
  let errors = "";
  let lines = 0;
  let isKilled = false;
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (errors += text));
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    for (const character of text) if (character === "\n") lines += 1;
    if (isKilled || lines < calls) return;
    isKilled = true;
    setTimeout(() => child.kill("SIGKILL"), Math.random() * 5);
  });
  await new Promise((resolve) => child.once("close", resolve));
  if (child.signalCode !== "SIGKILL") throw new Error(`The program ended by itself: ${errors}`);
  // The last line may be cut.
  const said = output.split("\n").slice(0, -1);
  const after = (word: string): string[] =>
    said.filter((line) => line.startsWith(word)).map((line) => line.split(" ").at(-1) ?? "");
  return { pid: child.pid ?? 0, back: after("back "), promised: after("promised ") };
}

const KILLS = FULL ? 52 : 12;
/** Large lines of a process that wait for their thread are lost with it. */
const THREAD_QUEUE = 64;

test(`SIGKILL at ${KILLS} random moments loses at most what is said, and leaves no line that reads as data and is not`, async () => {
  const logDir = temporaryFolder();
  // One in eight is too large to be written by the program's own thread.
  const sizes = [40, 400, 40, 4000, 40, 400, 40, 60_000];
  const killed: Killed[] = [];
  for (let round = 0; round < KILLS / 4; round += 1) {
    // Several at once: what a killed one leaves is glued to a line of another.
    const tasks = ["a", "b", "c", "d"].map((name) => ({ name: `${name}${round}`, sizes, seconds: 600 }));
    const all = tasks.map((task) => killAtRandom({ ...task, through: "sdk", tells: true }, logDir));
    killed.push(...(await Promise.all(all)));
  }
  const stats: ReadStats = {};
  const found = await findAll(logDir, sizes, stats);
  let [lost, kept] = [0, 0];
  for (const { pid, back, promised } of killed) {
    const calls = found.get(pid)?.calls ?? new Set();
    expect(promised.filter((call) => !calls.has(call))).toEqual([]);
    const missing = back.filter((call) => !calls.has(call));
    expect(missing.length).toBeLessThanOrEqual(THREAD_QUEUE);
    lost += missing.length;
    kept += promised.length;
  }
  // A kill tears at most the line that is being written, by the program's thread and by the log's.
  expect(stats.corrupt_lines).toBeLessThanOrEqual(2 * KILLS);
  const said = killed.reduce((sum, { back }) => sum + back.length, 0);
  expect(said).toBeGreaterThan(0);
  // Of all together: one that is killed after its first call may not have promised anything.
  expect(kept).toBeGreaterThan(0);
  if (FULL)
    process.stderr.write(
      `${killed.length} kills, ${said} calls: ${lost} lost in the thread, ${stats.corrupt_lines} torn lines\n`,
    );
}, 600_000);
