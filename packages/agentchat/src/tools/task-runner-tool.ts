import {
  BaseTool,
  LimitError,
  RuntimeError,
  ValueError,
  endsTheRun,
  isObject,
  type JsonObject,
  type ToolCallOptions,
  type ToolSchema,
} from "@tesserae/core";
import { isWaiting, waits } from "../agents/open-turn.ts";
import type { ChatAgent } from "../base/chat-agent.ts";
import { deferred } from "../deferred.ts";
import type { TaskResult } from "../base/task.ts";
import { isEvent } from "../messages/is-event.ts";
import type { MessageRegistry } from "../messages/registry.ts";
import type { ChatMessage, StreamItem } from "../messages/types.ts";
import { agentMessages } from "../run/run-agent.ts";
import { BaseGroupChat } from "../teams/group-chat/base-group-chat.ts";

/** What the tools that run an agent or a team may be told. */
export interface TaskRunnerToolOptions {
  /** The model gets the last message alone, in place of all messages with their sources. Default false. */
  readonly returnValueAsLastMessage?: boolean | undefined;
  /** Every call begins with the state that the runner had before the first one. Default: it remembers its calls. */
  readonly isolate?: boolean | undefined;
  /** Whether a person must approve a call before the runner gets the task. Default false. */
  readonly requiresApproval?: boolean | undefined;
}

/** What a call ended its run with, for the calls of that run that are still to be made. */
interface EndedRun {
  readonly runId: string | undefined;
  readonly error: unknown;
}

/** A call that is not over: while it waits for a person, it is part of the tool's state. */
interface OpenCall {
  readonly callId: string;
  readonly task: string;
  /** What was shown before the call was interrupted, and since. */
  readonly shown: StreamItem[];
}

const TOOL_NAME = /^[a-zA-Z0-9_-]{1,64}$/;

/**
 * A tool that gives a task to an agent or a team. What happens is shown while it runs; its steps are kept in the journal
 * one by one. Calls that come at once are made one after the other: a runner has one conversation.
 */
export abstract class TaskRunnerTool extends BaseTool<TaskResult> {
  readonly schema: ToolSchema;
  readonly returnValueAsLastMessage: boolean;
  readonly isolate: boolean;
  readonly #runner: ChatAgent | BaseGroupChat;
  readonly #messages: MessageRegistry;
  #fresh: JsonObject | undefined;
  #open: OpenCall | undefined;
  #turn: Promise<EndedRun | undefined> = Promise.resolve(undefined);

  protected constructor(
    runner: ChatAgent | BaseGroupChat,
    named: { readonly name: string; readonly description: string },
    options: TaskRunnerToolOptions,
  ) {
    if (typeof named.name !== "string" || !TOOL_NAME.test(named.name)) {
      throw new ValueError(
        `'${named.name}' cannot be the name of a tool: models take up to 64 letters, digits, "_" and "-".`,
      );
    }
    super({ ...named, composite: true, requiresApproval: options.requiresApproval });
    this.#runner = runner;
    this.#messages = runner instanceof BaseGroupChat ? runner.messages : agentMessages(runner);
    this.returnValueAsLastMessage = options.returnValueAsLastMessage ?? false;
    this.isolate = options.isolate ?? false;
    this.schema = {
      ...named,
      parameters: {
        type: "object",
        properties: { task: { title: "Task", type: "string", description: "What is to be done." } },
        required: ["task"],
        additionalProperties: false,
      },
      strict: true,
    };
  }

  async runJson(args: unknown, options: ToolCallOptions = {}): Promise<TaskResult> {
    let result: TaskResult | undefined;
    for await (const item of this.runJsonStream(args, options)) if (item.type === "TaskResult") result = item;
    if (result === undefined) throw new RuntimeError(`'${this.name}' ended its run without a result.`);
    return result;
  }

  /** What the agent or team does, the task's message first, then its result. */
  async *runJsonStream(args: unknown, options: ToolCallOptions = {}): AsyncGenerator<StreamItem | TaskResult> {
    const task = isObject(args) ? args["task"] : undefined;
    if (typeof task !== "string") throw new ValueError(`The tool '${this.name}' needs a text called "task".`);
    const { context, signal, callId = "" } = options;
    const runId = context?.runId;
    const { promise: turn, resolve: end } = deferred<EndedRun | undefined>();
    const before = this.#turn;
    this.#turn = turn;
    let ended: EndedRun | undefined;
    let waiting = false;
    try {
      const last = await before;
      // The call before this one waits, for example for a person; a resume ends it first, and then makes this one.
      if (last !== undefined && last.runId === runId) throw last.error;
      const open = this.#open;
      const goesOn = open?.callId === callId && open.task === task;
      if (!goesOn) await this.#startAfresh();
      const shown = goesOn ? open.shown : [];
      this.#open = { callId, task, shown };
      const earlier = shown.slice();
      const stream = this.#runner.runStream(goesOn ? undefined : task, { signal, context });
      for await (const item of stream) {
        if (item.type !== "TaskResult") {
          if (item.type !== "ModelClientStreamingChunkEvent") shown.push(item);
          yield item;
          continue;
        }
        // An unfinished run throws what ended it.
        const result = item.status === "finished" ? item : await stream.result;
        yield goesOn ? { ...result, messages: [...earlier, ...result.messages] } : result;
      }
    } catch (error) {
      waiting = isWaiting(error);
      // A limit is no end: the agent that calls goes on with what is left.
      if (endsTheRun(error) && !(error instanceof LimitError)) ended = { runId, error };
      throw error;
    } finally {
      if (!waiting) this.#open = undefined;
      // Who comes later does not wait for this one, and is a resume perhaps.
      if (this.#turn === turn) this.#turn = Promise.resolve(undefined);
      end(ended);
    }
  }

  isReturnValue(value: StreamItem | TaskResult): boolean {
    return value.type === "TaskResult";
  }

  override returnValueAsString({ messages }: TaskResult): string {
    if (this.returnValueAsLastMessage) {
      const last = messages.at(-1);
      if (last !== undefined && !isEvent(last)) return this.#messages.toModelText(last);
      throw new ValueError(`The last message is not a chat message, but ${last?.type ?? "nothing"}.`);
    }
    return messages
      .filter((item): item is ChatMessage => !isEvent(item) && item.source !== "user")
      .map((message) => `${message.source}: ${this.#messages.toModelText(message)}`)
      .join("\n\n");
  }

  /** In the middle of a call the state is that of the moment; while the call waits for a person, it is part of it. */
  override async saveStateJson(): Promise<JsonObject> {
    const fresh = this.#fresh;
    if (this.#open === undefined && fresh !== undefined) return structuredClone(fresh);
    const state = await (this.#runner instanceof BaseGroupChat
      ? this.#runner.saveState({ immediate: true })
      : this.#runner.saveState());
    if (this.#open === undefined || !waits(state)) return fresh === undefined ? state : structuredClone(fresh);
    const { callId, task, shown } = this.#open;
    const open = { call_id: callId, task, shown: shown.map((item) => this.#messages.toJson(item)) };
    return { ...state, open_call: fresh === undefined ? open : { ...open, fresh: structuredClone(fresh) } };
  }

  override async loadStateJson(state: JsonObject): Promise<void> {
    const { call_id: callId, task, shown, fresh } = isObject(state["open_call"]) ? state["open_call"] : {};
    await this.#runner.loadState(state);
    this.#fresh = isObject(fresh) ? fresh : undefined;
    this.#open =
      typeof callId === "string" && typeof task === "string" && Array.isArray(shown)
        ? { callId, task, shown: shown.map((item) => this.#messages.create(item)) }
        : undefined;
  }

  /** Forgets the calls; one whose calls all begin afresh has nothing to forget. */
  async reset(): Promise<void> {
    this.#open = undefined;
    if (this.isolate) return;
    await (this.#runner instanceof BaseGroupChat ? this.#runner.reset() : this.#runner.onReset());
  }

  async #startAfresh(): Promise<void> {
    if (!this.isolate) return;
    if (this.#fresh === undefined) this.#fresh = structuredClone(await this.#runner.saveState());
    else await this.#runner.loadState(structuredClone(this.#fresh));
  }
}
