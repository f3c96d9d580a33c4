import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isObject, type JournalEntry } from "@tesserae/core";
import { FileJournalStore } from "@tesserae/core/journal/file";
import type { Job } from "./job.ts";

/** One run of a team, over as many processes as it takes. */
export interface Trial {
  readonly job: Omit<Job, "mode" | "baseUrl">;
  /** Starts a process on it; resolves when it has ended. */
  start(mode: Job["mode"], options: StartOptions): Promise<Ended>;
  entries(): Promise<readonly JournalEntry[]>;
  /** The addresses of the effects that the processes since the last call performed. */
  takePerformed(): readonly string[];
  /** The result's messages, without what differs from run to run: ids and times. */
  messages(): readonly unknown[];
  letters(): number;
}

/** How a process is started. */
export interface StartOptions {
  readonly baseUrl: string;
  readonly killAfter?: number;
  /** Kills the process so many milliseconds after it is ready. */
  readonly killAfterMs?: number;
}

/** How a process ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly errors: string;
  /** From the moment it was ready to its end. */
  readonly milliseconds: number;
}

const CHILD = fileURLToPath(import.meta.resolve("./child.ts"));

/** Makes trials in a folder of their own. */
export class Lab {
  readonly folder: string = mkdtempSync(join(tmpdir(), "tesserae-chaos-"));
  readonly store: FileJournalStore = new FileJournalStore({ directory: join(this.folder, "runs") });

  /** A new run. */
  trial(team: Job["team"]): Trial {
    const runId = randomUUID();
    const notes = join(this.folder, runId);
    mkdirSync(notes, { recursive: true });
    const job = {
      team,
      runId,
      runsDir: this.store.directory,
      performedFile: join(notes, "performed"),
      resultFile: join(notes, "result.json"),
      lettersFile: join(notes, "letters"),
    };
    return {
      job,
      start: (mode, { killAfterMs, ...options }) => startChild({ ...job, mode, ...options }, killAfterMs),
      entries: () => collect(this.store.read(runId)),
      takePerformed: () => {
        const lines = readLines(job.performedFile);
        rmSync(job.performedFile, { force: true });
        return lines;
      },
      messages: () => comparable(JSON.parse(readFileSync(job.resultFile, "utf8"))),
      letters: () => readLines(job.lettersFile).length,
    };
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function startChild(job: Job, killAfterMs: number | undefined): Promise<Ended> {
  const child = spawn(process.execPath, ["--conditions=source", CHILD, JSON.stringify(job)], {
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      PATH: process.env["PATH"],
      HOME: join(job.runsDir, ".."),
      NODE_COMPILE_CACHE: join(tmpdir(), "tesserae-chaos-cache"),
    },
  });
  let errors = "";
  let readyAt = Number.NaN;
  child.stderr.on("data", (bytes: Buffer) => (errors += bytes.toString("utf8")));
  child.stdout.once("data", () => {
    readyAt = performance.now();
    if (killAfterMs !== undefined) setTimeout(() => child.kill("SIGKILL"), killAfterMs);
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal, errors, milliseconds: performance.now() - readyAt }));
  });
}

async function collect<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

function readLines(file: string): readonly string[] {
  return existsSync(file)
    ? readFileSync(file, "utf8")
        .split("\n")
        .filter((line) => line !== "")
    : [];
}

function comparable(result: unknown): readonly unknown[] {
  const messages: readonly unknown[] = isObject(result) && Array.isArray(result["messages"]) ? result["messages"] : [];
  return messages.map((message) => {
    const { id: _id, createdAt: _createdAt, ...rest } = isObject(message) ? message : {};
    return rest;
  });
}

/** Does something for each item, so many at once. */
export async function forEachAtOnce<T>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = [...items];
  const strand = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: width }, strand));
}
