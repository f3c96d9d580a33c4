import { LookupError, checkGiven, raceSignal, type JsonObject } from "@tesserae/core";
import type { RunStream } from "../base/run-stream.ts";
import type { Task, TaskResult } from "../base/task.ts";
import type { StreamItem } from "../messages/types.ts";
import type { RunOptions } from "../base/run-options.ts";
import { createRunStream, UnfinishedRun } from "../run/run-stream.ts";
import { taskMessages } from "../run/task-messages.ts";
import { taskResultToJson } from "../run/task-result-json.ts";
import type { ThreadDesk } from "./thread-desk.ts";
import type { ThreadRecord, ThreadStore } from "./thread-store.ts";

/** Which state of a conversation is meant. */
export interface ThreadVersion {
  /** The number of the run that left it, from 1, as {@link Thread.history} tells it. Default: the last one. */
  readonly version?: number | undefined;
}

/** What a run left of a conversation. */
export interface ThreadStep {
  readonly version: number;
  /** How much had been said by then. */
  readonly messageCount: number;
}

/**
 * One conversation of a team or an agent, kept in a store: `team.thread("user-42", { store })`.
 *
 * A run takes the conversation up where it was left, and leaves it there again, also when it was aborted or failed. The
 * runs of all conversations of one team or agent wait for one another; its own state is as if there were none.
 */
export class Thread {
  readonly id: string;
  readonly #desk: ThreadDesk;
  readonly #store: ThreadStore;

  /** @throws ValueError for an id that is no text, or empty. */
  constructor(desk: ThreadDesk, id: string, store: ThreadStore) {
    checkGiven("id of a conversation", id, typeof id === "string" && id !== "", "a text that is not empty");
    this.id = id;
    this.#desk = desk;
    this.#store = store;
  }

  /**
   * Works on the task within the conversation.
   *
   * @throws TesseraeError `ERR_THREAD_CONFLICT` when the conversation was changed elsewhere meanwhile: what this run did
   *   is not in it; the error that ended the run.
   */
  run(task?: Task, options?: RunOptions): Promise<TaskResult> {
    return this.runStream(task, options).result;
  }

  /** {@link Thread.run} as a stream of what happens, the result last. */
  runStream(task?: Task, options: RunOptions = {}): RunStream {
    const { registry } = this.#desk;
    return createRunStream(
      options.signal ?? options.context?.signal,
      (signal, emit) => this.#desk.exclusively(signal, () => this.#perform(task, { ...options, signal }, emit)),
      (item) => JSON.stringify(item.type === "TaskResult" ? taskResultToJson(item, registry) : registry.toJson(item)),
    );
  }

  /** Its state, as `saveState` of the team or agent gives it; `undefined` before the first run. */
  async state(at?: ThreadVersion): Promise<JsonObject | undefined> {
    return (await this.#load(at))?.state;
  }

  /** Everything that was said in it, oldest first. */
  async messages(at?: ThreadVersion): Promise<readonly StreamItem[]> {
    const record = await this.#load(at);
    return (record?.messages ?? []).map((message) => this.#desk.registry.create(message));
  }

  /** What its runs left, oldest first, as far back as the store keeps it. Each can be looked at and forked from. */
  async history(): Promise<readonly ThreadStep[]> {
    const kept = (await this.#store.versions?.(this.id)) ?? [undefined];
    const records = await Promise.all(kept.map(async (version) => this.#store.load(this.id, version)));
    // One may have been dropped meanwhile.
    return records.flatMap((record) =>
      record === undefined ? [] : [{ version: record.version, messageCount: record.messages.length }],
    );
  }

  /**
   * Begins another conversation with what was said in this one, by default all of it.
   * @throws TesseraeError `ERR_THREAD_CONFLICT` when there is one of that id.
   */
  async fork(id: string, at?: ThreadVersion): Promise<Thread> {
    const thread = new Thread(this.#desk, id, this.#store);
    const record = await this.#load(at);
    if (record !== undefined) await this.#store.save(id, { ...record, version: 1 });
    return thread;
  }

  /** Forgets it. The next run begins anew. */
  async delete(): Promise<void> {
    await this.#store.delete(this.id);
  }

  /** @throws LookupError for a version that is not kept. */
  async #load({ version }: ThreadVersion = {}): Promise<ThreadRecord | undefined> {
    const record = await this.#store.load(this.id, version);
    if (version === undefined || record?.version === version) return record;
    throw new LookupError(`The conversation ${this.id} keeps no version ${version}.`);
  }

  async #perform(
    task: Task | undefined,
    options: RunOptions,
    emit: (item: StreamItem) => void,
  ): Promise<TaskResult | UnfinishedRun> {
    const { runner } = this.#desk;
    const before = await raceSignal(Promise.resolve(this.#store.load(this.id)), options.signal);
    // A run that goes on beside the conversations is refused, and not waited for.
    const own = await runner.saveState({ immediate: true });
    try {
      await (before === undefined ? this.#desk.restart() : runner.loadState(before.state));
      const outcome = await performed(runner.runStream(task, options), emit);
      return await this.#keep(before, options.outputTaskMessages === false ? task : undefined, outcome);
    } finally {
      await runner.loadState(own);
    }
  }

  /** Saves where the conversation stands now, unless its run was refused before it began. */
  async #keep(
    before: ThreadRecord | undefined,
    hidden: Task | undefined,
    outcome: TaskResult | UnfinishedRun,
  ): Promise<TaskResult | UnfinishedRun> {
    const { runner, registry } = this.#desk;
    const result = outcome instanceof UnfinishedRun ? outcome.result : outcome;
    if (result.status !== "finished" && result.messages.length === 0) return outcome;
    try {
      // What was not shown was said all the same.
      const said = [...taskMessages(hidden), ...result.messages].map((message) => registry.toJson(message));
      await this.#store.save(this.id, {
        version: (before?.version ?? 0) + 1,
        state: await runner.saveState(),
        messages: [...(before?.messages ?? []), ...said],
      });
    } catch (error) {
      // What ended the run says more than that it could not be kept either.
      if (outcome instanceof UnfinishedRun) return outcome;
      return new UnfinishedRun({ ...result, status: "failed", error }, error);
    }
    return outcome;
  }
}

/** Shows what happens in a run; gives its result, or what is left of it. */
async function performed(stream: RunStream, emit: (item: StreamItem) => void): Promise<TaskResult | UnfinishedRun> {
  let result: TaskResult | undefined;
  try {
    for await (const item of stream) {
      if (item.type === "TaskResult") result = item;
      else emit(item);
    }
    return result ?? (await stream.result);
  } catch (error) {
    if (result === undefined) throw error;
    return new UnfinishedRun(result, error);
  }
}
