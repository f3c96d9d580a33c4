import type { RunStream, StreamItem, TaskResult } from "@tesserae/agentchat";
import { RunToChunks } from "./run-to-chunks.ts";
import type { UIMessageChunk } from "./ui-message-chunk.ts";

/** Options of the streams for the AI SDK's user interfaces. */
export interface UIMessageStreamOptions {
  /** The id of the message. Default: the client makes one. */
  readonly messageId?: string | undefined;
  /** Whether events that have no part of their own (speakers, code, memory) are sent as `data-event`. Default: false. */
  readonly events?: boolean | undefined;
  /** What the client is told of an error that ends the run. Default: that there was one, for its text may be private. */
  readonly onError?: ((error: unknown) => string) | undefined;
}

/**
 * The chunks of the message that a run makes in a user interface of the AI SDK. It never throws: an error is a chunk.
 * Leaving the loop early aborts the run.
 */
export function uiMessageChunks(
  stream: RunStream,
  options: UIMessageStreamOptions = {},
): AsyncIterable<UIMessageChunk> {
  return {
    [Symbol.asyncIterator]: () => {
      const source = new ChunkSource(stream, options);
      let ready: readonly UIMessageChunk[] = [];
      let at = 0;
      return {
        async next() {
          if (at === ready.length) {
            ready = (await source.batch()) ?? [];
            at = 0;
          }
          const value = ready[at];
          at += 1;
          return value === undefined ? { done: true, value } : { done: false, value };
        },
        async return() {
          await source.leave();
          return { done: true, value: undefined };
        },
      };
    },
  };
}

/** The chunks of a run, as many at a time as an item gives. No generator: one that waits for an item cannot be left. */
export class ChunkSource {
  readonly #items: AsyncIterator<StreamItem | TaskResult, void>;
  readonly #chunks: RunToChunks;
  readonly #onError: (error: unknown) => string;
  readonly #start: UIMessageChunk;
  #state: "new" | "open" | "over" | "left" = "new";
  /** Whether the result has told how the run ended. */
  #isTold = false;

  constructor(stream: RunStream, { messageId, events = false, onError = hidden }: UIMessageStreamOptions) {
    this.#items = stream[Symbol.asyncIterator]();
    this.#chunks = new RunToChunks(events);
    this.#onError = onError;
    this.#start = messageId === undefined ? { type: "start" } : { type: "start", messageId };
  }

  /** The next chunks, at least one; `undefined` at the end. */
  async batch(): Promise<readonly UIMessageChunk[] | undefined> {
    if (this.#state === "new") {
      this.#state = "open";
      return [this.#start];
    }
    while (this.#state === "open") {
      const chunks = await this.#next();
      // Nobody is there any more who would read them.
      if (this.#isLeft()) return undefined;
      if (chunks.length > 0) return chunks;
    }
    return undefined;
  }

  /** Aborts the run, also while a batch is waited for. */
  async leave(): Promise<void> {
    this.#state = "left";
    await this.#items.return?.();
  }

  #isLeft(): boolean {
    return this.#state === "left";
  }

  async #next(): Promise<readonly UIMessageChunk[]> {
    try {
      const { done, value } = await this.#items.next();
      if (done === true) {
        this.#state = "over";
        return [];
      }
      if (value.type !== "TaskResult") return this.#chunks.item(value);
      this.#isTold = value.status !== "failed";
      return this.#chunks.end(value);
    } catch (error) {
      this.#state = "over";
      // What cannot be told ends the run, which nobody reads any more.
      await this.#items.return?.();
      return this.#isTold ? [] : [{ type: "error", errorText: this.#onError(error) }];
    }
  }
}

function hidden(): string {
  return "The run failed.";
}
