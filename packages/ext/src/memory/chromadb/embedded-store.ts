import { chmodSync, closeSync, existsSync, openSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { isObject, RuntimeError, throwIfAborted, ValueError, type Json, type JsonObject } from "@tesserae/core";
import { makeFolders } from "@tesserae/core/journal/file";
import { useWriteAheadLog } from "@tesserae/core/journal/sqlite";
import { distanceBetween, type DistanceMetric } from "../shared/distance.ts";
import {
  checkSameEmbedding,
  type CollectionSettings,
  type Match,
  type StoreCall,
  type StoredRecord,
  type StoreQuery,
  type VectorStore,
} from "./vector-store.ts";
import { fitsWhere } from "./where.ts";

/** The file of the embedded store in its folder. */
export const EMBEDDED_FILE = "tesserae-memory.db";

/** Marks the file as a memory of ours: "TSRM". */
const APPLICATION_ID = 0x54_53_52_4d;
const SCHEMA_VERSION = 1;
/** How long one process waits for another to have written. */
const PATIENCE_MS = 5000;

const TABLES = `
  CREATE TABLE collections (
    id INTEGER PRIMARY KEY, tenant TEXT NOT NULL, database TEXT NOT NULL, name TEXT NOT NULL,
    metric TEXT NOT NULL, embedding TEXT NOT NULL, dimension INTEGER, UNIQUE (tenant, database, name)
  ) STRICT;
  CREATE TABLE records (
    id TEXT PRIMARY KEY, collection INTEGER NOT NULL REFERENCES collections (id) ON DELETE CASCADE,
    document TEXT NOT NULL, metadata TEXT NOT NULL, vector BLOB NOT NULL
  ) STRICT;
  CREATE INDEX records_of_collection ON records (collection);
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${SCHEMA_VERSION};`;

/**
 * A collection in a SQLite file: every query compares with all its vectors, which is quick enough for some ten thousand.
 * Several processes may use it at once. Chroma cannot read it, nor it the data of Chroma.
 *
 * @throws RuntimeError for a file that cannot be used; ValueError for a collection of another embedding.
 */
export function openEmbeddedStore(folder: string, settings: CollectionSettings): VectorStore {
  const path = join(folder, EMBEDDED_FILE);
  let database: DatabaseSync | undefined;
  try {
    makePrivate(folder, path);
    database = new DatabaseSync(path, { timeout: PATIENCE_MS });
    useWriteAheadLog(database);
    database.exec("PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;");
    const collection = inTransaction(database, (open) => {
      prepare(open, path);
      return openCollection(open, settings);
    });
    return new EmbeddedStore(database, collection);
  } catch (cause) {
    database?.close();
    if (cause instanceof ValueError) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new RuntimeError(`The memory ${path} cannot be used: ${why}. Make it writable, or name another folder.`, {
      code: "ERR_MEMORY_STORE",
      cause,
    });
  }
}

interface Collection {
  readonly id: number;
  readonly name: string;
  readonly metric: DistanceMetric;
}

class EmbeddedStore implements VectorStore {
  readonly #database: DatabaseSync;
  readonly #collection: Collection;
  readonly metric: DistanceMetric;

  constructor(database: DatabaseSync, collection: Collection) {
    this.#database = database;
    this.#collection = collection;
    this.metric = collection.metric;
  }

  add({ id, document, metadata, vector }: StoredRecord, { signal }: StoreCall): Promise<void> {
    return settled(signal, () =>
      inTransaction(this.#database, (database) => {
        this.#checkDimension(vector.length);
        const set = "UPDATE collections SET dimension = ? WHERE id = ? AND dimension IS NULL";
        database.prepare(set).run(vector.length, this.#collection.id);
        const bytes = new Uint8Array(Float32Array.from(vector).buffer);
        database
          .prepare("INSERT INTO records (id, collection, document, metadata, vector) VALUES (?, ?, ?, ?, ?)")
          .run(id, this.#collection.id, document, JSON.stringify(metadata), bytes);
      }),
    );
  }

  query({ vector, k, where }: StoreQuery, { signal }: StoreCall): Promise<readonly Match[]> {
    return settled(signal, () => {
      this.#checkDimension(vector.length);
      const rows = this.#database
        .prepare("SELECT id, document, metadata, vector FROM records WHERE collection = ? ORDER BY rowid")
        .iterate(this.#collection.id);
      const matches: Match[] = [];
      for (const row of rows) {
        const metadata = parsedMetadata(row["metadata"]);
        if (where !== undefined && !fitsWhere(where, metadata)) continue;
        const distance = distanceBetween(this.metric, vector, floatsOf(row["vector"]));
        matches.push({ id: String(row["id"]), document: String(row["document"]), metadata, distance });
      }
      return matches.sort((left, right) => left.distance - right.distance).slice(0, k);
    });
  }

  clear({ signal }: StoreCall): Promise<void> {
    return settled(signal, () => {
      this.#database.prepare("DELETE FROM records WHERE collection = ?").run(this.#collection.id);
    });
  }

  reset({ signal }: StoreCall): Promise<void> {
    return settled(signal, () => {
      this.#database.exec("DELETE FROM collections");
    });
  }

  close(): Promise<void> {
    this.#database.close();
    return Promise.resolve();
  }

  #checkDimension(length: number): void {
    const { id, name } = this.#collection;
    const dimension = this.#database.prepare("SELECT dimension FROM collections WHERE id = ?").get(id)?.["dimension"];
    if (dimension === undefined) {
      throw new RuntimeError(
        "The collection of this memory is no longer there: another memory was reset. Close the memory and use it again, and it is made anew.",
        { code: "ERR_MEMORY_STORE" },
      );
    }
    if (dimension === null || dimension === length) return;
    throw new ValueError(
      `The collection ${name} holds vectors of ${String(dimension)} numbers, and the embedding gives ${length}: it was filled by ` +
        "another one. Use that, or another collectionName.",
    );
  }
}

function openCollection(database: DatabaseSync, settings: CollectionSettings): Collection {
  const { tenant, database: within, name, metric, embedding } = settings;
  const key = [tenant, within, name] as const;
  database
    .prepare("INSERT OR IGNORE INTO collections (tenant, database, name, metric, embedding) VALUES (?, ?, ?, ?, ?)")
    .run(...key, metric, embedding);
  const row = database
    .prepare("SELECT id, metric, embedding FROM collections WHERE tenant = ? AND database = ? AND name = ?")
    .get(...key);
  checkSameEmbedding(String(row?.["embedding"]), settings);
  const found = row?.["metric"];
  return { id: Number(row?.["id"]), name, metric: found === "l2" || found === "ip" ? found : "cosine" };
}

function prepare(database: DatabaseSync, path: string): void {
  const id = numberOf(database, "application_id");
  const tables = database.prepare("SELECT count(*) AS count FROM sqlite_schema").get()?.["count"];
  if (id === 0 && tables === 0) database.exec(TABLES);
  else if (id !== APPLICATION_ID) throw new ValueError(`${path} is another program's database: name another folder.`);
  else if (numberOf(database, "user_version") > SCHEMA_VERSION) {
    throw new ValueError(`${path} was written by a newer release: update, or name another folder.`);
  }
}

function inTransaction<T>(database: DatabaseSync, work: (database: DatabaseSync) => T): T {
  database.exec("BEGIN IMMEDIATE");
  try {
    const result = work(database);
    database.exec("COMMIT");
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

/** Work that needs no waiting, as a promise that fails as it does. */
async function settled<T>(signal: AbortSignal | undefined, work: () => T): Promise<T> {
  throwIfAborted(signal);
  return work();
}

function makePrivate(folder: string, path: string): void {
  makeFolders(folder);
  if (existsSync(path)) return;
  closeSync(openSync(path, "a", 0o600));
  // What the mask of the process took away is given again, and nothing more.
  chmodSync(path, 0o600);
}

function parsedMetadata(text: unknown): JsonObject {
  const value = JSON.parse(String(text)) as Json;
  return isObject(value) ? value : {};
}

function floatsOf(bytes: unknown): Float32Array {
  // SQLite's bytes may begin anywhere in a buffer; numbers of four bytes may not.
  return bytes instanceof Uint8Array ? new Float32Array(bytes.slice().buffer) : new Float32Array();
}

function numberOf(database: DatabaseSync, pragma: string): number {
  return Number(database.prepare(`PRAGMA ${pragma}`).get()?.[pragma]);
}
