import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { answerOf, SCRIPT } from "../../../test/mechanics/answers.ts";
import { exchangeOf, HELLO, known, type Given } from "../../../test/mechanics/exchange.ts";
import { openStore, type Store } from "../../store/store.ts";
import type { RequestKey } from "../key/request-key.ts";
import type { CachedAnswer, ExactCacheOptions } from "./exact-cache-types.ts";
import { ExactCache } from "./exact-cache.ts";
import type { WholeAnswer } from "./storable.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
let folder = "";
let store: Store;
let now = 1_800_000_000_000;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tessera-cache-"));
  store = openStore(join(folder, "tessera.db"));
  now = 1_800_000_000_000;
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

const cacheOf = (options: Partial<ExactCacheOptions> = {}): ExactCache =>
  new ExactCache({ store, now: () => now, random: () => 0.5, ...options });
/** The same data, as after a restart: nothing in memory. */
const reopened = (options: Partial<ExactCacheOptions> = {}): ExactCache => {
  store.close();
  store = openStore(join(folder, "tessera.db"));
  return cacheOf(options);
};

const keyOf = (cache: ExactCache, given: Given): RequestKey => known(cache.keyOf(exchangeOf(given)));
const lookup = (cache: ExactCache, given: Partial<Given> = {}): CachedAnswer | undefined => {
  const whole = { body: HELLO, ...given };
  return cache.lookup(keyOf(cache, whole), exchangeOf(whole));
};
const keep = (cache: ExactCache, given: Partial<Given> = {}, answer: WholeAnswer = answerOf(SCRIPT)): boolean => {
  const whole = { body: HELLO, ...given };
  return cache.keep(keyOf(cache, whole), exchangeOf(whole), answer);
};

describe("a stored answer", () => {
  test("is served byte for byte to the same request, at once and after a restart, with its age and usage", () => {
    const cache = cacheOf();
    const answer = answerOf(SCRIPT);
    expect(lookup(cache)).toBeUndefined();
    expect(keep(cache, {}, answer)).toBe(true);
    now += 90_500;
    const first = lookup(cache);
    cache.close();
    for (const hit of [first, lookup(reopened())]) {
      expect(hit).toMatchObject({
        ageSeconds: 90,
        form: "json",
        contentType: "application/json",
        usage: answer.usage,
        finish: "stop",
        model: "gpt-4o-mini",
      });
      expect(hit?.entryId).toMatch(/^ce_[0-9a-f]{26}$/);
      expect(hit?.body.equals(answer.body)).toBe(true);
    }
  });

  test.each<[string, Partial<Given>]>([
    ["tenant", { tenant: "t2" }],
    ["workload", { workload: "other" }],
    ["credential of the provider", { credentialFingerprint: "ffffffffffffffff" }],
    ["text", { body: { ...HELLO, messages: [{ role: "user", content: "Hello " }] } }],
  ])("is not served to another %s", (_, given) => {
    const cache = cacheOf();
    keep(cache);
    expect(lookup(cache, given)).toBeUndefined();
    expect(lookup(cache)).toBeDefined();
  });

  test("is replaced by a newer one", () => {
    const cache = cacheOf();
    keep(cache);
    cache.flush();
    keep(cache, {}, answerOf({ ...SCRIPT, text: "Paris is old." }));
    cache.close();
    const again = reopened();
    expect(lookup(again)?.body.toString()).toContain("Paris is old.");
    expect(again.stats().entries).toBe(1);
  });
});

describe("time", () => {
  test("an answer is kept as long as its workload says, a little more or less", () => {
    const at = (random: number, ttlSeconds: number): number => {
      const cache = cacheOf({ random: () => random });
      const given = { workload: `w${random}`, cache: { ttlSeconds } };
      const from = now;
      keep(cache, given);
      let low = 0;
      let high = 200 * DAY;
      while (high - low > 1000) {
        const middle = (low + high) / 2;
        now = from + middle;
        if (cache.lookup(keyOf(cache, { body: HELLO, ...given }), exchangeOf({ body: HELLO, ...given })) === undefined)
          high = middle;
        else low = middle;
        // An entry that had expired is gone, so it is put in again for the next try.
        now = from;
        keep(cache, given);
      }
      now = from;
      return Math.round(high / 1000);
    };
    expect(at(0.5, 604_800)).toBe(604_800);
    expect(at(0, 604_800)).toBe(604_800 * 0.95);
    expect(at(0.999_999_999, 604_800)).toBe(604_800 * 1.05);
    expect(at(0.5, 1)).toBe(60);
    expect(at(0.5, 1e9)).toBe(90 * 86_400);
  });

  test("a request may ask for less time, never for more, and for none", () => {
    const cache = cacheOf();
    const keptFor = (header: string, ms: number): boolean => {
      const given = { headers: { "x-tessera-cache-ttl": header }, workload: `w${header}` };
      const stored = keep(cache, given);
      const from = now;
      now += ms;
      const hit = lookup(cache, given);
      now = from;
      return stored && hit !== undefined;
    };
    expect(keptFor("100", 99_000)).toBe(true);
    expect(keptFor("100", 100_000)).toBe(false);
    expect(keptFor("999999999", 7 * DAY)).toBe(false);
    expect(keptFor("0", 0)).toBe(false);
    expect(keptFor("-60", 0)).toBe(false);
    expect(cache.stats().refused).toEqual({ ttl: 2 });
  });

  test("what has expired goes from the disk", () => {
    const cache = cacheOf();
    keep(cache);
    cache.flush();
    now += 8 * DAY;
    keep(cache, { workload: "other" });
    cache.flush();
    expect(cache.stats().entries).toBe(1);
  });
});

describe("the loop guard", () => {
  test("after so many replays in a minute the next request gets a fresh answer", () => {
    const cache = cacheOf();
    const given = { cache: { maxReplaysPerMinute: 3 } };
    keep(cache, given);
    const hits = (): boolean[] => Array.from({ length: 4 }, () => lookup(cache, given) !== undefined);
    expect(hits()).toEqual([true, true, true, false]);
    keep(cache, given);
    expect(hits()).toEqual([true, true, true, false]);
    now += 60_000;
    expect(hits()).toEqual([true, true, true, false]);
    expect(cache.stats()).toMatchObject({ loops: 3, hits: 9, misses: 3 });
  });
});

describe("taking entries out", () => {
  test("one by the id that its hits carry", () => {
    const cache = cacheOf();
    keep(cache);
    keep(cache, { workload: "other" });
    const id = lookup(cache)?.entryId ?? "";
    cache.flush();
    expect([cache.purgeEntry(id), cache.purgeEntry(id), cache.purgeEntry("ce_%"), cache.purgeEntry("")]).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect(lookup(cache)).toBeUndefined();
    expect(lookup(cache, { workload: "other" })).toBeDefined();
  });

  test("one that is not written yet, which is not written later either", () => {
    const cache = cacheOf();
    keep(cache);
    expect(cache.purgeEntry(lookup(cache)?.entryId ?? "")).toBe(true);
    cache.close();
    expect(lookup(reopened())).toBeUndefined();
  });

  test("all of a workload, in memory and on disk, and of no other tenant's", () => {
    const cache = cacheOf({ memoryBytes: 2000 });
    const bodies = ["a", "b", "c", "d"].map((content) => ({ ...HELLO, messages: [{ role: "user", content }] }));
    for (const body of bodies) keep(cache, { body });
    keep(cache, { tenant: "t2" });
    expect(cache.purgeWorkload("t1", "triage")).toBe(4);
    expect(bodies.map((body) => lookup(cache, { body }))).toEqual(Array(4).fill(undefined));
    expect(lookup(cache, { tenant: "t2" })).toBeDefined();
  });
});

describe("room", () => {
  test("memory gives way to the disk, and the disk to what was used last", () => {
    const cache = cacheOf({ memoryBytes: 2500, maxBytes: 5000 });
    const given = (name: string): Partial<Given> => ({ workload: name });
    for (const name of ["a", "b", "c"]) {
      keep(cache, given(name));
      cache.flush();
      now += HOUR;
    }
    expect(lookup(cache, given("a"))).toBeDefined();
    cache.flush();
    now += HOUR;
    for (const name of ["d", "e", "f"]) {
      keep(cache, given(name));
      cache.flush();
      now += HOUR;
    }
    const { bytes, evicted, memoryBytes } = cache.stats();
    expect(bytes).toBeLessThanOrEqual(6000);
    expect(memoryBytes).toBeLessThanOrEqual(2500);
    expect(evicted).toBeGreaterThan(0);
    expect(lookup(cache, given("b"))).toBeUndefined();
    expect(lookup(cache, given("f"))).toBeDefined();
    expect(lookup(cache, given("a"))).toBeDefined();
    expect(cache.stats().diskHits).toBeGreaterThan(0);
  });
});

describe("what is on disk", () => {
  const secret = Buffer.from("a secret of the gateway");

  test.each<[string, string]>([
    ["body", "UPDATE cache_segments SET bodies = zeroblob(length(bodies))"],
    ["usage", `UPDATE cache_segments SET heads = replace(heads, '"inputTokens":', '"inputTokens":1')`],
    ["time", `UPDATE cache_segments SET heads = replace(heads, '"expiresAt":', '"expiresAt":1')`],
    ["form", `UPDATE cache_segments SET heads = replace(heads, '"json"', '"sse"')`],
    ["type", "UPDATE cache_segments SET heads = replace(heads, 'application/json', 'text/html')"],
    ["seal", "UPDATE cache_segments SET seal = zeroblob(32)"],
    ["key", "UPDATE cache_segments SET keys = (SELECT key FROM moved)"],
    ["heads, to what is no JSON", "UPDATE cache_segments SET heads = '{'"],
  ])("another's %s in it makes it a miss, and it goes", (_, sql) => {
    for (const given of [{ secret }, {}]) {
      const cache = cacheOf(given);
      keep(cache);
      cache.close();
      const wanted = keyOf(cache, { body: HELLO, tenant: "t2" }).key;
      store.database.exec(`CREATE TEMP TABLE moved AS SELECT x'${wanted}' AS key`);
      store.database.exec(sql);
      store.database.exec("DROP TABLE moved");
      const again = cacheOf(given);
      expect([lookup(again), lookup(again, { tenant: "t2" })]).toEqual([undefined, undefined]);
      expect(again.stats()).toMatchObject({ broken: 1 });
      again.flush();
      expect(again.stats().entries).toBe(0);
    }
  });

  test("an entry of another secret is none", () => {
    const cache = cacheOf({ secret });
    keep(cache);
    cache.close();
    expect(lookup(cacheOf({ secret: Buffer.from("another") }))).toBeUndefined();
    expect(lookup(cacheOf())).toBeUndefined();
  });

  test("a write that fails leaves nothing half done, and the answer in memory; the next one writes it too", () => {
    const told: string[] = [];
    const cache = cacheOf({ onTrouble: (trouble) => told.push(trouble) });
    keep(cache);
    keep(cache, { workload: "other" });
    store.database.exec(breaking("disk full"));
    cache.flush();
    expect(cache.stats()).toMatchObject({ entries: 0, bytes: 0, failedWrites: 1 });
    expect(lookup(cache)).toBeDefined();
    for (const workload of ["third", "fourth"]) {
      keep(cache, { workload });
      cache.flush();
    }
    expect(cache.stats()).toMatchObject({ failedWrites: 3 });
    store.database.exec(`DROP TRIGGER broken; ${breaking("disk gone")}`);
    cache.flush();
    store.database.exec("DROP TRIGGER broken");
    cache.flush();
    expect(cache.stats().entries).toBe(4);
    keep(cache, { workload: "fifth" });
    cache.flush();
    expect(told).toEqual([
      "the cache cannot be written: disk full",
      "the cache cannot be written: disk gone",
      "the cache is written again",
    ]);
  });

  test("a store that is gone makes every lookup a miss, and throws nowhere", () => {
    const cache = cacheOf({ memoryBytes: 0 });
    keep(cache);
    cache.close();
    store.close();
    expect(lookup(cache)).toBeUndefined();
    expect(keep(cache, { workload: "other" })).toBe(true);
    cache.flush();
    expect(cache.stats()).toMatchObject({ misses: 1, stored: 2 });
  });

  test("a disk that cannot be read is told of once, and so is that it can be again", () => {
    const told: string[] = [];
    keep(cacheOf());
    const cache = cacheOf({ onTrouble: (trouble) => told.push(trouble), memoryBytes: 0 });
    keep(cache);
    cache.flush();
    store.database.exec("ALTER TABLE cache_segments RENAME TO elsewhere");
    expect([lookup(cache), lookup(cache)]).toEqual([undefined, undefined]);
    store.database.exec("ALTER TABLE elsewhere RENAME TO cache_segments");
    expect([lookup(cache), lookup(cache)]).not.toContain(undefined);
    expect(told).toEqual([expect.stringMatching(/^the cache cannot be read: /), "the cache is read again"]);
  });

  test("much is written at once, but where the disk takes nothing it is tried again now and then", async () => {
    // Now and then does not come by itself, however long the turns of a busy machine take.
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    const cache = cacheOf();
    const large = answerOf({ ...SCRIPT, text: "x".repeat(100_000) });
    const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
    for (const workload of ["a", "b"]) keep(cache, { workload }, large);
    await turn();
    expect(cache.stats().entries).toBe(2);
    store.database.exec(breaking("disk full"));
    for (const workload of ["c", "d", "e", "f", "g"]) {
      keep(cache, { workload }, large);
      await turn();
    }
    expect(cache.stats().failedWrites).toBe(1);
    store.database.exec("DROP TRIGGER broken");
    cache.flush();
    expect(cache.stats().entries).toBe(7);
  });

  test("is written without being asked to", () => {
    vi.useFakeTimers();
    const cache = cacheOf();
    keep(cache);
    vi.runAllTimers();
    vi.useRealTimers();
    expect(cache.stats().entries).toBe(1);
    expect(lookup(reopened())).toBeDefined();
  });
});

/** Lets no segment be written. */
function breaking(words: string): string {
  return `CREATE TEMP TRIGGER broken BEFORE INSERT ON cache_segments BEGIN SELECT RAISE(ABORT, '${words}'); END`;
}
