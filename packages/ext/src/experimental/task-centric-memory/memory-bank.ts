import { randomUUID } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isObject, RuntimeError, type Json } from "@tesserae/core";
import { makeFolders } from "@tesserae/core/journal/file";
import { CUSTOM, type VectorStore } from "../../memory/chromadb/vector-store.ts";
import { embedOne, type EmbeddingFunction } from "../../memory/shared/embedding.ts";
import { OpenedOnce } from "../../shared/opened-once.ts";

/** Something learned, and the task it was learned with. */
export interface Memo {
  readonly task?: string | undefined;
  /** A hint, a solution, advice: what may help with a task like that. */
  readonly insight: string;
}

/** Where a bank lies, and what it finds. */
export interface MemoryBankConfig {
  /** A folder. Default `./memory_bank/default`. */
  readonly path?: string | undefined;
  /** A topic counts by this minus its squared distance. Default 1.7. */
  readonly relevanceConversionThreshold?: number | undefined;
  /** How many stored topics are compared with each that is asked for. Default 25. */
  readonly nResults?: number | undefined;
  /** Topics at this squared distance, or farther, do not count at all. Default 100. */
  readonly distanceThreshold?: number | undefined;
}

const FILE = "memos.json";
const VERSION = 1;

/**
 * Memos in a folder, found by their topics: the memos in `memos.json`, the vectors of topics in a SQLite file. What Python
 * keeps in such a folder (pickles) is not read.
 */
export class MemoryBank {
  readonly path: string;
  readonly #embed: EmbeddingFunction;
  readonly #relevance: number;
  readonly #nResults: number;
  readonly #distance: number;
  readonly #memos = new Map<string, Memo>();
  readonly #store = new OpenedOnce<VectorStore>();
  /** Writers wait for one another. */
  #writing: Promise<unknown> = Promise.resolve();

  constructor(config: MemoryBankConfig, embed: EmbeddingFunction) {
    this.path = config.path ?? "./memory_bank/default";
    this.#relevance = config.relevanceConversionThreshold ?? 1.7;
    this.#nResults = config.nResults ?? 25;
    this.#distance = config.distanceThreshold ?? 100;
    this.#embed = embed;
  }

  /** Whether there is any memo. */
  async containsMemos(): Promise<boolean> {
    await this.#open();
    return this.#memos.size > 0;
  }

  /** Keeps a memo, to be found by these topics. */
  addMemo(memo: Memo, topics: readonly string[]): Promise<void> {
    return this.#inTurn(async () => {
      const store = await this.#open();
      const id = randomUUID();
      for (const topic of topics) {
        const vector = await embedOne(this.#embed, topic, undefined);
        await store.add({ id: randomUUID(), document: topic, metadata: { memo: id }, vector }, {});
      }
      // Topics without a memo are passed over; a memo without topics would never be found.
      this.#memos.set(id, memo);
      await this.#save();
    });
  }

  /** The memos that count for these topics, the most relevant first. */
  async getRelevantMemos(topics: readonly string[]): Promise<readonly Memo[]> {
    const store = await this.#open();
    const relevance = new Map<string, number>();
    for (const topic of topics) {
      const vector = await embedOne(this.#embed, topic, undefined);
      for (const { distance, metadata } of await store.query({ vector, k: this.#nResults }, {})) {
        const { memo: id } = metadata;
        if (typeof id !== "string" || distance >= this.#distance) continue;
        relevance.set(id, (relevance.get(id) ?? 0) + this.#relevance - distance);
      }
    }
    return Array.from(relevance)
      .filter(([, sum]) => sum >= 0)
      .sort(([, left], [, right]) => right - left)
      .flatMap(([id]) => this.#memos.get(id) ?? []);
  }

  /** Takes out everything, on disk too. */
  reset(): Promise<void> {
    return this.#inTurn(async () => {
      const store = await this.#open();
      this.#memos.clear();
      await this.#save();
      await store.clear({});
    });
  }

  /** Closes the file. What is kept stays, and a later use opens it again. */
  async close(): Promise<void> {
    const store = await this.#store.take();
    await store?.close();
  }

  #open(): Promise<VectorStore> {
    return this.#store.open(() => this.#openFolder());
  }

  async #openFolder(): Promise<VectorStore> {
    makeFolders(this.path);
    this.#memos.clear();
    for (const [id, memo] of await this.#read()) this.#memos.set(id, memo);
    const { openEmbeddedStore } = await import("../../memory/chromadb/embedded-store.ts");
    const names = { name: "string-pairs", tenant: "default_tenant", database: "default_database" };
    return openEmbeddedStore(this.path, { ...names, metric: "l2", embedding: CUSTOM });
  }

  async #read(): Promise<readonly (readonly [string, Memo])[]> {
    const path = join(this.path, FILE);
    let text: string;
    try {
      text = await readFile(path, "utf8");
    } catch (error) {
      if (isObject(error) && error["code"] === "ENOENT") return [];
      throw error;
    }
    const memos = memosOf(text);
    if (memos !== undefined) return memos;
    throw new RuntimeError(`${path} holds no memos, or was written by a newer release: update, or remove the folder.`, {
      code: "ERR_MEMORY_STORE",
    });
  }

  async #save(): Promise<void> {
    const memos = Array.from(this.#memos, ([id, { insight, task }]) => ({ id, task: task ?? null, insight }));
    const path = join(this.path, FILE);
    // Whoever reads finds the old text or the new one, whole.
    await writeFile(`${path}.new`, JSON.stringify({ version: VERSION, memos }, undefined, 2), { mode: 0o600 });
    await rename(`${path}.new`, path);
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#writing.then(work);
    this.#writing = turn.catch(() => undefined);
    return turn;
  }
}

function memosOf(text: string): readonly (readonly [string, Memo])[] | undefined {
  let json: Json;
  try {
    json = JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
  const rows = isObject(json) && json["version"] === VERSION ? json["memos"] : undefined;
  if (!Array.isArray(rows)) return undefined;
  return rows.filter(isObject).flatMap(({ id, insight, task }): readonly (readonly [string, Memo])[] => {
    if (typeof id !== "string" || typeof insight !== "string") return [];
    return [[id, typeof task === "string" ? { task, insight } : { insight }]];
  });
}
