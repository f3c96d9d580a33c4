import { constants } from "node:os";
import { spawnGated, type GatedProcess } from "./gated-spawn.ts";
import { guardAgainstOrphans } from "./orphan-guard.ts";
import { OutputBuffer } from "./output-buffer.ts";
import { signalGroup, terminateGroup } from "./process-group.ts";

/** How to run a program. */
export interface RunProcessOptions {
  /** Path of the program. */
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Longest run, in milliseconds. */
  readonly timeoutMs: number;
  /** Most bytes kept of each stream. */
  readonly maxOutputBytes: number;
  /** Both streams into one, in the order the program wrote. Default false. */
  readonly interleave?: boolean;
  /** What the program reads from standard input; without it, standard input is empty. */
  readonly input?: string;
  readonly signal?: AbortSignal;
}

/** What came of running a program. */
export interface ProcessOutcome {
  /** Why it ended; `failed` means that it could not be started. */
  readonly reason: "exit" | "timeout" | "cancelled" | "failed";
  /** The exit code; 128 and the signal's number for a program that a signal ended, as shells count. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Why it could not be started. */
  readonly error?: Error;
  /** Ends what the program left running in its group. Always to be called, once the program's work is not needed. */
  readonly release: () => Promise<void>;
}

/** How long output is awaited after the program's end, while something that it started still holds the pipe. */
const DRAIN_MS = 500;
/** The longest time that `setTimeout` can wait. */
const LONGEST_TIMER_MS = 2_147_483_647;
function exitCodeOf(code: number | null, signal: NodeJS.Signals | null): number {
  if (code !== null) return code;
  return 128 + (signal === null ? 0 : constants.signals[signal]);
}

/** The exit code of a program that ends by itself, or why it has to be stopped. */
async function firstOf(exited: Promise<number>, options: RunProcessOptions): Promise<number | "timeout" | "cancelled"> {
  let stop: (reason: "timeout" | "cancelled") => void = () => {};
  const stopped = new Promise<"timeout" | "cancelled">((resolve) => (stop = resolve));
  const onAbort = (): void => stop("cancelled");
  const timer = setTimeout(() => stop("timeout"), Math.min(options.timeoutMs, LONGEST_TIMER_MS));
  options.signal?.addEventListener("abort", onAbort, { once: true });
  const first = await Promise.race([exited, stopped]);
  clearTimeout(timer);
  options.signal?.removeEventListener("abort", onAbort);
  return first;
}

/**
 * Runs a program in a process group of its own and collects its output.
 *
 * On timeout and on abort the whole group is ended (SIGTERM, 2 s, SIGKILL), and what it had printed is kept. The
 * program's own exit ends the run; what it started in the background lives on until `release`.
 * Never rejects: what went wrong is in the outcome.
 */
export async function runProcess(options: RunProcessOptions): Promise<ProcessOutcome> {
  const { signal } = options;
  const stdout = new OutputBuffer(options.maxOutputBytes);
  const stderr = options.interleave === true ? stdout : new OutputBuffer(options.maxOutputBytes);
  const outcome = (
    reason: ProcessOutcome["reason"],
    exitCode: number,
    rest: { readonly error?: Error; readonly release?: () => Promise<void> } = {},
  ): ProcessOutcome => ({
    reason,
    exitCode,
    stdout: stdout.text(),
    stderr: stderr === stdout ? "" : stderr.text(),
    release: async () => {},
    ...rest,
  });
  if (signal?.aborted === true) return outcome("cancelled", 125);

  const failed = (error: unknown): ProcessOutcome => {
    const known = error instanceof Error ? error : new Error(String(error));
    return outcome("failed", "code" in known && known.code === "ENOENT" ? 127 : 126, { error: known });
  };
  let gated: GatedProcess;
  try {
    gated = spawnGated(options);
  } catch (error) {
    return failed(error);
  }
  const { child, letGo } = gated;
  const failure = new Promise<Error>((resolve) => child.once("error", resolve));
  const group = child.pid;
  if (group === undefined) {
    return failed(await failure);
  }
  const endGuard = guardAgainstOrphans(group);
  letGo();
  const exited = new Promise<number>((resolve) => child.once("exit", (code, by) => resolve(exitCodeOf(code, by))));
  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
  let collecting = true;
  child.stdout?.on("data", (chunk: Buffer) => collecting && stdout.push(chunk));
  child.stderr?.on("data", (chunk: Buffer) => collecting && stderr.push(chunk));
  // The program may end without reading its input.
  child.stdin?.on("error", () => {});
  child.stdin?.end(options.input);

  const first = await firstOf(exited, options);

  const free = (): void => {
    endGuard();
    child.stdout?.destroy();
    child.stderr?.destroy();
  };
  if (typeof first !== "number") await terminateGroup(group);
  let drain: NodeJS.Timeout | undefined;
  // What has arrived by then is read first: a loop that stood still hears of its timers before its pipes.
  const late = new Promise<void>((resolve) => (drain = setTimeout(() => setImmediate(resolve), DRAIN_MS)));
  await Promise.race([closed, late]);
  clearTimeout(drain);
  collecting = false;
  if (typeof first !== "number") {
    free();
    return outcome(first, first === "timeout" ? 124 : 125);
  }
  if (!signalGroup(group, 0)) {
    free();
    return outcome("exit", first);
  }
  const release = async (): Promise<void> => {
    await terminateGroup(group);
    free();
  };
  return outcome("exit", first, { release });
}
