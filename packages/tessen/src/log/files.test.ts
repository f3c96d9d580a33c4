import { spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { recordOf } from "../../test/log/records.ts";
import { runWriter } from "../../test/log/run-writer.ts";
import { temporaryFolder } from "../../test/log/temporary-folder.ts";
import { read } from "../events/read.ts";
import { openEventLog } from "./event-log.ts";

const NOON = Date.UTC(2026, 4, 14, 12);
const DAY = 86_400_000;

function idsIn(logDir: string): string[] {
  return [...read("agent", { logDir })].map(({ event_id }) => event_id);
}

function modeOf(path: string): string {
  return (statSync(path).mode & 0o777).toString(8);
}

test.each([0, 0o077])("folders are for their owner alone and files, too, whatever the umask (%i)", async (umask) => {
  const logDir = join(temporaryFolder(), "deep", "logs");
  expect(await runWriter({ logDir, name: "x", sizes: [10, 100_000], count: 4, end: "natural", umask })).toBe(0);
  expect(modeOf(join(logDir, ".."))).toBe("700");
  expect(modeOf(logDir)).toBe("700");
  expect(modeOf(join(logDir, "agent"))).toBe("700");
  const [file = ""] = readdirSync(join(logDir, "agent"));
  expect(modeOf(join(logDir, "agent", file))).toBe("600");
});

test("a folder of logs that was there keeps its mode; what is the agent's is narrowed", () => {
  const logDir = temporaryFolder();
  chmodSync(logDir, 0o755);
  mkdirSync(join(logDir, "agent"), { mode: 0o755 });
  const log = openEventLog({ logDir, agentName: "agent" }, { now: () => NOON });
  writeFileSync(log.file, "", { mode: 0o644 });
  log.write(recordOf("a", 10));
  log.closeSync();
  expect([modeOf(logDir), modeOf(join(logDir, "agent")), modeOf(log.file)]).toEqual(["755", "700", "600"]);
});

test.each(["folder of logs", "folder of the agent", "file"])(
  "a %s that is a symbolic link is refused: events stay in memory and nothing is written where it points",
  (what) => {
    const base = temporaryFolder();
    const target = join(base, "target");
    mkdirSync(target);
    writeFileSync(join(target, "victim"), "");
    const logDir = join(base, "logs");
    const folder = join(logDir, "agent");
    const told: string[] = [];
    const log = openEventLog(
      { logDir, agentName: "agent", onTrouble: (kind, message) => told.push(`${kind} ${message}`) },
      { now: () => NOON },
    );
    if (what === "folder of logs") symlinkSync(target, logDir);
    else if (what === "folder of the agent") {
      mkdirSync(logDir);
      symlinkSync(target, folder);
    } else {
      mkdirSync(folder, { recursive: true });
      symlinkSync(join(target, "victim"), join(folder, "2026-05-14.jsonl"));
    }
    log.write(recordOf("a", 10));
    log.write(recordOf("b", 100_000));
    expect(log.stats()).toMatchObject({ degraded: true, heldLines: 2, inlineLines: 0 });
    log.closeSync();
    expect(readdirSync(target)).toEqual(["victim"]);
    expect(readFileSync(join(target, "victim"), "utf8")).toBe("");
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/^(REFUSED|ELOOP) /);
  },
);

test("a pipe in the place of the file is refused without waiting for a reader", () => {
  const logDir = temporaryFolder();
  mkdirSync(join(logDir, "agent"));
  const log = openEventLog({ logDir, agentName: "agent" }, { now: () => NOON });
  expect(spawnSync("mkfifo", [log.file]).status).toBe(0);
  log.write(recordOf("a", 10));
  expect(log.stats()).toMatchObject({ degraded: true, heldLines: 1 });
  log.closeSync();
});

test("a folder of another user is refused", ({ skip }) => {
  if (process.geteuid?.() !== 0) return skip("only root can give a folder away");
  const logDir = temporaryFolder();
  const folder = join(logDir, "agent");
  mkdirSync(folder);
  chownSync(folder, 12_345, 12_345);
  const log = openEventLog({ logDir, agentName: "agent" });
  log.write(recordOf("a", 10));
  expect(log.stats()).toMatchObject({ degraded: true, heldLines: 1, failures: { REFUSED: 1 } });
  log.closeSync();
  expect(readdirSync(folder)).toEqual([]);
});

test("an agent's name cannot leave the folder of logs", () => {
  const base = temporaryFolder();
  for (const [name, folder] of [
    ["../../evil", ".._.._evil"],
    ["..", "agent"],
    ["", "agent"],
    ["a b/ü", "a_b__"],
    ["x".repeat(300), "x".repeat(128)],
  ] as const) {
    const log = openEventLog({ logDir: join(base, "logs"), agentName: name }, { now: () => NOON });
    log.write(recordOf("a", 10));
    log.closeSync();
    expect(log.file).toBe(join(base, "logs", folder, "2026-05-14.jsonl"));
    expect(existsSync(log.file)).toBe(true);
  }
  expect(readdirSync(base)).toEqual(["logs"]);
});

test("at midnight, UTC, the next day's file begins", () => {
  const logDir = temporaryFolder();
  let now = Date.UTC(2026, 4, 14, 23, 59, 59, 999);
  const log = openEventLog({ logDir, agentName: "agent" }, { now: () => now });
  log.write(recordOf("before", 10));
  expect(log.file).toBe(join(logDir, "agent", "2026-05-14.jsonl"));
  now += 1;
  log.write(recordOf("after", 10));
  expect(log.file).toBe(join(logDir, "agent", "2026-05-15.jsonl"));
  log.closeSync();
  expect(readFileSync(join(logDir, "agent", "2026-05-14.jsonl"), "utf8")).toMatch(/^\{"event_id":"before".*\}\n$/);
  expect(idsIn(logDir)).toEqual(["before", "after"]);
});

test("a file that has reached its size is followed by the next number, also by another process's log", () => {
  const logDir = temporaryFolder();
  const open = () => openEventLog({ logDir, agentName: "agent", maxFileBytes: 2000 }, { now: () => NOON });
  const logs = [open(), open()];
  const ids = Array.from({ length: 60 }, (_, number) => `w${number}`);
  for (const [place, id] of ids.entries()) logs[place % 2]?.write(recordOf(id, 200));
  for (const log of logs) log.closeSync();
  const again = open();
  again.write(recordOf("again", 10));
  again.closeSync();
  const names = readdirSync(join(logDir, "agent"));
  expect(names.length).toBeGreaterThan(9);
  expect(names).toContain("2026-05-14.jsonl");
  expect(names).toContain("2026-05-14.10.jsonl");
  for (const name of names) expect(statSync(join(logDir, "agent", name)).size).toBeLessThan(3000);
  expect(idsIn(logDir)).toEqual([...ids, "again"]);
});

test("day files older than the retention are removed when a file is opened, and nothing else", () => {
  const logDir = temporaryFolder();
  const folder = join(logDir, "agent");
  mkdirSync(folder);
  const kept = [
    "2026-05-07.jsonl",
    "2026-05-07.3.jsonl",
    "2026-05-13.jsonl",
    "notes.txt",
    "2020-01-01.txt",
    ".cursor.json",
  ];
  const removed = ["2026-05-06.jsonl", "2026-05-06.12.jsonl", "2024-12-31.jsonl"];
  for (const name of [...kept, ...removed]) writeFileSync(join(folder, name), "{}\n");
  let now = NOON;
  const log = openEventLog({ logDir, agentName: "agent", retentionDays: 7 }, { now: () => now });
  log.write(recordOf("a", 10));
  expect(readdirSync(folder).sort()).toEqual([...kept, "2026-05-14.jsonl"].sort());
  now += DAY;
  log.write(recordOf("b", 10));
  expect(readdirSync(folder)).not.toContain("2026-05-07.jsonl");
  log.closeSync();
});

test("each process can have a file of its own", async () => {
  const logDir = temporaryFolder();
  const task = { logDir, sizes: [10, 100_000], count: 4, end: "natural", filePerProcess: true } as const;
  await Promise.all([runWriter({ ...task, name: "a" }), runWriter({ ...task, name: "b" })]);
  const names = readdirSync(join(logDir, "agent"));
  expect(names).toHaveLength(2);
  for (const name of names) expect(name).toMatch(/^\d{4}-\d\d-\d\d\.\d+\.jsonl$/);
  expect(idsIn(logDir)).toHaveLength(8);
});

test("a file that ends in a part of a line gets a newline before the next", () => {
  const logDir = temporaryFolder();
  mkdirSync(join(logDir, "agent"));
  const log = openEventLog({ logDir, agentName: "agent" }, { now: () => NOON });
  writeFileSync(log.file, '{"event_id":"torn","ts":1,"x":"half a li');
  log.write(recordOf("a", 10));
  log.closeSync();
  const [torn, line, rest] = readFileSync(log.file, "utf8").split("\n");
  expect(torn).toBe('{"event_id":"torn","ts":1,"x":"half a li');
  expect(JSON.parse(line ?? "")).toMatchObject({ event_id: "a" });
  expect(rest).toBe("");
});

test("a log without events makes no folder", async () => {
  const logDir = join(temporaryFolder(), "logs");
  const log = openEventLog({ logDir, agentName: "agent" });
  expect(await log.close()).toBe(true);
  expect(existsSync(logDir)).toBe(false);
});

test("an event that comes after the end is written all the same", async () => {
  const logDir = temporaryFolder();
  const log = openEventLog({ logDir, agentName: "agent" });
  log.write(recordOf("a", 100_000));
  await log.close();
  log.write(recordOf("b", 100_000));
  log.closeSync();
  log.write(recordOf("c", 10));
  log.closeSync();
  expect(idsIn(logDir)).toEqual(["a", "b", "c"]);
});

test.runIf(process.platform === "linux")(
  "a folder that takes no new ones holds the program up no longer than another",
  () => {
    const log = openEventLog({ logDir: "/proc/there/are/none", agentName: "agent" });
    log.write(recordOf("a", 10));
    expect(log.stats()).toMatchObject({ heldLines: 1, degraded: true, failures: { ENOENT: 1 } });
    log.closeSync();
  },
);
