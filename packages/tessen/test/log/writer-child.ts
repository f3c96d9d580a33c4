/** A process that writes to a log, for tests of what is left when it ends: node writer-child.ts '{"logDir":…}' */
import { writeSync } from "node:fs";
import { openEventLog } from "../../src/log/event-log.ts";
import { recordOf } from "./records.ts";

/** What such a process is to do. */
export interface WriterTask {
  readonly logDir: string;
  /** Begins the ids of its events. */
  readonly name: string;
  /** The sizes of the bodies, in turn. */
  readonly sizes: readonly number[];
  readonly count: number;
  /** How it ends: by itself, by `process.exit`, by an error, or not at all. */
  readonly end: "natural" | "exit" | "throw" | "never";
  readonly umask?: number;
  readonly filePerProcess?: boolean;
}

const task = JSON.parse(process.argv[2] ?? "") as WriterTask;
if (task.umask !== undefined) process.umask(task.umask);
const { filePerProcess = false, logDir } = task;
const log = openEventLog({ logDir, agentName: "agent", maxBodyBytes: 2 ** 23, maxEventBytes: 2 ** 23, filePerProcess });
process.on("exit", () => log.closeSync());

let inline = 0;
const acknowledged: string[] = [];
for (let number = 0; number < task.count; number += 1) {
  const id = `${task.name}_${number}`;
  const size = task.sizes[number % task.sizes.length] ?? 0;
  log.write(recordOf(id, size, { seq: number + 1, pid: process.pid }));
  // Only what the caller's thread has written is promised to outlive a kill.
  const lines = log.stats().inlineLines;
  if (lines === inline + 1) acknowledged.push(id);
  inline = lines;
  if (task.end === "never") {
    writeSync(1, `${acknowledged.splice(0).join("\n")}\n`);
    // The thread's messages are handled between the lines, as in a program that does other things, too.
    if (number % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
}
if (task.end === "throw") throw new Error("the end");
if (task.end === "exit") process.exit(0);
