import {
  dumpComponent,
  isComponentInstance,
  openRun,
  type Json,
  type JsonObject,
  type Run,
  type RunContext,
} from "@tesserae/core";
import type { TaskRunner } from "../base/chat-agent.ts";
import type { RunOptions } from "../base/run-options.ts";
import type { RunStream } from "../base/run-stream.ts";
import type { Task, TaskResult, Turn } from "../base/task.ts";
import { TextMessage } from "../messages/factories.ts";
import type { MessageRegistry } from "../messages/registry.ts";
import type { ChatMessage, StreamItem } from "../messages/types.ts";
import { UnfinishedRun, createRunStream, resultOrThrow, statusOf } from "./run-stream.ts";
import { taskResultToJson } from "./task-result-json.ts";

/** What the body of a run is given. */
export interface RunnerTurn extends Turn {
  /** Marks the end of a turn in the journal; nothing in a run that is part of another. */
  mark(turn: number): void;
  /** Makes the message of a task given as text. */
  readonly textMessage: (content: string) => ChatMessage;
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
    options.signal,
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
  const items: StreamItem[] = [];
  const emit = (item: StreamItem): void => {
    if (item.type !== "ModelClientStreamingChunkEvent") items.push(item);
    show?.(item);
  };
  const run = options.context === undefined ? await open(runner, messages, task, options, signal) : undefined;
  const context = run?.context ?? insideOf(options.context, signal);
  const turn: RunnerTurn = {
    context,
    emit,
    mark: (number) => run?.mark(number),
    textMessage: (content) => TextMessage({ content, source: "user" }, context),
  };
  const resultOf = (end: Pick<TaskResult, "status" | "stopReason" | "error">): TaskResult => ({
    type: "TaskResult",
    messages: items,
    ...end,
    usage: run?.usage() ?? { promptTokens: 0, completionTokens: 0 },
    ...(run === undefined ? {} : { cost: run.cost() }),
  });
  const messagesJson = (): readonly JsonObject[] => items.map((item) => messages.toJson(item));
  try {
    const stopReason = await body(turn);
    await run?.end({ status: "finished", stopReason, messages: messagesJson });
    return resultOf({ status: "finished", stopReason });
  } catch (error) {
    const status = statusOf(error, signal);
    await run?.end({ status, error, messages: messagesJson });
    return new UnfinishedRun(resultOf({ status, error }), error);
  }
}

function open(
  runner: TaskRunner,
  messages: MessageRegistry,
  task: Task | undefined,
  options: RunOptions,
  signal: AbortSignal | undefined,
): Promise<Run> {
  const { journal, limits, labels } = options;
  return openRun({
    name: runner.name,
    signal,
    journal,
    limits,
    labels,
    task: () => taskToJson(task, messages),
    definition: () => (isComponentInstance(runner) ? definitionOf(runner) : null),
    state: () => runner.saveState(),
  });
}

/** A runner that holds a function cannot be written; the journal then has no definition. */
function definitionOf(runner: object): Json {
  try {
    return dumpComponent(runner);
  } catch {
    return null;
  }
}

function taskToJson(task: Task | undefined, messages: MessageRegistry): Json {
  if (task === undefined || typeof task === "string") return task ?? null;
  const list: readonly ChatMessage[] = "type" in task ? [task] : task;
  return list.map((message) => messages.toJson(message));
}

function insideOf(context: RunContext | undefined, signal: AbortSignal | undefined): RunContext {
  if (context === undefined) throw new Error("A run inside another needs the other's context.");
  return signal === undefined || signal === context.signal ? context : context.withSignal(signal);
}
