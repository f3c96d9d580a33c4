import { ValueError, type ChatCompletionClient } from "@tesserae/core";
import type { EmbeddingFunction } from "../../memory/shared/embedding.ts";
import { hashingEmbedding } from "../../memory/shared/hashing-embedding.ts";
import { warnOnce } from "../../memory/shared/warn.ts";
import { MemoryBank, type Memo, type MemoryBankConfig } from "./memory-bank.ts";
import { Prompter } from "./prompter.ts";

/** How a controller learns and remembers. */
export interface MemoryControllerConfig {
  /** Put tasks in more general words before they are compared. Default true. */
  readonly generalizeTask?: boolean | undefined;
  /** Let the model look over these words once more, with two more calls. Default true. */
  readonly reviseGeneralizedTask?: boolean | undefined;
  /** Compare by topics that a model finds, instead of the whole text. Default true. */
  readonly generateTopics?: boolean | undefined;
  /** Ask the model of each memo whether it may help. Default true. */
  readonly validateMemos?: boolean | undefined;
  /** Default 10. */
  readonly maxMemosToRetrieve?: number | undefined;
  readonly memoryBank?: MemoryBankConfig | undefined;
}

/** What makes a {@link MemoryController}. */
export interface MemoryControllerOptions {
  /** Empty the bank before the first use. Default false. */
  readonly reset?: boolean | undefined;
  /** The model that is asked for topics, advice and relevance. */
  readonly client: ChatCompletionClient;
  readonly config?: MemoryControllerConfig | undefined;
  /** What makes vectors of topics. Default: `hashingEmbedding`, with a warning. */
  readonly embeddingFunction?: EmbeddingFunction | undefined;
}

type Settings = {
  readonly [Key in Exclude<keyof MemoryControllerConfig, "memoryBank">]-?: NonNullable<MemoryControllerConfig[Key]>;
};

/**
 * Learns from what it is told, and finds what was learned for a task that is like an earlier one, with the help of a model.
 * Experimental: it may change. Its calls of the model stand in no journal of their own.
 */
export class MemoryController {
  readonly #client: ChatCompletionClient;
  readonly #config: Settings;
  readonly #bank: MemoryBank;
  #beginning: Promise<void> | undefined;
  readonly #isReset: boolean;

  /** @throws ValueError for a number of memos that is none. */
  constructor(options: MemoryControllerOptions) {
    const { client, config = {}, embeddingFunction } = options;
    const most = config.maxMemosToRetrieve ?? 10;
    if (!Number.isInteger(most) || most < 1) {
      throw new ValueError(`maxMemosToRetrieve must be a whole number greater than 0. It is ${most}.`);
    }
    if (embeddingFunction === undefined) {
      warnOnce(
        "TESSERAE_MEMORY_HASHING",
        "This MemoryController has no model for its embedding: topics are compared by their words, not by what they mean. " +
          "Give it an embeddingFunction.",
      );
    }
    this.#client = client;
    this.#isReset = options.reset ?? false;
    this.#config = {
      generalizeTask: config.generalizeTask ?? true,
      reviseGeneralizedTask: config.reviseGeneralizedTask ?? true,
      generateTopics: config.generateTopics ?? true,
      validateMemos: config.validateMemos ?? true,
      maxMemosToRetrieve: most,
    };
    this.#bank = new MemoryBank(config.memoryBank ?? {}, embeddingFunction ?? hashingEmbedding);
  }

  /** Forgets everything, on disk too. */
  async resetMemory(): Promise<void> {
    await this.#bank.reset();
  }

  /** Remembers something learned, to be found by its topics and those of its task. */
  async addMemo(insight: string, task?: string, options: { readonly indexOnBoth?: boolean } = {}): Promise<void> {
    const bank = await this.#begun();
    const { indexOnBoth = true } = options;
    let text = insight;
    if (task !== undefined) {
      // What a task is called in general is asked only when it is used.
      text = indexOnBoth ? `${(await this.#general(task)).trim()}\n(Hint: ${insight})` : task;
    }
    await bank.addMemo(task === undefined ? { insight } : { insight, task }, await this.#topics(text));
  }

  /** Remembers how a task was done, as an example for others like it. */
  async addTaskSolutionPairToMemory(task: string, solution: string): Promise<void> {
    const bank = await this.#begun();
    const insight = `Example task:\n\n${task}\n\nExample solution:\n\n${solution}`;
    await bank.addMemo({ task, insight }, await this.#topics(task.trim()));
  }

  /** What was learned that may help with a task, the most relevant first. */
  async retrieveRelevantMemos(task: string): Promise<readonly Memo[]> {
    const bank = await this.#begun();
    if (!(await bank.containsMemos())) return [];
    const topics = await this.#topics(await this.#general(task));
    const kept: Memo[] = [];
    for (const memo of await bank.getRelevantMemos(topics)) {
      if (kept.length >= this.#config.maxMemosToRetrieve) break;
      if (!this.#config.validateMemos || (await this.#prompter().validateInsight(memo.insight, task))) kept.push(memo);
    }
    return kept;
  }

  /** Remembers the advice in a text, if there is any, and gives it. */
  async considerMemoStorage(text: string): Promise<string | undefined> {
    const advice = await this.#prompter().extractAdvice(text);
    if (advice !== undefined) await this.addMemo(advice);
    return advice;
  }

  /** Closes the files. What is remembered stays. */
  close(): Promise<void> {
    return this.#bank.close();
  }

  #begun(): Promise<MemoryBank> {
    this.#beginning ??= this.#isReset ? this.#bank.reset() : Promise.resolve();
    return this.#beginning.then(() => this.#bank);
  }

  #prompter(): Prompter {
    return new Prompter(this.#client);
  }

  #general(task: string): Promise<string> {
    const { generalizeTask, reviseGeneralizedTask } = this.#config;
    return generalizeTask ? this.#prompter().generalizeTask(task, reviseGeneralizedTask) : Promise.resolve(task);
  }

  async #topics(text: string): Promise<readonly string[]> {
    const topics = this.#config.generateTopics ? await this.#prompter().findIndexTopics(text) : [];
    return topics.length === 0 ? [text] : topics;
  }
}
