import { LimitError, isAbortError, isTesseraeError, throwIfAborted, type RequestUsage, type Run } from "@tesserae/core";
import type { TaskRunner } from "../base/chat-agent.ts";
import type { RunOptions } from "../base/run-options.ts";
import type { RunStream } from "../base/run-stream.ts";
import type { RunStatus, Task, TaskResult, Turn } from "../base/task.ts";
import { TextMessage } from "../messages/factories.ts";
import type { MessageRegistry } from "../messages/registry.ts";
import type { ChatMessage, StreamItem } from "../messages/types.ts";
import { openRunnerRun, taskOf } from "./open-runner-run.ts";
import { UnfinishedRun, createRunStream, resultOrThrow } from "./run-stream.ts";
import { taskResultToJson } from "./task-result-json.ts";
import { checkTask, taskMessages } from "./task-messages.ts";

/** What the body of a run is given. */
export interface RunnerTurn extends Turn {
  /** The task's messages: the recorded ones in a replay, a resume or a fork. */
  readonly task: readonly ChatMessage[];
  /** Marks the end of a turn in the journal; nothing in a run that is part of another. */
  mark(turn: number): void;
}

/** The work of a run; gives its stop reason. */
export type RunBody = (turn: RunnerTurn) => Promise<string | undefined>;

/** Runs a runner to its result; rejects with the error that ended it. */
export async function runRunner(
  runner: TaskRunner,
  messages: MessageRegistry,
  task: Task | undefined,
  options: RunOptions,
  body: RunBody,
): Promise<TaskResult> {
  return resultOrThrow(await performRun(runner, messages, task, options, options.signal, undefined, body));
}

/** Runs a runner and streams what happens. */
export function streamRunner(
  runner: TaskRunner,
  messages: MessageRegistry,
  task: Task | undefined,
  options: RunOptions,
  body: RunBody,
): RunStream {
  return createRunStream(
    options.signal ?? options.context?.signal,
    (signal, emit) => performRun(runner, messages, task, options, signal, emit, body),
    (item) => JSON.stringify(item.type === "TaskResult" ? taskResultToJson(item, messages) : messages.toJson(item)),
  );
}

async function performRun(
  runner: TaskRunner,
  messages: MessageRegistry,
  task: Task | undefined,
  options: RunOptions,
  signal: AbortSignal | undefined,
  show: ((item: StreamItem) => void) | undefined,
  body: RunBody,
): Promise<TaskResult | UnfinishedRun> {
  // A team must be able to pass the messages on; an agent takes what it is given.
  checkTask(task, (type) => "onMessages" in runner || messages.isRegistered(type));
  const outer = options.context;
  const run = outer === undefined ? await openRunnerRun(runner, messages, task, options, signal) : undefined;
  if (run?.recorded !== undefined) return recordedResult(run, messages);
  const context = run?.context ?? outer?.withSignal(signal ?? outer.signal);
  if (context === undefined) throw new Error("A run is opened, or given as a context.");
  const items: StreamItem[] = [];
  const before = outer?.meter?.usage;
  const emit = (item: StreamItem): void => {
    throwIfAborted(context.signal);
    if (item.type !== "ModelClientStreamingChunkEvent") items.push(item);
    if (show !== undefined && run?.silent !== true) show(item);
  };
  let end: Pick<TaskResult, "status" | "stopReason" | "error">;
  try {
    const given = taskMessages(run === undefined ? task : taskOf(run, task, messages), (content) =>
      TextMessage({ content, source: "user" }, context),
    );
    const stopReason = await body({ context, messages, emit, task: given, mark: (turn) => run?.mark(turn) });
    end = { status: "finished", stopReason };
  } catch (error) {
    end = unfinished(error, context.signal);
  }
  end = (await endRun(run, end, items, messages)) ?? end;
  const result: TaskResult = {
    type: "TaskResult",
    messages: items,
    ...end,
    usage: run?.usage() ?? usageSince(before, context.meter?.usage),
    ...(run === undefined ? undefined : { cost: run.cost() }),
  };
  return end.status === "finished" ? result : new UnfinishedRun(result, end.error);
}

/** Ends the run in its journal; what goes wrong there (a replay that differs, a full disk) is how the run ended. */
async function endRun(
  run: Run | undefined,
  end: Pick<TaskResult, "status" | "stopReason" | "error">,
  items: readonly StreamItem[],
  messages: MessageRegistry,
): Promise<Pick<TaskResult, "status" | "error"> | undefined> {
  if (run === undefined) return undefined;
  try {
    const written = run.mode === "plain" ? undefined : items.map((item) => messages.toJson(item));
    await run.end({ ...end, messages: written });
    return undefined;
  } catch (error) {
    return { status: "failed", error };
  }
}

/** How a run that threw this has ended. An abort because a limit was passed tells the limit. */
function unfinished(error: unknown, signal: AbortSignal | undefined): { status: RunStatus; error: unknown } {
  if (isTesseraeError(error, "ERR_INPUT_WAITING")) return { status: "waiting", error };
  if (signal?.aborted !== true || !isAbortError(error)) return { status: "failed", error };
  const reason: unknown = signal.reason;
  return { status: "aborted", error: reason instanceof LimitError ? reason : error };
}

/** What a finished run gave, taken from its journal. */
function recordedResult(run: Run, messages: MessageRegistry): TaskResult | UnfinishedRun {
  const { recorded } = run;
  const result: TaskResult = {
    type: "TaskResult",
    messages: (recorded?.messages ?? []).map((message) => messages.create(message)),
    stopReason: recorded?.stopReason,
    status: recorded?.status ?? "finished",
    usage: run.usage(),
    cost: run.cost(),
  };
  return result;
}

function usageSince(before: RequestUsage | undefined, now: RequestUsage | undefined): RequestUsage {
  return {
    promptTokens: (now?.promptTokens ?? 0) - (before?.promptTokens ?? 0),
    completionTokens: (now?.completionTokens ?? 0) - (before?.completionTokens ?? 0),
  };
}
