import type { ChatAgent } from "../base/chat-agent.ts";
import type { RunOptions } from "../base/run-options.ts";
import type { RunStream } from "../base/run-stream.ts";
import type { Task, TaskResult } from "../base/task.ts";
import { MessageRegistry } from "../messages/registry.ts";
import { runRunner, streamRunner, type RunBody } from "./perform-run.ts";
import { taskMessages } from "./task-messages.ts";
import { takeTurn } from "../agents/respond.ts";

/** Gives an agent a task: the task's messages, one turn, its answer. */
export function runAgent(agent: ChatAgent, task: Task | undefined, options: RunOptions = {}): Promise<TaskResult> {
  const messages = agentMessages(agent);
  return runRunner(agent, messages, task, options, agentBody(agent, messages, task, options));
}

/** {@link runAgent} as a stream. */
export function streamAgent(agent: ChatAgent, task: Task | undefined, options: RunOptions = {}): RunStream {
  const messages = agentMessages(agent);
  return streamRunner(agent, messages, task, options, agentBody(agent, messages, task, options));
}

function agentBody(agent: ChatAgent, messages: MessageRegistry, task: Task | undefined, options: RunOptions): RunBody {
  return async ({ context, emit, textMessage }) => {
    const given = taskMessages(task, messages, textMessage);
    if (options.outputTaskMessages ?? true) for (const message of given) await emit(message);
    await takeTurn(agent, given, context, emit);
    return undefined;
  };
}

function agentMessages(agent: ChatAgent): MessageRegistry {
  const registry = new MessageRegistry();
  for (const definition of agent.producedMessageTypes) {
    if (!registry.isRegistered(definition.type)) registry.register(definition);
  }
  return registry;
}
