import type { Exchange } from "../../exchange.ts";
import { JsonScanner } from "../../http/json/json-scanner.ts";
import { RequestKeys, type RequestKey, type Unshared } from "../key/request-key.ts";
import { askedForm, contentTypeOf, inForm, type AskedForm } from "./answer-forms.ts";
import { DiskTrouble } from "./disk-trouble.ts";
import { ByteLru } from "./byte-lru.ts";
import { entryIdOf, keyStartOf, type CacheEntry } from "./cache-entry.ts";
import type { CachedAnswer, ExactCacheOptions, ExactCacheStats } from "./exact-cache-types.ts";
import { SegmentTable } from "./segment-table.ts";
import { whyNotStorable, type WholeAnswer } from "./storable.ts";
import { WriteQueue } from "./write-queue.ts";

/** An entry in memory, with what is known of it only here. */
interface Held {
  readonly entry: CacheEntry;
  readonly forms: Map<AskedForm, Buffer>;
  /** The minute that is counted, and how often the entry was served in it. */
  minuteFrom: number;
  replays: number;
}

const MINUTE = 60_000;
const DAY_SECONDS = 86_400;
const SHORTEST_TTL_SECONDS = 60;
const LONGEST_TTL_SECONDS = 90 * DAY_SECONDS;
/** Entries expire up to this part of their time earlier or later, so that they do not all expire at once. */
const JITTER = 0.05;
/** The part of the memory for the entries that are asked for; the rest is for what was written last. */
const HELD_SHARE = 0.25;

/**
 * The exact cache (M2): the same request of the same tenant, scope and credential gets the same answer again. Memory stands
 * in front of the disk; a lookup reads the disk at most once, and writing is done later, together.
 *
 * For each request: `keyOf`, then `lookup`, and after an answer from the upstream `keep`. Whether the workload has the cache
 * on, and what the request's own headers say of it (`bypass`, `refresh`), is the caller's to see to.
 */
export class ExactCache {
  readonly #keys = new RequestKeys();
  readonly #scanner = new JsonScanner();
  readonly #table: SegmentTable;
  /** What was asked for lately. */
  readonly #memory: ByteLru<string, Held>;
  readonly #now: () => number;
  readonly #random: () => number;
  readonly #trouble: DiskTrouble;
  /** What is not on disk yet. */
  readonly #waiting: WriteQueue;
  readonly #counts = { hits: 0, misses: 0, stored: 0, evicted: 0, broken: 0, loops: 0, failedWrites: 0 };
  readonly #refused = new Map<string, number>();

  constructor(options: ExactCacheOptions) {
    const { store, secret, encryptionKey, maxBytes = 512 * 1024 * 1024, memoryBytes = 64 * 1024 * 1024 } = options;
    const heldBytes = Math.floor(memoryBytes * HELD_SHARE);
    this.#table = new SegmentTable(store, { maxBytes, memoryBytes: memoryBytes - heldBytes, secret, encryptionKey });
    this.#memory = new ByteLru(heldBytes);
    this.#now = options.now ?? Date.now;
    this.#random = options.random ?? Math.random;
    this.#trouble = new DiskTrouble(options.onTrouble ?? (() => {}));
    this.#waiting = new WriteQueue({
      write: (changes) => {
        this.#counts.evicted += this.#table.write({ ...changes, at: this.#now() });
        this.#trouble.worked("written");
      },
      onError: (error) => {
        this.#counts.failedWrites += 1;
        this.#trouble.failed("written", error);
      },
      // Then they are in memory alone, as far as they fit there.
      onGivenUp: (entry) => void this.#hold(entry),
    });
  }

  /** What the request shares with others that get its answer; also what requests in flight are joined by. */
  keyOf(exchange: Exchange): RequestKey | Unshared {
    return this.#keys.keyOf(exchange);
  }

  /** The stored answer in the form that is asked for; `undefined` where there is none to serve. Never throws. */
  lookup(key: RequestKey, exchange: Exchange): CachedAnswer | undefined {
    const now = this.#now();
    const held = this.#find(key.key, now);
    const answer = held === undefined ? undefined : this.#answer(held, key, exchange, now);
    if (answer === undefined) this.#counts.misses += 1;
    else this.#counts.hits += 1;
    return answer;
  }

  /**
   * Stores a copy of an answer, in place of an older one, if it is one that may be served again; says whether. Never throws.
   */
  keep(key: RequestKey, exchange: Exchange, answer: WholeAnswer): boolean {
    const ttl = ttlSecondsOf(exchange);
    const reason = ttl <= 0 ? "ttl" : whyNotStorable(exchange, answer, this.#scanner);
    if (reason !== undefined || answer.usage === null) {
      const word = reason ?? "usage";
      this.#refused.set(word, (this.#refused.get(word) ?? 0) + 1);
      return false;
    }
    const now = this.#now();
    const spread = 1 + JITTER * (2 * this.#random() - 1);
    const entry: CacheEntry = {
      key: key.key,
      tenant: exchange.key.tenant,
      workload: exchange.workload.name,
      model: exchange.model,
      form: answer.form,
      contentType: answer.headers["content-type"] ?? contentTypeOf(answer.form),
      usage: answer.usage,
      finish: answer.finish,
      createdAt: now,
      expiresAt: now + Math.round(ttl * 1000 * spread),
      body: answer.body,
    };
    this.#counts.stored += 1;
    if (this.#waiting.isClosed) {
      this.#hold(entry);
    } else {
      this.#memory.delete(entry.key);
      this.#waiting.add(entry);
    }
    return true;
  }

  /** Takes out one entry by the id that its hits carry; says whether there was one. */
  purgeEntry(entryId: string): boolean {
    const start = keyStartOf(entryId);
    if (start === undefined) return false;
    const gone = this.#forget((entry) => entry.key.startsWith(start));
    return this.#table.removeStartingWith(start) > 0 || gone.size > 0;
  }

  /** Takes out all that a workload of a tenant has stored; gives how many entries that were. */
  purgeWorkload(tenant: string, workload: string): number {
    this.flush();
    this.#forget((entry) => entry.tenant === tenant && entry.workload === workload);
    return this.#table.removeWhere((entry) => entry.tenant === tenant && entry.workload === workload);
  }

  /** What was done, and how full it is. */
  stats(): ExactCacheStats {
    const { memoryBytes, ...totals } = this.#table.totals();
    return {
      ...this.#counts,
      ...totals,
      diskHits: this.#table.reads,
      refused: Object.fromEntries(this.#refused),
      memoryEntries: this.#memory.size,
      memoryBytes: memoryBytes + this.#memory.bytes,
    };
  }

  /** Writes to disk what waits for it. What cannot be written now is written with what comes next. */
  flush(): void {
    this.#waiting.flush();
  }

  /** Writes what waits; the store may be closed then. Once; what comes later stays in memory. */
  close(): void {
    this.#waiting.close();
  }

  #find(key: string, now: number): Held | undefined {
    const held = this.#memory.get(key) ?? this.#load(key);
    if (held === undefined || held.entry.expiresAt > now) return held;
    this.#drop(key);
    return undefined;
  }

  /** Brings an entry back into memory. */
  #load(key: string): Held | undefined {
    const waiting = this.#waiting.get(key);
    if (waiting !== undefined) return this.#hold(waiting);
    if (this.#waiting.isClosed || this.#waiting.isRemoved(key)) return undefined;
    const found = this.#read(key);
    if (found === "broken") {
      this.#counts.broken += 1;
      this.#drop(key);
      return undefined;
    }
    return found === undefined ? undefined : this.#hold(found);
  }

  #read(key: string): CacheEntry | "broken" | undefined {
    try {
      const found = this.#table.find(key);
      this.#trouble.worked("read");
      return found;
    } catch (error) {
      // A cache that cannot be read has nothing; the request goes to the upstream.
      this.#trouble.failed("read", error);
      return undefined;
    }
  }

  #hold(waiting: CacheEntry): Held {
    const entry = { ...waiting, body: ownCopy(waiting.body) };
    const held: Held = { entry, forms: new Map(), minuteFrom: 0, replays: 0 };
    this.#memory.set(entry.key, held, entry.body.length);
    return held;
  }

  #drop(key: string): void {
    this.#memory.delete(key);
    this.#waiting.remove(key);
  }

  /** Takes entries out of memory and of what waits to be written; gives their keys. */
  #forget(matches: (entry: CacheEntry) => boolean): ReadonlySet<string> {
    return new Set([...this.#memory.deleteWhere(({ entry }) => matches(entry)), ...this.#waiting.forget(matches)]);
  }

  #answer(held: Held, key: RequestKey, exchange: Exchange, now: number): CachedAnswer | undefined {
    const { entry } = held;
    if (this.#isLoop(held, exchange, now)) {
      this.#counts.loops += 1;
      return undefined;
    }
    const body = this.#inForm(held, askedForm(key, exchange.protocol), exchange);
    if (body === undefined) return undefined;
    held.replays += 1;
    this.#table.use(entry.key);
    return {
      entryId: entryIdOf(entry.key),
      ageSeconds: Math.max(0, Math.floor((now - entry.createdAt) / 1000)),
      form: key.form,
      contentType: key.form === entry.form ? entry.contentType : contentTypeOf(key.form),
      body,
      usage: entry.usage,
      finish: entry.finish,
      model: entry.model,
    };
  }

  #inForm(held: Held, asked: AskedForm, exchange: Exchange): Buffer | undefined {
    const known = held.forms.get(asked);
    if (known !== undefined) return known;
    const { entry, forms } = held;
    const made = inForm(exchange.protocol, entry.body, entry.form, asked);
    if (made === undefined) return undefined;
    forms.set(asked, made);
    if (made !== entry.body) this.#memory.grow(entry.key, made.length);
    return made;
  }

  /** An agent that goes in circles over one stored answer gets a fresh one after so many in a minute. */
  #isLoop(held: Held, exchange: Exchange, now: number): boolean {
    const most = exchange.workload.cache.maxReplaysPerMinute;
    if (now - held.minuteFrom >= MINUTE) {
      held.minuteFrom = now;
      held.replays = 0;
    }
    return most !== null && held.replays >= most;
  }
}

/** The bytes in memory of their own: those of the relay are a part of a larger piece, which would stay with them. */
function ownCopy(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(copy);
  return copy;
}

/** How long an answer is kept: the workload's time, or the shorter one of `x-tessera-cache-ttl`; 0 for not at all. */
function ttlSecondsOf(exchange: Exchange): number {
  const { ttlSeconds } = exchange.workload.cache;
  const most = Math.min(LONGEST_TTL_SECONDS, Math.max(SHORTEST_TTL_SECONDS, ttlSeconds));
  const header = exchange.headers["x-tessera-cache-ttl"];
  const asked = typeof header === "string" && /^-?\d{1,15}$/.test(header.trim()) ? Number(header) : most;
  return Math.max(0, Math.min(asked, most));
}
