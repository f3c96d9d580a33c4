import type { RequestHead } from "../http/head/request-head.ts";
import { badRequest, RelayError } from "../http/errors/relay-error.ts";
import type { Exchange } from "../exchange.ts";
import type { Coalescer } from "../mechanics/coalesce/coalescer.ts";
import type { Follower, Leader } from "../mechanics/coalesce/parties.ts";
import type { CachedAnswer } from "../mechanics/exact-cache/exact-cache-types.ts";
import type { ExactCache } from "../mechanics/exact-cache/exact-cache.ts";
import { RequestKeys, type RequestKey } from "../mechanics/key/request-key.ts";
import type { MechanicId } from "../workloads/workload.ts";
import type { KeptAnswer } from "./answer-body.ts";

/** The mechanics that the gateway was given. */
export interface MechanicParts {
  readonly exactCache?: ExactCache;
  readonly coalescer?: Coalescer;
  /** True while nothing is to be optimised: the savings could not be written down. Default: never. */
  readonly isSuspended?: () => boolean;
}

/** What the mechanics do for one request. */
export interface CachePlan {
  /** The value of `x-tessera-cache`, where nothing but the upstream answers. */
  readonly word: string;
  readonly hit: CachedAnswer | undefined;
  /** Joins the request with those in flight that are the same; once, when it is about to be sent. */
  join(): Leader | Follower | undefined;
  /** Whether the cache may want the answer. */
  readonly keeps: boolean;
  /** Offers the answer to the cache. */
  keep(status: number, headers: Exchange["headers"], answer: KeptAnswer): void;
}

/** What the caller wishes of the cache. */
type CacheMode = "default" | "bypass" | "refresh" | "only-if-cached";

const BYPASS: CachePlan = Object.freeze(planOfNothing("bypass"));

/** Finds out for each request what the cache and the requests in flight can do for it. */
export class CachePlanner {
  readonly #cache: ExactCache | undefined;
  readonly #coalescer: Coalescer | undefined;
  readonly #keys: Pick<ExactCache, "keyOf">;
  readonly #isSuspended: () => boolean;

  constructor({ exactCache, coalescer, isSuspended }: MechanicParts) {
    this.#cache = exactCache;
    this.#coalescer = coalescer;
    this.#keys = exactCache ?? new RequestKeys();
    this.#isSuspended = isSuspended ?? (() => false);
  }

  /** Throws 504 where only a stored answer was wanted and there is none. */
  plan(exchange: Exchange, head: RequestHead): CachePlan {
    const mode = modeOf(head);
    const isSuspended = this.#isSuspended();
    const cache = !isSuspended && isOn("m2", exchange, head) ? this.#cache : undefined;
    const coalescer = !isSuspended && isOn("m4", exchange, head) ? this.#coalescer : undefined;
    if (mode === "bypass" || (cache === undefined && coalescer === undefined)) {
      return mode === "only-if-cached" ? cacheMiss() : BYPASS;
    }
    const key = this.#keys.keyOf(exchange);
    if ("ineligible" in key) {
      return mode === "only-if-cached" ? cacheMiss() : planOfNothing(`ineligible:${key.ineligible}`);
    }
    const hit = mode === "refresh" ? undefined : cache?.lookup(key, exchange);
    if (hit === undefined && mode === "only-if-cached") return cacheMiss();
    const word = mode === "refresh" ? "refresh" : cache === undefined ? "bypass" : "miss";
    // Who asks for a fresh answer does not want one that was on its way before.
    return new KeyedPlan(exchange, key, word, hit, cache, mode === "refresh" ? undefined : coalescer);
  }
}

class KeyedPlan implements CachePlan {
  readonly word: string;
  readonly hit: CachedAnswer | undefined;
  readonly #exchange: Exchange;
  readonly #key: RequestKey;
  readonly #cache: ExactCache | undefined;
  readonly #coalescer: Coalescer | undefined;

  constructor(
    exchange: Exchange,
    key: RequestKey,
    word: string,
    hit: CachedAnswer | undefined,
    cache: ExactCache | undefined,
    coalescer: Coalescer | undefined,
  ) {
    this.#exchange = exchange;
    this.#key = key;
    this.word = word;
    this.hit = hit;
    this.#cache = cache;
    this.#coalescer = coalescer;
  }

  get keeps(): boolean {
    return this.#cache !== undefined;
  }

  join(): Leader | Follower | undefined {
    return this.#coalescer?.join(this.#key);
  }

  keep(status: number, headers: Exchange["headers"], answer: KeptAnswer): void {
    this.#cache?.keep(this.#key, this.#exchange, { status, headers, ...answer });
  }
}

function planOfNothing(word: string): CachePlan {
  return { word, hit: undefined, keeps: false, join: () => undefined, keep: () => {} };
}

function cacheMiss(): never {
  throw new RelayError(
    504,
    "tessera_cache_miss",
    "The cache holds no answer to this request, and no other was wanted.",
  );
}

function modeOf(head: RequestHead): CacheMode {
  const asked = head.tessera.get("cache");
  switch (asked) {
    case "bypass":
    case "refresh":
    case "only-if-cached":
    case "default":
      return asked;
    case undefined:
      if (head.cacheControl === "") return "default";
      if (/\bno-store\b/i.test(head.cacheControl)) return "bypass";
      return /\bno-cache\b/i.test(head.cacheControl) ? "refresh" : "default";
    default:
      throw badRequest("x-tessera-cache must be default, bypass, refresh or only-if-cached.");
  }
}

/** Whether a mechanic is on: the workload decides, the request may take away. */
function isOn(mechanic: MechanicId, { workload }: Exchange, { tessera }: RequestHead): boolean {
  if (!workload.mechanics[mechanic] || tessera.size === 0) return workload.mechanics[mechanic];
  if (tessera.get("do-not-optimize")?.toLowerCase() === "true") return false;
  const taken = tessera.get("mechanics");
  return taken === undefined || !taken.split(",").some((word) => word.trim().toLowerCase() === `-${mechanic}`);
}
