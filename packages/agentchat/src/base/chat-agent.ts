import type { JsonObject } from "@tesserae/core";
import type { MessageDefinition } from "../messages/definition.ts";
import type { ChatMessage, StreamItem } from "../messages/types.ts";
import type { RunStream } from "./run-stream.ts";
import type { Response, Task, TaskResult, Turn, TurnOptions } from "./task.ts";
import type { RunOptions } from "./run-options.ts";

/** Something that can be given a task: an agent or a team. */
export interface TaskRunner {
  readonly name: string;
  readonly description: string;
  run(task?: Task, options?: RunOptions): Promise<TaskResult>;
  runStream(task?: Task, options?: RunOptions): RunStream;
  /** `immediate` says something to teams alone: see {@link Team.saveState}. */
  saveState(options?: { readonly immediate?: boolean | undefined }): Promise<JsonObject>;
  loadState(state: JsonObject): Promise<void>;
  /**
   * Takes an agent for a team that runs, or for a turn; gives what frees it. Teams and turns of one run share it.
   * @throws RuntimeError `ERR_TEAM_RUNNING` while another run has it: it has one conversation.
   */
  occupy?(runId: string): () => void;
}

/** An agent that talks in messages (component type `agent`). Stateful: give it only what is new. */
export interface ChatAgent extends TaskRunner {
  /** The kinds of message it may answer with. */
  readonly producedMessageTypes: readonly MessageDefinition[];
  onMessages(messages: readonly ChatMessage[], options?: TurnOptions): Promise<Response>;
  onMessagesStream(messages: readonly ChatMessage[], options?: TurnOptions): AsyncIterable<StreamItem | Response>;
  /** The pushed form of {@link ChatAgent.onMessagesStream}, which teams use where an agent has it. */
  respond?(messages: readonly ChatMessage[], turn: Turn): Promise<Response>;
  onReset(options?: TurnOptions): Promise<void>;
  onPause(options?: TurnOptions): Promise<void>;
  onResume(options?: TurnOptions): Promise<void>;
  close(): Promise<void>;
}

/** A group of agents that work on a task together (component type `team`). */
export interface Team extends TaskRunner {
  /**
   * While the team runs it waits for the end of the turn, or for a question to a person, when the state is whole.
   * `immediate` takes the state as it is.
   */
  saveState(options?: { readonly immediate?: boolean | undefined }): Promise<JsonObject>;
  reset(): Promise<void>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  close(): Promise<void>;
}
