/** A process that uses the writer thread and says what that did to its output: node pipe-child.ts FOLDER */
import { readFileSync, writeSync } from "node:fs";
import { openEventLog } from "../../src/log/event-log.ts";
import { recordOf } from "./records.ts";

/** The flags of this process's output, as Linux tells them. */
function flagsOfOutput(): string {
  return /flags:\s*(?<flags>\d+)/.exec(readFileSync("/proc/self/fdinfo/1", "utf8"))?.groups?.["flags"] ?? "";
}

const before = flagsOfOutput();
const log = openEventLog({ logDir: process.argv[2] ?? "", agentName: "agent" });
log.write(recordOf("a", 100_000));
await log.flush();
writeSync(1, JSON.stringify({ before, after: flagsOfOutput(), threadLines: log.stats().threadLines }));
