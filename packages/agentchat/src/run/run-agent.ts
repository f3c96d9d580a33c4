import { takeTurn } from "../agents/respond.ts";
import type { ChatAgent } from "../base/chat-agent.ts";
import type { RunStream } from "../base/run-stream.ts";
import type { Task, TaskResult } from "../base/task.ts";
import { MessageRegistry } from "../messages/registry.ts";
import type { RunOptions } from "../base/run-options.ts";
import { runRunner, streamRunner, type RunnerWork } from "./perform-run.ts";

/** Gives an agent a task: the task's messages, one turn, its answer. */
export function runAgent(
  agent: ChatAgent,
  messages: MessageRegistry,
  task: Task | undefined,
  options: RunOptions = {},
  claim?: RunnerWork["claim"],
): Promise<TaskResult> {
  return runRunner(agent, messages, task, options, agentWork(agent, options, claim));
}

/** {@link runAgent} as a stream. */
export function streamAgent(
  agent: ChatAgent,
  messages: MessageRegistry,
  task: Task | undefined,
  options: RunOptions = {},
  claim?: RunnerWork["claim"],
): RunStream {
  return streamRunner(agent, messages, task, options, agentWork(agent, options, claim));
}

/** The kinds of message that an agent knows on its own: the built-in ones and what it says it produces. */
export function agentMessages(agent: ChatAgent): MessageRegistry {
  const registry = new MessageRegistry();
  for (const definition of agent.producedMessageTypes) {
    if (!registry.isRegistered(definition.type)) registry.register(definition);
  }
  return registry;
}

function agentWork(agent: ChatAgent, options: RunOptions, claim: RunnerWork["claim"]): RunnerWork {
  return {
    ...(claim === undefined ? {} : { claim }),
    perform: async (turn) => {
      if (options.outputTaskMessages ?? true) for (const message of turn.task) await turn.emit(message);
      await takeTurn(agent, turn.task, turn);
      return undefined;
    },
  };
}
