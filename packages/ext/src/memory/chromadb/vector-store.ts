import { ValueError, type JsonObject } from "@tesserae/core";
import type { DistanceMetric } from "../shared/distance.ts";

/** What Chroma keeps beside a document. */
export type Metadata = Readonly<Record<string, string | number | boolean>>;

/** One remembered text. */
export interface StoredRecord {
  readonly id: string;
  readonly document: string;
  readonly metadata: Metadata;
  readonly vector: readonly number[];
}

/** One that a query found. */
export interface Match {
  readonly id: string;
  readonly document: string;
  readonly metadata: JsonObject;
  readonly distance: number;
}

/** What a query asks of a store. */
export interface StoreQuery {
  readonly vector: readonly number[];
  readonly k: number;
  /** Chroma's filter over metadata. */
  readonly where?: JsonObject | undefined;
}

/** A way to abort. */
export interface StoreCall {
  readonly signal?: AbortSignal | undefined;
}

/** A collection that is open: of a server, or of a file. */
export interface VectorStore {
  /** How the collection compares vectors, whoever made it. */
  readonly metric: DistanceMetric;
  add(record: StoredRecord, call: StoreCall): Promise<void>;
  /** The nearest first. */
  query(query: StoreQuery, call: StoreCall): Promise<readonly Match[]>;
  /** Takes out every record. */
  clear(call: StoreCall): Promise<void>;
  /** Takes out every collection. */
  reset(call: StoreCall): Promise<void>;
  close(): Promise<void>;
}

/** Which collection is opened, and how one that is not there is made. */
export interface CollectionSettings {
  readonly name: string;
  readonly tenant: string;
  readonly database: string;
  readonly metric: DistanceMetric;
  /** The name of the embedding. */
  readonly embedding: string;
}

/** The key in a collection's metadata under which the name of its embedding stands. */
export const EMBEDDING_KEY = "tesserae:embedding";

/** The name of an embedding function of the user's, of which no more is known than how long its vectors are. */
export const CUSTOM = "custom";

/** Throws where a collection was filled by another embedding: its vectors say nothing to this one. */
export function checkSameEmbedding(name: string, settings: CollectionSettings): void {
  if (name === settings.embedding || name === CUSTOM || settings.embedding === CUSTOM) return;
  throw new ValueError(
    `The collection ${settings.name} was filled with the embedding ${name}, and this memory has ${settings.embedding}: ` +
      "their vectors cannot be compared. Use the same embedding, or another collectionName.",
  );
}
