/** Ours: one event a call, on disk, with usage, cost and tags. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { init } from "@tesserae/tessen";
import type { Subject } from "../../lib/subject.ts";
import { client, sdkCases, type Case } from "../subject.ts";

const logDir = mkdtempSync(join(tmpdir(), "tesserae-bench-"));
process.on("exit", () => rmSync(logDir, { recursive: true, force: true }));
const handle = init({ agentName: "bench", logDir });

/** Recorded by `init()` alone. */
export const subject: Subject<Case> = sdkCases(client());

/** How many calls were kept. */
export async function recorded(): Promise<number> {
  await handle.flush(10_000);
  const folder = join(logDir, "bench");
  const files = readdirSync(folder).filter((name) => name.endsWith(".jsonl"));
  return files.reduce((sum, name) => sum + readFileSync(join(folder, name), "latin1").split("\n").length - 1, 0);
}
