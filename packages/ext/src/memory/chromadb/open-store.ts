import { existsSync } from "node:fs";
import { join } from "node:path";
import { RuntimeError } from "@tesserae/core";
import { HttpTransport } from "../../transport/http-transport.ts";
import type { Transport } from "../../transport/types.ts";
import { warnOnce } from "../shared/warn.ts";
import type { ChromaDBVectorMemoryConfig, PersistentChromaDBVectorMemoryConfig } from "./config.ts";
import { openHttpStore } from "./http-store.ts";
import { useLocalServer } from "./local-server.ts";
import type { CollectionSettings, StoreCall, VectorStore } from "./vector-store.ts";

/** What stores are made with, beside the config. */
export interface StoreAccess {
  readonly transport: Transport | undefined;
  /** The command that starts Chroma; `false` never starts one. */
  readonly chromaCommand: string | false;
}

/** Opens the collection that a config names. */
export function openStore(
  config: ChromaDBVectorMemoryConfig,
  embedding: string,
  access: StoreAccess,
  call: StoreCall,
): Promise<VectorStore> {
  const { collectionName: name, tenant, database, distanceMetric: metric } = config;
  const settings: CollectionSettings = { name, tenant, database, metric, embedding };
  if (config.clientType === "persistent") return openFolder(config, settings, access, call);
  const { host, port, ssl, headers } = config;
  const origin = `${ssl ? "https" : "http"}://${host.includes(":") ? `[${host}]` : host}:${port}`;
  return openHttpStore({ transport: transportOf(access), origin, headers }, settings, call);
}

/**
 * A folder that holds our file is ours; any other is Chroma's, by a server that is started over it. Where there is no
 * Chroma, an empty folder becomes ours.
 */
async function openFolder(
  { persistencePath }: PersistentChromaDBVectorMemoryConfig,
  settings: CollectionSettings,
  access: StoreAccess,
  call: StoreCall,
): Promise<VectorStore> {
  const { EMBEDDED_FILE, openEmbeddedStore } = await import("./embedded-store.ts");
  if (existsSync(join(persistencePath, EMBEDDED_FILE))) return openEmbeddedStore(persistencePath, settings);
  const use = access.chromaCommand === false ? undefined : await useLocalServer(persistencePath, access.chromaCommand);
  if (use !== undefined) {
    try {
      const transport = transportOf(access);
      const store = await openHttpStore({ transport, origin: use.origin }, settings, call);
      return releasedAtClose(store, use.release);
    } catch (error) {
      use.release();
      throw error;
    }
  }
  if (existsSync(join(persistencePath, "chroma.sqlite3"))) {
    throw new RuntimeError(
      `The folder ${persistencePath} holds data of Chroma, which only Chroma can read, and its command does not work here. ` +
        "Install it (pip install chromadb), name it by chromaCommand, or name another persistencePath.",
      { code: "ERR_MEMORY_STORE" },
    );
  }
  if (access.chromaCommand !== false) {
    warnOnce(
      "TESSERAE_MEMORY_FALLBACK",
      `There is no Chroma on this machine: the memory in ${persistencePath} is kept in a SQLite file that Chroma cannot ` +
        "read. For Chroma install it (pip install chromadb); chromaCommand: false says that the file is what is wanted.",
    );
  }
  return openEmbeddedStore(persistencePath, settings);
}

function transportOf({ transport }: StoreAccess): Transport {
  if (transport === undefined) return new HttpTransport();
  // What was given is not ours to close.
  return { send: (request) => transport.send(request), close: () => Promise.resolve() };
}

/** The same store, after whose end its server is let go. */
function releasedAtClose(store: VectorStore, release: () => void): VectorStore {
  return {
    metric: store.metric,
    add: (record, call) => store.add(record, call),
    query: (query, call) => store.query(query, call),
    clear: (call) => store.clear(call),
    reset: (call) => store.reset(call),
    close: () => store.close().finally(release),
  };
}
