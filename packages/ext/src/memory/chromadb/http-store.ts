import { isObject, RuntimeError, type Json, type JsonObject } from "@tesserae/core";
import type { Transport } from "../../transport/types.ts";
import type { DistanceMetric } from "../shared/distance.ts";
import { requestJson, type JsonRequest } from "../shared/json-http.ts";
import {
  checkSameEmbedding,
  EMBEDDING_KEY,
  type CollectionSettings,
  type Match,
  type StoreCall,
  type StoredRecord,
  type StoreQuery,
  type VectorStore,
} from "./vector-store.ts";

/** How a server is reached. */
export interface ServerAccess {
  readonly transport: Transport;
  /** Scheme, host and port. */
  readonly origin: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** How many records are taken out with one request. */
const BATCH = 300;
/** What the key of the metric was in the metadata of a collection, before Chroma had configurations. */
const SPACE_KEY = "hnsw:space";

/**
 * A collection of a Chroma server, by version 2 of its HTTP API. One that is not there is made.
 *
 * @throws RuntimeError `ERR_MEMORY_STORE` when the server refuses; ValueError for a collection of another embedding.
 */
export async function openHttpStore(
  server: ServerAccess,
  settings: CollectionSettings,
  call: StoreCall,
): Promise<VectorStore> {
  const collections = `/tenants/${encodeURIComponent(settings.tenant)}/databases/${encodeURIComponent(settings.database)}/collections`;
  const found = await ask(server, { path: `${collections}/${encodeURIComponent(settings.name)}`, ...call });
  const made =
    found ??
    (await ask(server, {
      path: collections,
      body: {
        name: settings.name,
        get_or_create: true,
        configuration: { hnsw: { space: settings.metric } },
        metadata: { [SPACE_KEY]: settings.metric, [EMBEDDING_KEY]: settings.embedding },
      },
      ...call,
    }));
  const collection = isObject(made) ? made : {};
  if (typeof collection["id"] !== "string") {
    throw new RuntimeError(
      `Chroma has no tenant ${settings.tenant} with a database ${settings.database}, or ${server.origin} is no Chroma ` +
        "server of version 2 of the API (Chroma 0.6 or later).",
      { code: "ERR_MEMORY_STORE" },
    );
  }
  checkEmbedding(collection, settings);
  return new HttpStore(server, `${collections}/${collection["id"]}`, metricOf(collection));
}

class HttpStore implements VectorStore {
  readonly #server: ServerAccess;
  readonly #path: string;
  readonly metric: DistanceMetric;

  constructor(server: ServerAccess, path: string, metric: DistanceMetric) {
    this.#server = server;
    this.#path = path;
    this.metric = metric;
  }

  async add({ id, document, metadata, vector }: StoredRecord, call: StoreCall): Promise<void> {
    const body = { ids: [id], documents: [document], metadatas: [metadata], embeddings: [vector] };
    await this.#ask("add", body, call);
  }

  async query({ vector, k, where }: StoreQuery, call: StoreCall): Promise<readonly Match[]> {
    const answer = await this.#ask(
      "query",
      {
        query_embeddings: [vector],
        n_results: k,
        include: ["documents", "metadatas", "distances"],
        ...(where && { where }),
      },
      call,
    );
    const [ids, documents, metadatas, distances] = ["ids", "documents", "metadatas", "distances"].map((key) =>
      firstList(answer[key]),
    );
    return (ids ?? []).map((id, index) => {
      const metadata = metadatas?.[index];
      return {
        id: textOf(id),
        document: textOf(documents?.[index]),
        metadata: isObject(metadata) ? metadata : {},
        distance: Number(distances?.[index]),
      };
    });
  }

  async clear(call: StoreCall): Promise<void> {
    for (;;) {
      const { ids } = await this.#ask("get", { include: [], limit: BATCH }, call);
      if (!Array.isArray(ids) || ids.length === 0) return;
      await this.#ask("delete", { ids }, call);
    }
  }

  async reset(call: StoreCall): Promise<void> {
    await ask(this.#server, { path: "/reset", method: "POST", ...call });
  }

  close(): Promise<void> {
    return this.#server.transport.close();
  }

  async #ask(operation: string, body: JsonObject, call: StoreCall): Promise<JsonObject> {
    const answer = await ask(this.#server, { path: `${this.#path}/${operation}`, body, ...call });
    if (answer !== undefined) return isObject(answer) ? answer : {};
    throw new RuntimeError(
      "The collection of this memory is no longer there: somebody deleted it. Close the memory and use it again, and it is made anew.",
      { code: "ERR_MEMORY_STORE" },
    );
  }
}

type Ask = StoreCall & { readonly path: string; readonly body?: JsonObject; readonly method?: JsonRequest["method"] };

function ask(server: ServerAccess, { path, body, method, signal }: Ask): Promise<Json | undefined> {
  return requestJson(server.transport, "Chroma", {
    method: method ?? (body === undefined ? "GET" : "POST"),
    url: `${server.origin}/api/v2${path}`,
    headers: server.headers,
    body,
    signal,
  });
}

function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

/** Chroma answers several queries at once; one was asked. */
function firstList(value: Json | undefined): readonly Json[] {
  const first = Array.isArray(value) ? value[0] : undefined;
  return Array.isArray(first) ? first : [];
}

function metricOf(collection: JsonObject): DistanceMetric {
  const { configuration_json: configuration, metadata } = collection;
  const { hnsw, spann } = isObject(configuration) ? configuration : {};
  const index = isObject(hnsw) ? hnsw : isObject(spann) ? spann : {};
  const space = index["space"] ?? (isObject(metadata) ? metadata[SPACE_KEY] : undefined);
  // What a collection that says nothing compares by.
  return space === "cosine" || space === "ip" ? space : "l2";
}

function checkEmbedding({ metadata }: JsonObject, settings: CollectionSettings): void {
  const name = isObject(metadata) ? metadata[EMBEDDING_KEY] : undefined;
  if (typeof name === "string") checkSameEmbedding(name, settings);
}
