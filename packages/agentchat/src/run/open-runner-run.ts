import { openRun, type Json, type OpenRunOptions, type Run } from "@tesserae/core";
import type { TaskRunner } from "../base/chat-agent.ts";
import type { Task } from "../base/task.ts";
import type { MessageRegistry } from "../messages/registry.ts";
import type { ChatMessage } from "../messages/types.ts";
import type { RunOptions } from "../base/run-options.ts";

/** Opens the run of an agent or a team. */
export async function openRunnerRun(
  runner: TaskRunner & { readonly participants?: readonly { readonly name: string }[] },
  messages: MessageRegistry,
  task: Task | undefined,
  options: RunOptions,
  signal: AbortSignal | undefined,
): Promise<Run> {
  const { journal, limits, toolPolicy, approve, middleware, labels } = options;
  const open: OpenRunOptions = {
    name: runner.name,
    kind: runner.constructor.name,
    participants: runner.participants?.map(({ name }) => name),
    signal,
    limits,
    toolPolicy,
    approve,
    middleware,
    labels,
    task: taskToJson(task, messages),
  };
  if (journal === undefined) return openRun(open);
  return openRun({
    ...open,
    journal,
    runner,
    state: journal.mode === "record" ? await runner.saveState() : null,
    options: { output_task_messages: options.outputTaskMessages ?? true },
    remote: runner.participants?.some((participant) => "isElsewhere" in participant),
  });
}

/** The task that a run works on: the given one, or the recorded one. */
export function taskOf(run: Run, task: Task | undefined, messages: MessageRegistry): Task | undefined {
  if (run.mode === "plain" || run.mode === "record") return task;
  const recorded = run.task;
  if (recorded === null) return undefined;
  if (typeof recorded === "string") return recorded;
  const list = Array.isArray(recorded) ? recorded : [recorded];
  return list
    .map((message) => messages.create(message))
    .filter((item): item is ChatMessage => messages.isChatMessage(item));
}

function taskToJson(task: Task | undefined, messages: MessageRegistry): Json {
  if (task === undefined || task === null) return null;
  if (typeof task === "string") return task;
  const list: readonly ChatMessage[] = "type" in task ? [task] : task;
  return list.map((message) => messages.toJson(message));
}

/** True for what `saveState` gives. */
export function isState(state: Json): state is { readonly [key: string]: Json } {
  return typeof state === "object" && state !== null && !Array.isArray(state);
}
