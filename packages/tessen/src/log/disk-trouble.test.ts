import {
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { faultyFileSystem } from "../../test/log/faulty-file-system.ts";
import { recordOf } from "../../test/log/records.ts";
import { remount, smallDisk } from "../../test/log/small-disk.ts";
import { temporaryFolder } from "../../test/log/temporary-folder.ts";
import { read } from "../events/read.ts";
import type { ReadStats } from "../events/read-options.ts";
import { openEventLog } from "./event-log.ts";

function idsIn(logDir: string, stats: ReadStats = {}): string[] {
  return [...read("agent", { logDir, stats })].map(({ call_type, event_id }) =>
    call_type === "note" ? "note" : event_id,
  );
}

function notesIn(logDir: string): unknown[] {
  return [...read("agent", { logDir })].filter(({ call_type }) => call_type === "note").map(({ note }) => note);
}

test.each(["ENOSPC", "EDQUOT", "EROFS", "EIO", "EACCES", "ENOENT"])(
  "while every write fails with %s events wait in memory, and come after a note when the disk is back",
  async (code) => {
    const logDir = temporaryFolder();
    const fileSystem = faultyFileSystem();
    const told: string[] = [];
    const log = openEventLog({ logDir, agentName: "agent", onTrouble: (kind) => told.push(kind) }, { fileSystem });
    log.write(recordOf("before", 100));
    fileSystem.fault = code;
    for (let number = 0; number < 5; number += 1) log.write(recordOf(`w${number}`, number === 3 ? 50_000 : 100));
    expect(log.stats()).toMatchObject({ degraded: true, heldLines: 5, lostEvents: 0, inlineLines: 1 });
    expect(await log.flush()).toBe(false);
    fileSystem.fault = undefined;
    expect(await log.flush()).toBe(true);
    log.write(recordOf("after", 100));
    expect(await log.close()).toBe(true);
    expect(log.stats()).toMatchObject({ degraded: false, heldLines: 0, lostEvents: 0 });
    expect(idsIn(logDir)).toEqual(["before", "note", "w0", "w1", "w2", "w3", "w4", "after"]);
    expect(notesIn(logDir)).toEqual([
      {
        text: `The log could not be written (${code}): 0 events are lost.`,
        data: { code, lost_events: 0, kept_events: 5 },
      },
    ]);
    expect(told).toEqual([code]);
  },
);

test("of more than 256 events that wait the newest stay, and the note says how many are gone", async () => {
  const logDir = temporaryFolder();
  const fileSystem = faultyFileSystem();
  fileSystem.fault = "ENOSPC";
  const log = openEventLog({ logDir, agentName: "agent" }, { fileSystem });
  for (let number = 0; number < 300; number += 1) log.write(recordOf(`w${number}`, 100));
  expect(log.stats()).toMatchObject({ heldLines: 256, lostEvents: 44 });
  fileSystem.fault = undefined;
  expect(await log.close()).toBe(true);
  const ids = idsIn(logDir);
  expect(ids).toHaveLength(257);
  expect(ids.slice(0, 2)).toEqual(["note", "w44"]);
  expect(notesIn(logDir)).toMatchObject([{ data: { lost_events: 44, kept_events: 256 } }]);
});

test("no more than 8 Mi characters wait", () => {
  const fileSystem = faultyFileSystem();
  fileSystem.fault = "ENOSPC";
  const log = openEventLog({ logDir: temporaryFolder(), agentName: "agent" }, { fileSystem });
  log.write(recordOf("small", 10));
  for (let number = 0; number < 20; number += 1) log.write(recordOf(`w${number}`, 700_000));
  const { heldLines, lostEvents } = log.stats();
  expect(heldLines + lostEvents).toBe(21);
  expect(heldLines).toBeLessThanOrEqual(12);
  expect(heldLines).toBeGreaterThan(5);
});

test("the disk is tried again after 1, 2, 4 … 60 seconds and not before", () => {
  const logDir = temporaryFolder();
  const fileSystem = faultyFileSystem();
  let now = Date.UTC(2026, 4, 14, 12);
  const log = openEventLog({ logDir, agentName: "agent" }, { fileSystem, now: () => now });
  fileSystem.fault = "EIO";
  log.write(recordOf("first", 10));
  for (const seconds of [1, 2, 4, 8, 16, 32, 60, 60]) {
    const { attempts } = fileSystem;
    now += seconds * 1000 - 1;
    log.write(recordOf("early", 10));
    expect(fileSystem.attempts).toBe(attempts);
    now += 1;
    log.write(recordOf("due", 10));
    expect(fileSystem.attempts).toBe(attempts + 1);
  }
  fileSystem.fault = undefined;
  now += 60_000;
  log.write(recordOf("last", 10));
  expect(log.stats()).toMatchObject({ degraded: false, heldLines: 0 });
  log.closeSync();
  expect(idsIn(logDir).at(-1)).toBe("last");
});

test("the rest of a line that was cut is written once more", () => {
  const logDir = temporaryFolder();
  const fileSystem = faultyFileSystem();
  const log = openEventLog({ logDir, agentName: "agent" }, { fileSystem });
  fileSystem.portions.push(50);
  log.write(recordOf("cut", 300));
  log.closeSync();
  const stats: ReadStats = {};
  expect(idsIn(logDir, stats)).toEqual(["cut"]);
  expect(stats).toMatchObject({ corrupt_lines: 0 });
});

test("a part of a line that stays alone is ended before the next line, which is whole", () => {
  const logDir = temporaryFolder();
  const fileSystem = faultyFileSystem();
  const log = openEventLog({ logDir, agentName: "agent" }, { fileSystem });
  log.write(recordOf("before", 100));
  fileSystem.portions.push(50, 0);
  log.write(recordOf("cut", 300));
  expect(log.stats()).toMatchObject({ degraded: true, heldLines: 1, failures: { SHORT_WRITE: 1 } });
  log.closeSync();
  const stats: ReadStats = {};
  expect(idsIn(logDir, stats)).toEqual(["before", "note", "cut"]);
  expect(stats).toMatchObject({ corrupt_lines: 1, salvaged_lines: 0 });
});

test("on a full disk nothing is thrown and nothing lost; when there is space the file goes on", async ({ skip }) => {
  const disk = smallDisk(400);
  if (disk === undefined) return skip("mounting is not allowed here");
  const filler = join(disk, "filler");
  writeFileSync(filler, Buffer.alloc(200 * 1024));
  const log = openEventLog({ logDir: disk, agentName: "agent", inlineMaxBytes: 100_000 });
  const ids: string[] = [];
  for (let number = 0; number < 100; number += 1) {
    ids.push(`w${number}`);
    log.write(recordOf(`w${number}`, number % 10 === 9 ? 20_000 : 500));
  }
  expect(log.stats().degraded).toBe(true);
  expect(log.stats().failures["ENOSPC"] ?? log.stats().failures["SHORT_WRITE"]).toBeGreaterThan(0);
  unlinkSync(filler);
  expect(await log.close()).toBe(true);
  const stats: ReadStats = {};
  const found = idsIn(disk, stats);
  expect(found.filter((id) => id !== "note")).toEqual(ids);
  expect(found).toContain("note");
  expect(stats.salvaged_lines).toBe(0);
});

test("on a disk that is read-only for a while nothing is lost", async ({ skip }) => {
  const disk = smallDisk(1024);
  if (disk === undefined) return skip("mounting is not allowed here");
  const logDir = join(disk, "logs");
  const before = openEventLog({ logDir, agentName: "agent" });
  before.write(recordOf("before", 100));
  await before.close();
  remount(disk, "ro");
  const log = openEventLog({ logDir, agentName: "agent" });
  log.write(recordOf("small", 100));
  log.write(recordOf("large", 100_000));
  expect(log.stats()).toMatchObject({ degraded: true, heldLines: 2, failures: { EROFS: 1 } });
  remount(disk, "rw");
  expect(await log.close()).toBe(true);
  expect(idsIn(logDir)).toEqual(["before", "note", "small", "large"]);
});

test.each(["removed", "renamed"])("a folder that is %s while the log is open is made again", async (what) => {
  const logDir = join(temporaryFolder(), "logs");
  const log = openEventLog({ logDir, agentName: "agent" });
  log.write(recordOf("before", 100));
  await log.flush();
  if (what === "removed") rmSync(logDir, { recursive: true });
  else renameSync(logDir, `${logDir}.old`);
  log.write(recordOf("after", 100));
  await log.flush();
  expect(idsIn(logDir)).toEqual(["after"]);
  expect(statSync(logDir).mode & 0o777).toBe(0o700);
  log.closeSync();
});

test("what was written to a file that is gone by the next look is written again, by itself and at the end", async () => {
  const logDir = join(temporaryFolder(), "logs");
  const log = openEventLog({ logDir, agentName: "agent" });
  const ids: string[] = [];
  // Looks come by themselves when enough was written: no line waits for the end.
  for (let number = 0; number < 200; number += 1) {
    ids.push(`w${number}`);
    log.write(recordOf(`w${number}`, 4000));
    if (number === 20) rmSync(logDir, { recursive: true });
  }
  expect(idsIn(logDir)).toEqual(ids);
  rmSync(log.file);
  log.write(recordOf("last", 100));
  log.closeSync();
  // Whatever was there at a look is gone with the file, by the will of whoever removed it.
  const left = idsIn(logDir);
  expect(left).toEqual([...ids, "last"].slice(-left.length));
  expect(left.length).toBeGreaterThan(0);

  const later = openEventLog({ logDir, agentName: "later" });
  later.write(recordOf("a", 100));
  rmSync(later.file);
  await vi.waitUntil(() => existsSync(later.file), 50_000);
  expect([...read("later", { logDir })].map(({ event_id }) => event_id)).toEqual(["a"]);
  later.closeSync();
});

test("lines of a file that is gone wait for a disk that takes nothing", async () => {
  const logDir = join(temporaryFolder(), "logs");
  const fileSystem = faultyFileSystem();
  const log = openEventLog({ logDir, agentName: "agent" }, { fileSystem });
  log.write(recordOf("a", 100));
  rmSync(logDir, { recursive: true });
  fileSystem.fault = "ENOSPC";
  expect(await log.flush()).toBe(false);
  expect(log.stats()).toMatchObject({ degraded: true });
  log.write(recordOf("b", 100));
  fileSystem.fault = undefined;
  expect(await log.close()).toBe(true);
  expect(idsIn(logDir)).toEqual(["a", "note", "b"]);
});

test("what the writer thread cannot write comes back and waits with the rest", async () => {
  const logDir = temporaryFolder();
  const folder = join(logDir, "agent");
  const log = openEventLog({ logDir, agentName: "agent" });
  log.write(recordOf("large0", 100_000));
  expect(await log.flush()).toBe(true);
  expect(log.stats()).toMatchObject({ threadLines: 1, inlineLines: 0 });
  renameSync(folder, `${folder}.real`);
  mkdirSync(join(logDir, "elsewhere"));
  symlinkSync(join(logDir, "elsewhere"), folder);
  for (let number = 1; number < 5; number += 1) log.write(recordOf(`large${number}`, 100_000));
  expect(await log.flush()).toBe(false);
  expect(log.stats()).toMatchObject({ degraded: true, heldLines: 4, pendingLines: 0, lostEvents: 0 });
  expect(readdirSync(join(logDir, "elsewhere"))).toEqual([]);
  unlinkSync(folder);
  renameSync(`${folder}.real`, folder);
  expect(await log.flush()).toBe(true);
  log.write(recordOf("large5", 100_000));
  expect(await log.close()).toBe(true);
  expect(log.stats()).toMatchObject({ threadLines: 2, lostEvents: 0 });
  expect(idsIn(logDir)).toEqual(["large0", "note", "large1", "large2", "large3", "large4", "large5"]);
});

test("an event that cannot be JSON loses what cannot, one without an id is counted as lost, and nothing is thrown", () => {
  const logDir = temporaryFolder();
  const told: string[] = [];
  const log = openEventLog({ logDir, agentName: "agent", onTrouble: (kind) => told.push(kind) });
  const circle: Record<string, unknown> = {};
  circle["self"] = circle;
  log.write(recordOf("big", 10, { extra: 1n, circle, kept: [1], none: Number.NaN }));
  const withoutId = recordOf("x", 10);
  Reflect.deleteProperty(withoutId.head, "event_id");
  log.write(withoutId);
  log.closeSync();
  const [event, ...others] = read("agent", { logDir });
  expect(others).toEqual([]);
  expect(event).toMatchObject({ event_id: "big", kept: [1], none: null, request_body: {} });
  expect(event).not.toHaveProperty("extra");
  expect(log.stats()).toMatchObject({ inlineLines: 1, lostEvents: 1, failures: { UNWRITABLE: 1 } });
  expect(told).toEqual(["UNWRITABLE"]);
});

test("syncs run in the background, one at a time, and flush waits for the last", async () => {
  const logDir = temporaryFolder();
  const fileSystem = faultyFileSystem();
  fileSystem.holdSyncs = true;
  const log = openEventLog({ logDir, agentName: "agent" }, { fileSystem });
  for (let number = 0; number < 10; number += 1) log.write(recordOf(`w${number}`, 10));
  expect(fileSystem.heldSyncs).toHaveLength(1);
  expect(await log.flush(1)).toBe(false);
  const flushed = log.flush();
  fileSystem.holdSyncs = false;
  for (const sync of fileSystem.heldSyncs) sync();
  expect(await flushed).toBe(true);
  await log.close();
});

test("with strict durability each write is synced before it returns, with none never", () => {
  const syncs: string[] = [];
  for (const durability of ["strict", "none"] as const) {
    const fileSystem = faultyFileSystem();
    fileSystem.sync = () => void syncs.push(durability);
    fileSystem.syncLater = () => void syncs.push(`${durability} later`);
    const log = openEventLog({ logDir: temporaryFolder(), agentName: "agent", durability }, { fileSystem });
    log.write(recordOf("a", 10));
    log.write(recordOf("b", 10));
    log.closeSync();
  }
  expect(syncs).toEqual(["strict", "strict"]);
});
