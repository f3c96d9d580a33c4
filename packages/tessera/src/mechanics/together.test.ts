import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { answerOf, SCRIPT } from "../../test/mechanics/answers.ts";
import { exchangeOf, HELLO, known } from "../../test/mechanics/exchange.ts";
import type { Exchange } from "../exchange.ts";
import { openStore } from "../store/store.ts";
import { Coalescer } from "./coalesce/coalescer.ts";
import type { Leader } from "./coalesce/parties.ts";
import { ExactCache } from "./exact-cache/exact-cache.ts";

interface Served {
  readonly text: string;
  readonly cache: "hit" | "miss" | "coalesced" | "aborted";
}

/** The way of a request through cache, coalescing and an upstream that answers in two chunks, or fails. */
class SmallGateway {
  calls = 0;
  readonly #cache: ExactCache;
  readonly #coalescer = new Coalescer();
  readonly #answers: () => Promise<boolean>;

  constructor(cache: ExactCache, answers: () => Promise<boolean>) {
    this.#cache = cache;
    this.#answers = answers;
  }

  serve(exchange: Exchange): Promise<Served> {
    const key = known(this.#cache.keyOf(exchange));
    const hit = this.#cache.lookup(key, exchange);
    if (hit !== undefined) return Promise.resolve({ text: hit.body.toString(), cache: "hit" });
    const joined = this.#coalescer.join(key);
    if (joined?.role !== "follower") return this.#call(exchange, joined);
    return new Promise((resolve, reject) => {
      let text = "";
      joined.follow({
        onHead: () => {},
        onChunk: (chunk) => {
          text += chunk.toString();
          return true;
        },
        onEnd: () => resolve({ text, cache: "coalesced" }),
        onLead: (leader) => resolve(this.#call(exchange, leader)),
        onFailure: reject,
      });
    });
  }

  async #call(exchange: Exchange, leader: Leader | undefined): Promise<Served> {
    this.calls += 1;
    let isWanted = true;
    exchange.signal.addEventListener("abort", () => {
      isWanted = !(leader?.abandon(() => (isWanted = false)) ?? true);
    });
    if (!(await this.#answers())) {
      leader?.fail();
      throw new Error("The upstream has failed.");
    }
    const answer = answerOf(SCRIPT);
    leader?.head(answer);
    for (const part of [answer.body.subarray(0, 20), answer.body.subarray(20)]) {
      await Promise.resolve();
      if (isWanted) leader?.push(part);
    }
    if (!isWanted) return { text: "", cache: "aborted" };
    this.#cache.keep(known(this.#cache.keyOf(exchange)), exchange, answer);
    leader?.end({ usage: answer.usage, finish: answer.finish, model: exchange.model });
    return { text: answer.body.toString(), cache: exchange.signal.aborted ? "aborted" : "miss" };
  }
}

async function within(use: (cache: ExactCache) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "tessera-together-"));
  const store = openStore(join(folder, "tessera.db"));
  const cache = new ExactCache({ store });
  try {
    await use(cache);
  } finally {
    cache.close();
    store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const always = (): Promise<boolean> => Promise.resolve(true);
const asked = (temperature = 0, signal?: AbortSignal): Exchange =>
  exchangeOf({ body: { ...HELLO, temperature }, ...(signal === undefined ? {} : { signal }) });
const WHOLE = answerOf(SCRIPT).body.toString();

test("50 at once at temperature 0 are one call, then there is a hit; at temperature 1 they are 50", async () => {
  await within(async (cache) => {
    const gateway = new SmallGateway(cache, always);
    const served = await Promise.all(Array.from({ length: 50 }, () => gateway.serve(asked())));
    expect(gateway.calls).toBe(1);
    expect(served.filter((one) => one.cache === "coalesced")).toHaveLength(49);
    expect(new Set(served.map(({ text }) => text))).toEqual(new Set([WHOLE]));
    expect(await gateway.serve(asked())).toEqual({ text: WHOLE, cache: "hit" });
    await Promise.all(Array.from({ length: 50 }, () => gateway.serve(asked(1))));
    expect(gateway.calls).toBe(51);
  });
});

test("the first one's client goes: the others get the whole answer, and it is stored", async () => {
  await within(async (cache) => {
    const gateway = new SmallGateway(cache, always);
    const gone = new AbortController();
    const first = gateway.serve(asked(0, gone.signal));
    const others = [gateway.serve(asked()), gateway.serve(asked())];
    gone.abort();
    expect((await first).cache).toBe("aborted");
    for (const other of others) expect(await other).toEqual({ text: WHOLE, cache: "coalesced" });
    expect([gateway.calls, (await gateway.serve(asked())).cache]).toEqual([1, "hit"]);
  });
});

test("the first one fails: the next one calls for all that are left", async () => {
  await within(async (cache) => {
    let failures = 1;
    const gateway = new SmallGateway(cache, () => Promise.resolve(failures-- <= 0));
    const results = await Promise.allSettled(Array.from({ length: 5 }, () => gateway.serve(asked())));
    expect(results.map(({ status }) => status)).toEqual(["rejected", ...Array<string>(4).fill("fulfilled")]);
    expect(gateway.calls).toBe(2);
  });
});
