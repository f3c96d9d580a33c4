import {
  NotImplementedError,
  RuntimeError,
  ValueError,
  checkTypes,
  plainContext,
  throwIfAborted,
  traceCreation,
  type JsonObject,
} from "@tesserae/core";
import type { ChatAgent } from "../base/chat-agent.ts";
import type { RunStream } from "../base/run-stream.ts";
import type { Response, Task, TaskResult, Turn, TurnOptions } from "../base/task.ts";
import type { MessageDefinition } from "../messages/definition.ts";
import type { ChatMessage, StreamItem } from "../messages/types.ts";
import type { MessageRegistry } from "../messages/registry.ts";
import type { RunOptions } from "../base/run-options.ts";
import { agentMessages, runAgent, streamAgent } from "../run/run-agent.ts";
import { PushedItems } from "../run/pushed-items.ts";
import type { Thread } from "../threads/thread.ts";
import { ThreadDesk, type ThreadOptions } from "../threads/thread-desk.ts";
import { respondFromStream } from "./respond.ts";

const NAME = /^[\p{ID_Start}_]\p{ID_Continue}*$/u;

/** What every agent is made with. */
export interface ChatAgentOptions {
  /** Unique in a team; an identifier. */
  readonly name: string;
  /** What the agent can do, for other agents and for the selection of speakers. */
  readonly description: string;
}

/**
 * The base of agents. A subclass implements one of
 * - `onMessages`: answer at once,
 * - `onMessagesStream`: an async generator that yields what happens, then the response, last,
 * - `respond`: the fastest form, which pushes what happens to `turn.emit` and returns the response.
 */
export abstract class BaseChatAgent implements ChatAgent {
  readonly name: string;
  readonly description: string;
  #messages: MessageRegistry | undefined;
  #threads: ThreadDesk | undefined;
  #running = false;
  /** The run that has the agent: a team's from its beginning to its end, else that of the turn. */
  #run: string | undefined;

  constructor(options: ChatAgentOptions) {
    const { name, description } = options;
    const made = { name, kind: new.target.name, description };
    if (typeof name !== "string" || !NAME.test(name)) {
      const error = new ValueError(
        `The agent name must be a valid Python identifier: '${name}'. Use letters, digits and "_", no digit first.`,
      );
      traceCreation(made, error);
      throw error;
    }
    checkTypes("string", { description });
    this.name = name;
    this.description = description;
    traceCreation(made);
  }

  abstract get producedMessageTypes(): readonly MessageDefinition[];

  async respond(messages: readonly ChatMessage[], turn: Turn): Promise<Response> {
    const options: TurnOptions = { signal: turn.context.signal, context: turn.context };
    if (this.onMessagesStream !== BaseChatAgent.prototype.onMessagesStream) {
      return respondFromStream(this.name, this.onMessagesStream(messages, options), turn);
    }
    if (this.onMessages === BaseChatAgent.prototype.onMessages) {
      throw new NotImplementedError(
        `The agent '${this.name}' implements none of onMessages, onMessagesStream and respond.`,
      );
    }
    const response: Response | undefined = await this.onMessages(messages, options);
    for (const item of response?.innerMessages ?? []) await turn.emit(item);
    return response;
  }

  onMessages(messages: readonly ChatMessage[], options: TurnOptions = {}): Promise<Response> {
    const context = options.context ?? plainContext({ signal: options.signal });
    return this.respond(messages, { context, emit: ignore });
  }

  onMessagesStream(messages: readonly ChatMessage[], options: TurnOptions = {}): AsyncIterable<StreamItem | Response> {
    const outer = options.signal ?? options.context?.signal;
    return new PushedItems<StreamItem | Response>(outer, async (signal, push) => {
      const context = options.context?.withSignal(signal) ?? plainContext({ signal });
      const emit = (item: StreamItem | Response): void => {
        throwIfAborted(signal);
        push(item);
      };
      emit(await this.respond(messages, { context, emit }));
    });
  }

  /**
   * Gives the agent a task, for one turn.
   * @throws RuntimeError `ERR_TEAM_RUNNING` while another run of this agent goes on: it has one conversation.
   */
  run(task?: Task, options?: RunOptions): Promise<TaskResult> {
    return runAgent(this, this.#registry, task, options, this.#claim);
  }

  runStream(task?: Task, options?: RunOptions): RunStream {
    return streamAgent(this, this.#registry, task, options, this.#claim);
  }

  /** A conversation of its own under this id: the same store and id give the same one, in any process. */
  thread(id: string, options: ThreadOptions): Thread {
    this.#threads ??= new ThreadDesk(this, this.#registry, () => {
      this.#refuse();
      return this.onReset();
    });
    return this.#threads.open(id, options);
  }

  abstract onReset(options?: TurnOptions): Promise<void>;

  onPause(_options?: TurnOptions): Promise<void> {
    return Promise.resolve();
  }

  onResume(_options?: TurnOptions): Promise<void> {
    return Promise.resolve();
  }

  saveState(): Promise<JsonObject> {
    return Promise.resolve({ type: "BaseState", version: "1.0.0" });
  }

  /** @throws RuntimeError `ERR_TEAM_RUNNING` in a run of this agent. Who overrides it calls it first. */
  async loadState(_state: JsonObject): Promise<void> {
    this.#refuse();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  occupy(run: string): () => void {
    // Who comes first in a run ends last; what an aborted turn is still at when its team is done keeps nobody out.
    if (this.#run === run) return ignore;
    this.#refuse();
    this.#run = run;
    return () => {
      this.#run = undefined;
    };
  }

  readonly #claim = (): (() => void) => {
    this.#refuse(this.#running);
    this.#running = true;
    return () => {
      this.#running = false;
    };
  };

  #refuse(isRunning: boolean = this.#run !== undefined): void {
    if (!isRunning) return;
    const message = `The agent '${this.name}' is already running. Wait for its run, or make another agent.`;
    throw new RuntimeError(message, { code: "ERR_TEAM_RUNNING" });
  }

  /** Made when first needed: a subclass says only after construction what it produces. */
  get #registry(): MessageRegistry {
    this.#messages ??= agentMessages(this);
    return this.#messages;
  }
}

function ignore(): void {
  // Nobody looks at what happens in a turn that is asked for its answer only.
}
