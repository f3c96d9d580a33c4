import {
  LimitError,
  checkGiven,
  checkMethod,
  isObject,
  isAbortError,
  isTesseraeError,
  throwIfAborted,
  type Json,
  type RequestUsage,
  type Run,
} from "@tesserae/core";
import type { TaskRunner } from "../base/chat-agent.ts";
import type { RunStream } from "../base/run-stream.ts";
import type { RunStatus, Task, TaskResult, Turn } from "../base/task.ts";
import type { MessageRegistry } from "../messages/registry.ts";
import type { ChatMessage, StreamItem } from "../messages/types.ts";
import { readCheckpoint, writeCheckpoint } from "./checkpoint.ts";
import type { RunOptions } from "../base/run-options.ts";
import { isState, openRunnerRun, taskOf } from "./open-runner-run.ts";
import { UnfinishedRun, createRunStream, resultOrThrow } from "./run-stream.ts";
import { taskResultToJson } from "./task-result-json.ts";
import { checkTask, taskMessages } from "./task-messages.ts";

/** What the body of a run is given. */
export interface RunnerTurn extends Turn {
  /** The task's messages: the recorded ones in a replay, a resume or a fork; none when it goes on from a checkpoint. */
  readonly task: readonly ChatMessage[];
  /** How many turns were taken before the checkpoint from which the run goes on; else 0. */
  readonly turnsBefore: number;
  /** The run that this body is the body of; `undefined` in a run that is part of another. */
  readonly run: Run | undefined;
  /**
   * Marks the end of a turn in the journal: where the run can be forked and, where the journal keeps states, gone on
   * with. `isLast`: the run ends with it. Nothing in a run that is part of another.
   */
  mark(turn: number, isLast: boolean): void | Promise<void>;
}

/** How a runner works on a task. */
export interface RunnerWork {
  /** Throws when the runner cannot start now; gives what frees it again. */
  claim?(): () => void;
  /** Does the work; gives the stop reason. */
  perform(turn: RunnerTurn): Promise<string | undefined>;
  /** Brings the runner to a recorded state. Default: its `loadState`. */
  restore?(state: { readonly [key: string]: Json }): Promise<void>;
  /** Everything from which {@link RunnerWork.restore} can go on between two turns; `undefined` when that is not possible. */
  checkpoint?(): Promise<Json | undefined>;
}

/** How a run ended. */
type Ending = Pick<TaskResult, "status" | "stopReason" | "error">;

/** Runs a runner to its result; rejects with the error that ended it. */
export async function runRunner(
  runner: TaskRunner,
  messages: MessageRegistry,
  task: Task | undefined,
  options: RunOptions,
  work: RunnerWork,
): Promise<TaskResult> {
  checkRunOptions(options);
  return resultOrThrow(await performRun(runner, messages, task, options, options.signal, undefined, work));
}

/** Runs a runner and streams what happens. */
export function streamRunner(
  runner: TaskRunner,
  messages: MessageRegistry,
  task: Task | undefined,
  options: RunOptions,
  work: RunnerWork,
): RunStream {
  checkRunOptions(options);
  return createRunStream(
    options.signal ?? options.context?.signal,
    (signal, emit) => performRun(runner, messages, task, options, signal, emit, work),
    (item) => JSON.stringify(item.type === "TaskResult" ? taskResultToJson(item, messages) : messages.toJson(item)),
  );
}

/** What a program without types may give that would be found too late, or by nobody. */
function checkRunOptions(options: RunOptions): void {
  checkGiven("second argument of a run", options, isObject(options), "an object with its options");
  const { signal, journal, context } = options;
  checkMethod("signal", signal, "addEventListener", "an AbortSignal");
  checkMethod("journal", journal, "open", "a journal, such as recordTo(store)");
  checkMethod("context", context, "withSignal", "the context of a run");
}

async function performRun(
  runner: TaskRunner,
  messages: MessageRegistry,
  task: Task | undefined,
  options: RunOptions,
  signal: AbortSignal | undefined,
  show: ((item: StreamItem) => void) | undefined,
  work: RunnerWork,
): Promise<TaskResult | UnfinishedRun> {
  const outer = options.context;
  let free: (() => void) | undefined;
  try {
    // A team must be able to pass the messages on; an agent takes what it is given.
    checkTask(task, (type) => "onMessages" in runner || messages.isRegistered(type));
    free = work.claim?.();
    const run = outer === undefined ? await openRunnerRun(runner, messages, task, options, signal) : undefined;
    if (run?.recorded !== undefined) return await recordedResult(run, messages);
    const context = run?.context ?? outer?.withSignal(signal ?? outer.signal);
    if (context === undefined) throw new Error("A run is opened, or given as a context.");
    const items: StreamItem[] = [];
    const before = outer?.meter?.usage;
    const emit = (item: StreamItem): void | Promise<void> => {
      throwIfAborted(context.signal);
      if (item.type !== "ModelClientStreamingChunkEvent") {
        const aborted = run?.showing();
        if (aborted !== undefined) return aborted;
        items.push(item);
      }
      if (show !== undefined && run?.silent !== true) show(item);
    };
    let end: Ending;
    try {
      const turnsBefore = run === undefined ? 0 : await restore(run, runner, work, messages, items);
      const given =
        turnsBefore > 0 ? [] : taskMessages(run === undefined ? task : taskOf(run, task, messages), context);
      const mark = (turn: number, isLast: boolean): void | Promise<void> =>
        run === undefined ? undefined : markTurn(run, turn, isLast, work, items, messages);
      const stopReason = await work.perform({ context, messages, emit, task: given, turnsBefore, run, mark });
      end = { status: "finished", stopReason };
    } catch (error) {
      end = unfinished(error, context.signal);
    }
    if (run !== undefined) end = await endRun(run, end, items, messages);
    const result: TaskResult = {
      type: "TaskResult",
      messages: items,
      ...end,
      usage: run?.usage() ?? usageSince(before, context.meter?.usage),
      ...(run === undefined ? undefined : { cost: run.cost() }),
    };
    return end.status === "finished" ? result : new UnfinishedRun(result, end.error);
  } catch (error) {
    return notStarted(error, signal);
  } finally {
    free?.();
  }
}

/** Brings the runner to where the recorded run began, or to its last checkpoint; gives the turns before that. */
async function restore(
  run: Run,
  runner: TaskRunner,
  work: RunnerWork,
  messages: MessageRegistry,
  items: StreamItem[],
): Promise<number> {
  if (run.mode === "plain" || run.mode === "record") return 0;
  const load = (state: Json): void | Promise<void> =>
    isState(state) ? (work.restore?.(state) ?? runner.loadState(state)) : undefined;
  const checkpoint = work.checkpoint === undefined ? undefined : run.takeCheckpoint();
  if (checkpoint === undefined) {
    await load(run.state);
    return 0;
  }
  const { state, shown } = readCheckpoint(checkpoint.state, messages);
  await load(state);
  for (const item of shown) {
    // They count for the place of an abort.
    void run.showing();
    items.push(item);
  }
  return checkpoint.turn;
}

function markTurn(
  run: Run,
  turn: number,
  isLast: boolean,
  work: RunnerWork,
  items: readonly StreamItem[],
  messages: MessageRegistry,
): void | Promise<void> {
  if (isLast || work.checkpoint === undefined || !run.wantsState(turn)) return run.mark(turn);
  return work
    .checkpoint()
    .then((state) => run.mark(turn, state === undefined ? undefined : writeCheckpoint(state, items, messages)));
}

/** Ends the run in its journal; what goes wrong there (a replay that differs, a full disk) is how the run ended. */
async function endRun(run: Run, end: Ending, items: readonly StreamItem[], messages: MessageRegistry): Promise<Ending> {
  try {
    const written = run.mode === "plain" ? undefined : items.map((item) => messages.toJson(item));
    await run.end({ ...end, messages: written });
    return end;
  } catch (error) {
    // What ended a run on its own says more than that it then left its record unfinished.
    return end.status === "finished" || run.mode === "replay" ? { status: "failed", error } : end;
  }
}

/** How a run that threw this has ended. An abort because a limit was passed tells the limit. */
function unfinished(error: unknown, signal: AbortSignal | undefined): { status: RunStatus; error: unknown } {
  if (isTesseraeError(error, "ERR_INPUT_WAITING")) return { status: "waiting", error };
  if (signal?.aborted !== true || !isAbortError(error)) return { status: "failed", error };
  const reason: unknown = signal.reason;
  return { status: "aborted", error: reason instanceof LimitError ? reason : error };
}

/** What was refused before it began has a result too: every stream ends with one. */
function notStarted(error: unknown, signal: AbortSignal | undefined): UnfinishedRun {
  const usage = { promptTokens: 0, completionTokens: 0 };
  return new UnfinishedRun({ type: "TaskResult", messages: [], ...unfinished(error, signal), usage }, error);
}

/** What a finished run gave, taken from its journal. */
async function recordedResult(run: Run, messages: MessageRegistry): Promise<TaskResult> {
  const { status, stopReason, messages: written = [] } = run.recorded ?? {};
  await run.end({ status: "finished", stopReason, messages: written });
  return {
    type: "TaskResult",
    messages: written.map((message) => messages.create(message)),
    stopReason,
    status: status ?? "finished",
    usage: run.usage(),
    cost: run.cost(),
  };
}

function usageSince(before: RequestUsage | undefined, now: RequestUsage | undefined): RequestUsage {
  return {
    promptTokens: (now?.promptTokens ?? 0) - (before?.promptTokens ?? 0),
    completionTokens: (now?.completionTokens ?? 0) - (before?.completionTokens ?? 0),
  };
}
