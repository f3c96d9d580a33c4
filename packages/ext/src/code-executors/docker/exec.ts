import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { constants } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { isObject, RuntimeError } from "@tesserae/core";
import { OutputBuffer } from "../process/output-buffer.ts";
import type { Container } from "./container.ts";
import { EngineError } from "./engine/engine-client.ts";
import { OutputFrames } from "./engine/output-frames.ts";

/** How to run a command in a container. */
export interface ExecOptions {
  /** In seconds; `timeout` of the image ends the command. */
  readonly timeout: number;
  readonly maxOutputBytes: number;
  /** Variables, as `NAME=value`. */
  readonly environment: readonly string[];
  readonly signal: AbortSignal;
}

/** What came of a command. */
export interface ExecOutcome {
  readonly reason: "exit" | "timeout" | "cancelled" | "failed";
  readonly exitCode: number;
  /** Both streams, in the order in which they were written. */
  readonly output: string;
}

/** What `timeout` gives; that of BusyBox (images with Alpine) gives what the signal makes of it. */
const TIMED_OUT = 124;
const TERMINATED = 128 + constants.signals.SIGTERM;
/** How much later than the `timeout` of the image ours ends a command that heeds no SIGTERM, in milliseconds. */
const GRACE_MS = 2000;
/** After which silence the engine is asked whether the command has ended: what it left running holds its output open. */
const QUIET_MS = 1000;
/** How long output is awaited after the end. */
const DRAIN_MS = 500;
/** The longest time that `setTimeout` can wait. */
const LONGEST_TIMER_MS = 2_147_483_647;

/**
 * Ends every process whose environment has a mark: the command's whole tree, whatever parents its members have by now,
 * and nothing else. It needs no more of the image than a shell and `cat`; rounds, because a process may have just begun.
 */
const KILL = `exec 2>/dev/null; round=0
while [ $round -lt 20 ]; do
  found=
  for process in /proc/[0-9]*; do
    case "$(cat $process/environ)" in *"$1"*) kill -KILL "\${process#/proc/}" && found=1 ;; esac
  done
  [ -z "$found" ] && exit 0
  round=$((round + 1))
done`;

async function createExec(container: Container, command: readonly string[], env: readonly string[]): Promise<string> {
  try {
    const body = { AttachStdout: true, AttachStderr: true, Cmd: [...command], Env: [...env] };
    const created = await container.engine.call("POST", `/containers/${container.id}/exec`, { body });
    if (isObject(created) && typeof created["Id"] === "string") return created["Id"];
    throw new RuntimeError("The container engine did not say under which id the code runs.");
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw new RuntimeError(
      `The container ${container.name} runs no code: ${error.message}. Stop the executor and start it again.`,
      { cause: error },
    );
  }
}

function startExec(container: Container, id: string): Promise<IncomingMessage> {
  return container.engine.stream("POST", `/exec/${id}/start`, { body: { Detach: false, Tty: false } });
}

/** The exit code; undefined while the command runs. */
async function exitCodeOf(container: Container, id: string): Promise<number | undefined> {
  const exec = await container.engine.call("GET", `/exec/${id}/json`);
  if (!isObject(exec) || exec["Running"] === true || typeof exec["ExitCode"] !== "number") return undefined;
  return exec["ExitCode"];
}

/** Ends the command's processes; an engine that cannot do it has stopped the container or is gone. */
async function killTree(container: Container, mark: string): Promise<void> {
  try {
    const response = await startExec(container, await createExec(container, ["/bin/sh", "-c", KILL, "sh", mark], []));
    response.resume();
    await ended(response);
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
  }
}

function ended(response: IncomingMessage): Promise<void> {
  response.on("error", () => {});
  return new Promise((resolve) => response.once("close", resolve));
}

/** Why a command is over: it ended, or has to be stopped. */
async function firstOf(
  closed: Promise<void>,
  hasEnded: () => Promise<boolean>,
  limitMs: number,
  signal: AbortSignal,
): Promise<"exit" | "timeout" | "cancelled"> {
  if (signal.aborted) return "cancelled";
  const settled = new AbortController();
  const sleep = (milliseconds: number): Promise<void> => delay(milliseconds, undefined, { signal: settled.signal });
  const aborted = new Promise<"cancelled">((resolve) => {
    signal.addEventListener("abort", () => resolve("cancelled"), { once: true, signal: settled.signal });
  });
  const watch = async (): Promise<"exit"> => {
    do await sleep(QUIET_MS);
    while (!(await hasEnded()));
    // What has arrived by then is read first: a loop that stood still hears of its timers before its sockets.
    await Promise.race([closed, sleep(DRAIN_MS).then(() => new Promise((resolve) => setImmediate(resolve)))]);
    return "exit";
  };
  const closing = closed.then(() => "exit" as const);
  const timing = sleep(Math.min(limitMs, LONGEST_TIMER_MS)).then(() => "timeout" as const);
  try {
    return await Promise.race([closing, timing, aborted, watch()]);
  } finally {
    settled.abort();
  }
}

/**
 * Runs a command in the container, in the working folder, for at most `timeout` seconds. On an abort and after a timeout
 * all its processes are ended, and no others; what it had printed is kept.
 *
 * @throws {RuntimeError} when the container runs no more, or the engine does not answer.
 */
export async function runInContainer(
  container: Container,
  command: readonly string[],
  options: ExecOptions,
): Promise<ExecOutcome> {
  const { signal, timeout } = options;
  const mark = `TESSERAE_EXEC=${randomUUID()}`;
  const output = new OutputBuffer(options.maxOutputBytes);
  const limited = ["timeout", String(timeout), ...command];
  if (signal.aborted) return { reason: "cancelled", exitCode: 1, output: "" };
  const id = await createExec(container, limited, [...options.environment, mark]);
  const begun = performance.now();
  let response: IncomingMessage;
  try {
    response = await startExec(container, id);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return { reason: "failed", exitCode: 126, output: error.message };
  }
  let last = performance.now();
  const frames = new OutputFrames((content) => output.push(content));
  response.on("data", (chunk: Buffer) => {
    last = performance.now();
    frames.write(chunk);
  });
  const closed = ended(response);
  const hasEnded = async (): Promise<boolean> =>
    performance.now() - last >= QUIET_MS && (await exitCodeOf(container, id)) !== undefined;
  let reason: ExecOutcome["reason"] = await firstOf(closed, hasEnded, timeout * 1000 + GRACE_MS, signal);
  let exitCode: number | undefined;
  if (reason === "exit") {
    exitCode = await exitCodeOf(container, id);
    // The stream may close a moment before the engine has noted the code.
    for (let waited = 0; exitCode === undefined && waited < GRACE_MS; waited += 50) {
      await delay(50);
      exitCode = await exitCodeOf(container, id);
    }
    const late = performance.now() - begun >= timeout * 1000;
    if (exitCode === TIMED_OUT || (exitCode === TERMINATED && late)) reason = "timeout";
  }
  if (reason !== "exit") {
    await killTree(container, mark);
    await Promise.race([closed, delay(DRAIN_MS)]);
    exitCode = reason === "timeout" ? TIMED_OUT : 1;
  }
  response.destroy();
  return { reason, exitCode: exitCode ?? 1, output: output.text() };
}
