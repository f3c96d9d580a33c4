import { appendFileSync, mkdirSync, rmSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../test/log/temporary-folder.ts";
import { read, readAsync } from "./read.ts";
import type { ReadOptions, ReadStats } from "./read-options.ts";
import { recent } from "./recent.ts";
import type { TessenEvent } from "./tessen-event.ts";

const DAY = Date.UTC(2026, 4, 14) / 1000;
const LONG_AGO = new Date(Date.UTC(2026, 4, 15));

function line(id: string, members: object = {}): string {
  return `${JSON.stringify({ event_id: id, ts: DAY, _tessen_lang: "ts", ...members })}\n`;
}

/** A folder of logs with these files, which nobody writes to any more. */
function logsWith(files: Readonly<Record<string, string>>): string {
  const logDir = temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    const path = join(logDir, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    utimesSync(path, LONG_AGO, LONG_AGO);
  }
  return logDir;
}

/** The events by both readers and from the end, which must agree. */
async function readBoth(agent: string, options: ReadOptions): Promise<TessenEvent[]> {
  const events = [...read(agent, options)];
  const stats: ReadStats = {};
  const later: TessenEvent[] = [];
  for await (const event of readAsync(agent, { ...options, stats })) later.push(event);
  expect(later).toEqual(events);
  if (options.stats !== undefined) expect(stats).toEqual(options.stats);
  if (options.since === undefined && options.until === undefined) {
    expect(recent(agent, { n: 1_000_000, logDir: options.logDir })).toEqual(events);
  }
  return events;
}

async function idsOf(logDir: string, options: ReadOptions = {}): Promise<string[]> {
  return (await readBoth("agent", { logDir, ...options })).map(({ event_id: id }) => id);
}

test("files are read by date, then by number, then by offset", async () => {
  const logDir = logsWith({
    "agent/2026-05-15.jsonl": line("g"),
    "agent/2026-05-14.10.jsonl": line("f"),
    "agent/2026-05-14.2.jsonl": line("d") + line("e"),
    "agent/2026-05-14.1.jsonl": line("c"),
    "agent/2026-05-14.jsonl": line("a") + line("b"),
    "agent/.cursor.json": "{}",
    "agent/notes.txt": line("no"),
    "other/2026-05-14.jsonl": line("no"),
  });
  expect(await idsOf(logDir)).toEqual(["a", "b", "c", "d", "e", "f", "g"]);
});

test("files of several processes are read one after the other, each by its numbers", async () => {
  const logDir = logsWith({
    "agent/2026-05-14.400.1.jsonl": line("b"),
    "agent/2026-05-14.400.jsonl": line("a"),
    "agent/2026-05-14.1200.jsonl": line("c"),
    "agent/2026-05-15.7.jsonl": line("d"),
  });
  expect(await idsOf(logDir)).toEqual(["a", "b", "c", "d"]);
});

test("an agent is a name, the path of a folder, or the path of a file; a package's name finds its folder", async () => {
  const logDir = logsWith({ "_scope_name/2026-05-14.jsonl": line("a"), "_scope_name/2026-05-15.jsonl": line("b") });
  const folder = join(logDir, "_scope_name");
  for (const agent of ["_scope_name", "@scope/name", folder]) {
    expect((await readBoth(agent, { logDir })).map(({ event_id: id }) => id)).toEqual(["a", "b"]);
  }
  expect(await readBoth(join(folder, "2026-05-15.jsonl"), { logDir })).toHaveLength(1);
});

test.each(["nobody", "no/where", "./missing.jsonl", ""])("an agent without a log (%s) has no events", async (agent) => {
  expect(await readBoth(agent, { logDir: logsWith({ "agent/2026-05-14.jsonl": line("a") }) })).toEqual([]);
});

test("torn and glued lines, blank ones and rubbish: what is whole is read, the rest is counted", async () => {
  const logDir = logsWith({
    "agent/2026-05-14.jsonl": [
      line("a"),
      "\n  \r\n\n",
      line("torn").slice(0, 30) + line("b"),
      "rubbish\n",
      `${line("c").trim()}\r\n`,
      line("torn too").slice(0, 25),
      "\n",
      line("d"),
    ].join(""),
  });
  const stats: ReadStats = {};
  expect(await idsOf(logDir, { stats })).toEqual(["a", "b", "c", "d"]);
  expect(stats).toMatchObject({
    files: 1,
    lines: 6,
    corrupt_lines: 3,
    salvaged_lines: 1,
    duplicates: 0,
    in_progress: 0,
  });
});

test("a last line without its newline is read when it is whole", async () => {
  const stats: ReadStats = {};
  const logDir = logsWith({ "agent/2026-05-14.jsonl": line("a") + line("b").trim() });
  expect(await idsOf(logDir, { stats })).toEqual(["a", "b"]);
  expect(stats).toMatchObject({ corrupt_lines: 0, in_progress: 0 });
});

test("a fragment at the end is in progress while its file is young, and corrupt afterwards", async () => {
  const logDir = logsWith({ "agent/2026-05-14.jsonl": line("a") + line("b").slice(0, -9) });
  const file = join(logDir, "agent/2026-05-14.jsonl");
  const young = new Date(Date.now() + 3_600_000);
  utimesSync(file, young, young);
  const stats: ReadStats = {};
  expect(await idsOf(logDir, { stats })).toEqual(["a"]);
  expect(stats).toMatchObject({ corrupt_lines: 0, in_progress: 1 });
  utimesSync(file, LONG_AGO, LONG_AGO);
  expect(await idsOf(logDir, { stats })).toEqual(["a"]);
  expect(stats).toMatchObject({ corrupt_lines: 1, in_progress: 0 });
});

test("of several events with one id the last is told, in its place", async () => {
  const logDir = logsWith({
    "agent/2026-05-14.jsonl": line("a", { v: 1 }) + line("b") + line("a", { v: 2 }) + line("c"),
    "agent/2026-05-15.jsonl": line("d") + line("a", { v: 3 }) + line("e"),
  });
  const stats: ReadStats = {};
  const events = await readBoth("agent", { logDir, stats });
  expect(events.map(({ event_id: id, v }) => [id, v])).toEqual([
    ["b", undefined],
    ["c", undefined],
    ["d", undefined],
    ["a", 3],
    ["e", undefined],
  ]);
  expect(stats.duplicates).toBe(2);
});

test("copies are found in lines that others wrote, with the id in any place", async () => {
  const foreign = '{"ts": 1, "event_id": "a", "v": 2}\n';
  const logDir = logsWith({
    "agent/2026-05-14.jsonl": [line("a"), ' {"event_id": "a", "ts": 1}\n', foreign, line("b"), line("a")].join(""),
  });
  const stats: ReadStats = {};
  expect(await idsOf(logDir, { stats })).toEqual(["b", "a"]);
  expect(stats.duplicates).toBe(3);
});

test("a torn copy does not displace a whole event, wherever it is", async () => {
  const torn = line("a", { text: "x".repeat(50) }).slice(0, -10);
  const logDir = logsWith({
    "agent/2026-05-14.jsonl": `${torn}\n${line("a", { v: 1 })}${torn}${line("b")}${torn}\n`,
  });
  const stats: ReadStats = {};
  expect(await idsOf(logDir, { stats })).toEqual(["a", "b"]);
  expect(stats).toMatchObject({ duplicates: 0, corrupt_lines: 3, salvaged_lines: 1 });
});

test("an id that also stands in other events' bodies does not make those disappear", async () => {
  const inner = { request_body: { event_id: "a", list: [{ event_id: "a", ts: 1 }] } };
  const logDir = logsWith({ "agent/2026-05-14.jsonl": line("a", inner) + line("b", inner) });
  expect(await idsOf(logDir)).toEqual(["a", "b"]);
});

test("since and until choose by the time of the event, both ends included", async () => {
  const at = (second: number): string => line(String(second), { ts: DAY + second });
  const logDir = logsWith({ "agent/2026-05-14.jsonl": [0, 1, 2, 3, 4].map(at).join("") });
  expect(await idsOf(logDir, { since: DAY + 1, until: DAY + 3 })).toEqual(["1", "2", "3"]);
  expect(await idsOf(logDir, { since: new Date((DAY + 3) * 1000) })).toEqual(["3", "4"]);
  expect(await idsOf(logDir, { until: "2026-05-14T02:00:01+02:00" })).toEqual(["0", "1"]);
  expect(await idsOf(logDir, { since: 1e15 })).toEqual([]);
  expect(() => read("agent", { logDir, since: "2026-05-14" })).toThrow(TypeError);
  expect(() => readAsync("agent", { logDir, until: -1 })).toThrow(TypeError);
});

test("files of days before since are not opened", async () => {
  const logDir = logsWith({
    "agent/2026-05-13.3.jsonl": "rubbish\n",
    "agent/2026-05-14.jsonl": line("a"),
    "agent/2026-05-15.1.jsonl": line("b", { ts: DAY + 86_400 }),
  });
  const stats: ReadStats = {};
  expect(await idsOf(logDir, { since: DAY, stats })).toEqual(["a", "b"]);
  expect(stats).toMatchObject({ files: 2, corrupt_lines: 0 });
});

test("what is appended while a file is read belongs to the next reading", () => {
  const logDir = logsWith({ "agent/2026-05-14.jsonl": line("a") + line("b") });
  const file = join(logDir, "agent/2026-05-14.jsonl");
  const ids: string[] = [];
  for (const { event_id: id } of read("agent", { logDir })) {
    ids.push(id);
    appendFileSync(file, line(`new ${id}`) + line("a"));
  }
  expect(ids).toEqual(["a", "b"]);
  expect([...read("agent", { logDir })].map(({ event_id: id }) => id)).toEqual(["b", "new a", "new b", "a"]);
});

test("files that are cut or removed while they are read do no harm", () => {
  const logDir = logsWith({
    "agent/2026-05-14.jsonl": line("a") + line("b"),
    "agent/2026-05-15.jsonl": line("c"),
  });
  const events = read("agent", { logDir });
  truncateSync(join(logDir, "agent/2026-05-14.jsonl"), line("a").length);
  rmSync(join(logDir, "agent/2026-05-15.jsonl"));
  expect([...events].map(({ event_id: id }) => id)).toEqual(["a"]);
});

test("lines are whole however long they are and wherever a block of the file ends", async () => {
  const texts = [10, 300_000, 5, 262_144, 1_500_000, 1].map((length) => "é\n".repeat(length));
  const content = texts.map((text, place) => line(`evt_${place}`, { text })).join("");
  const events = await readBoth("agent", { logDir: logsWith({ "agent/2026-05-14.jsonl": content }) });
  expect(events.map(({ text }) => text === texts[events.findIndex((event) => event["text"] === text)])).toEqual(
    texts.map(() => true),
  );
  expect(events).toHaveLength(texts.length);
});

test("whatever is in the files, both readers and the one from the end agree, and no event is told twice", async () => {
  const piece = fc.oneof(
    fc.nat({ max: 5 }).map((id) => line(`evt_${id}`)),
    fc.nat({ max: 5 }).map((id) => line(`evt_${id}`).trim()),
    fc.tuple(fc.nat({ max: 5 }), fc.nat({ max: 40 })).map(([id, length]) => line(`evt_${id}`).slice(0, length)),
    fc.constantFrom("\n", "\n\n", "}", '{"event_id"', '{"event_id":"evt_1"}\n', "\u0000"),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(piece, { maxLength: 12 }), { maxLength: 3 }), async (files) => {
      const contents = files.map((pieces, number) => [`agent/2026-05-14.${number}.jsonl`, pieces.join("")] as const);
      const stats: ReadStats = {};
      const ids = await idsOf(logsWith(Object.fromEntries(contents)), { stats });
      expect(new Set(ids).size).toBe(ids.length);
      expect(stats.bytes).toBe(contents.reduce((sum, [, content]) => sum + content.length, 0));
    }),
    { numRuns: 60 },
  );
});

test("a reading ends with the signal's reason", async () => {
  const logDir = logsWith({ "agent/2026-05-14.jsonl": line("a") + line("b") });
  const controller = new AbortController();
  const reason = new Error("enough");
  const ids: string[] = [];
  const reading = async (): Promise<void> => {
    for await (const { event_id: id } of readAsync("agent", { logDir, signal: controller.signal })) {
      ids.push(id);
      controller.abort(reason);
    }
  };
  await expect(reading()).rejects.toBe(reason);
  expect(ids).toEqual(["a"]);
});

test("members that nobody knows are kept, in their order", () => {
  const event = { event_id: "a", ts: DAY, _tessen_lang: "ts", zz_new: { b: 1, a: [2] }, call_type: "of the future" };
  const logDir = logsWith({ "agent/2026-05-14.jsonl": `${JSON.stringify(event)}\n` });
  expect([...read("agent", { logDir })].map((found) => JSON.stringify(found))).toEqual([JSON.stringify(event)]);
});
