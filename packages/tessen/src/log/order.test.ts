import { expect, test } from "vitest";
import { faultyFileSystem } from "../../test/log/faulty-file-system.ts";
import { recordOf } from "../../test/log/records.ts";
import { temporaryFolder } from "../../test/log/temporary-folder.ts";
import { read } from "../events/read.ts";
import { openEventLog, type EventLog } from "./event-log.ts";

interface SlowDisk {
  readonly log: EventLog;
  readonly logDir: string;
  /** A clock that the test sets. */
  milliseconds: number;
}

/** A log on a disk that takes 6 ms for each write of the caller's thread, as far as the log can tell. */
function onSlowDisk(): SlowDisk {
  const logDir = temporaryFolder();
  const fileSystem = faultyFileSystem();
  const { write } = fileSystem;
  fileSystem.write = (...args) => {
    disk.milliseconds += 6;
    return write(...args);
  };
  const log = openEventLog({ logDir, agentName: "agent" }, { fileSystem, clock: () => disk.milliseconds });
  const disk: SlowDisk = { log, logDir, milliseconds: 0 };
  return disk;
}

const idsIn = (logDir: string): string[] => [...read("agent", { logDir })].map(({ event_id }) => event_id);

test("when writing is slow every line goes through the thread, and none overtakes another however full its queue is", () => {
  const disk = onSlowDisk();
  const ids: string[] = [];
  const write = (size: number): void => {
    const id = `w${ids.length}`;
    ids.push(id);
    disk.log.write(recordOf(id, size));
  };
  for (let number = 0; number < 3; number += 1) {
    expect(disk.log.stats().threadOnly).toBe(false);
    write(100);
    disk.milliseconds += 1000;
  }
  expect(disk.log.stats()).toMatchObject({ threadOnly: true, inlineLines: 3, failures: { SLOW_DISK: 1 } });
  // More than the queue holds, before the thread can have started.
  for (let number = 0; number < 300; number += 1) write(number % 50 === 49 ? 60_000 : 100);
  disk.log.closeSync();
  expect(idsIn(disk.logDir)).toEqual(ids);
  const { inlineLines, lostEvents, threadLines } = disk.log.stats();
  expect([inlineLines + threadLines, lostEvents]).toEqual([ids.length, 0]);
});

test("lines are written by the caller's thread again when those that wait for the other are in the file", async () => {
  const disk = onSlowDisk();
  for (const id of ["a", "b", "c", "d"]) {
    disk.log.write(recordOf(id, 100));
    disk.milliseconds += 1000;
  }
  disk.milliseconds += 400_000;
  // The thread has not started yet: what it has must not be overtaken.
  disk.log.write(recordOf("e", 100));
  expect(await disk.log.flush(60_000)).toBe(true);
  expect(disk.log.stats()).toMatchObject({ threadOnly: false });
  disk.log.write(recordOf("f", 100));
  disk.log.closeSync();
  expect(idsIn(disk.logDir)).toEqual(["a", "b", "c", "d", "e", "f"]);
});

test("a machine that is only busy does not make a disk slow", () => {
  let milliseconds = 0;
  let calls = 0;
  // The log asks before and after each write: nearly all of them are held up.
  const clock = (): number => {
    calls += 1;
    if (calls % 2 === 0) milliseconds += calls % 20 === 0 ? 0.1 : 6;
    return milliseconds;
  };
  const log = openEventLog({ logDir: temporaryFolder(), agentName: "busy" }, { clock });
  for (let number = 0; number < 1000; number += 1) log.write(recordOf(`w${number}`, 10));
  expect(milliseconds).toBeGreaterThan(5000);
  expect(log.stats()).toMatchObject({ threadOnly: false, threadLines: 0, inlineLines: 1000 });
  log.closeSync();
});
