import { ValueError } from "@tesserae/core";
import type { DistanceMetric } from "../shared/distance.ts";
import { DefaultEmbeddingFunctionConfig, type EmbeddingFunctionConfig } from "./embedding-config.ts";

/** What both kinds of config say. */
interface CommonConfig {
  /** Default `memory_store`. 3 to 512 letters, digits, dots, lines and underscores. */
  readonly collectionName: string;
  /** How vectors are compared in a collection that is made. Default `cosine`. */
  readonly distanceMetric: DistanceMetric;
  /** How many results a query gives at most. Default 3. */
  readonly k: number;
  /** Results with a lower score are left out. Default: none. */
  readonly scoreThreshold?: number | undefined;
  /** Whether `reset` may be called. Default false. */
  readonly allowReset: boolean;
  /** Default `default_tenant`. */
  readonly tenant: string;
  /** Default `default_database`. */
  readonly database: string;
  /** What makes vectors of texts. */
  readonly embeddingFunctionConfig: EmbeddingFunctionConfig;
}

/** A collection in a folder of this machine. */
export interface PersistentChromaDBVectorMemoryConfig extends CommonConfig {
  readonly clientType: "persistent";
  /** Default `./chroma_db`. */
  readonly persistencePath: string;
}

/** A collection of a Chroma server. */
export interface HttpChromaDBVectorMemoryConfig extends CommonConfig {
  readonly clientType: "http";
  /** Default `localhost`. */
  readonly host: string;
  /** Default 8000. */
  readonly port: number;
  /** Whether the server speaks HTTPS. Default false. */
  readonly ssl: boolean;
  /** Sent with each request. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** Where a memory keeps what it knows, and how it finds it. */
export type ChromaDBVectorMemoryConfig = PersistentChromaDBVectorMemoryConfig | HttpChromaDBVectorMemoryConfig;

type Init<Config> = { readonly [Key in Exclude<keyof Config, "clientType">]?: Config[Key] | undefined };
/** The settings of a {@link PersistentChromaDBVectorMemoryConfig}: all have defaults. */
export type PersistentChromaDBVectorMemoryConfigInit = Init<PersistentChromaDBVectorMemoryConfig>;
/** The settings of a {@link HttpChromaDBVectorMemoryConfig}: all have defaults. */
export type HttpChromaDBVectorMemoryConfigInit = Init<HttpChromaDBVectorMemoryConfig>;
/** A config as it is given: made by a helper, or a plain object that says its `clientType`. */
export type ChromaDBVectorMemoryConfigInit =
  | (PersistentChromaDBVectorMemoryConfigInit & { readonly clientType: "persistent" })
  | (HttpChromaDBVectorMemoryConfigInit & { readonly clientType: "http" });

/** A collection in a folder. */
export function PersistentChromaDBVectorMemoryConfig(
  init: PersistentChromaDBVectorMemoryConfigInit = {},
): PersistentChromaDBVectorMemoryConfig {
  return { clientType: "persistent", ...common(init), persistencePath: init.persistencePath ?? "./chroma_db" };
}

/** A collection of a server. */
export function HttpChromaDBVectorMemoryConfig(
  init: HttpChromaDBVectorMemoryConfigInit = {},
): HttpChromaDBVectorMemoryConfig {
  const port = init.port ?? 8000;
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new ValueError(`port must be a whole number from 1 to 65535. It is ${port}.`);
  }
  return {
    clientType: "http",
    ...common(init),
    host: init.host ?? "localhost",
    port,
    ssl: init.ssl ?? false,
    ...(init.headers && { headers: init.headers }),
  };
}

/** A config with every default in its place, checked. */
export function checkedConfig(init: ChromaDBVectorMemoryConfigInit): ChromaDBVectorMemoryConfig {
  const { clientType } = init;
  if (init.clientType === "persistent") return PersistentChromaDBVectorMemoryConfig(init);
  if (init.clientType === "http") return HttpChromaDBVectorMemoryConfig(init);
  throw new ValueError(`clientType must be "persistent" or "http". It is ${JSON.stringify(clientType)}.`);
}

const METRICS: readonly DistanceMetric[] = ["cosine", "l2", "ip"];
const NAME = /^[a-zA-Z0-9][a-zA-Z0-9._-]{1,510}[a-zA-Z0-9]$/;

function common(init: Init<CommonConfig>): CommonConfig {
  const { collectionName = "memory_store", distanceMetric = "cosine", k = 3, scoreThreshold } = init;
  if (!NAME.test(collectionName)) {
    throw new ValueError(
      `collectionName must have 3 to 512 of the characters a-z, A-Z, 0-9, ".", "_" and "-", and begin and end with a ` +
        `letter or digit. It is ${JSON.stringify(collectionName)}.`,
    );
  }
  if (!METRICS.includes(distanceMetric)) {
    throw new ValueError(
      `distanceMetric must be one of ${METRICS.join(", ")}. It is ${JSON.stringify(distanceMetric)}.`,
    );
  }
  checkCount("k", k);
  if (scoreThreshold !== undefined && !Number.isFinite(scoreThreshold)) {
    throw new ValueError(`scoreThreshold must be a number. It is ${scoreThreshold}.`);
  }
  return {
    collectionName,
    distanceMetric,
    k,
    ...(scoreThreshold === undefined ? {} : { scoreThreshold }),
    allowReset: init.allowReset ?? false,
    tenant: init.tenant ?? "default_tenant",
    database: init.database ?? "default_database",
    embeddingFunctionConfig: init.embeddingFunctionConfig ?? DefaultEmbeddingFunctionConfig(),
  };
}

/** Throws unless a number of results is a whole number above zero. */
export function checkCount(name: string, value: number): void {
  if (!Number.isInteger(value) || value < 1) {
    throw new ValueError(`${name} must be a whole number greater than 0. It is ${value}.`);
  }
}
