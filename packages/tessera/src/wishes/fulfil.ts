import type { Ledger } from "../ledger/ledger.ts";
import type { ExactCache } from "../mechanics/exact-cache/exact-cache.ts";
import type { WishTable } from "./wish-table.ts";
import type { Wish } from "./wish.ts";

/** What wishes are about. */
export interface Wishable {
  readonly ledger: Pick<Ledger, "checkpoint" | "adjust">;
  readonly exactCache: Pick<ExactCache, "stats" | "purgeEntry" | "purgeWorkload" | "flush">;
}

/** Does what is wished; gives the answer as JSON. */
export async function fulfil(wish: Wish, { ledger, exactCache }: Wishable): Promise<string> {
  switch (wish.type) {
    case "checkpoint":
      await ledger.checkpoint();
      return "{}";
    case "adjust":
      return await adjusted(wish, ledger);
    case "cache-stats":
      exactCache.flush();
      return JSON.stringify(exactCache.stats());
    case "cache-purge-entry":
      return JSON.stringify({ removed: exactCache.purgeEntry(wish.entry) ? 1 : 0 });
    case "cache-purge-workload":
      return JSON.stringify({ removed: exactCache.purgeWorkload(wish.tenant, wish.workload) });
  }
}

/** What is wrong with a correction is for whoever wishes it to know, not for the gateway. */
async function adjusted(wish: Extract<Wish, { type: "adjust" }>, ledger: Wishable["ledger"]): Promise<string> {
  try {
    return JSON.stringify({ request_id: await ledger.adjust(wish.request, wish) });
  } catch (error) {
    return JSON.stringify({ error: error instanceof Error ? error.message.replace(/\.$/, "") : String(error) });
  }
}

/** Fulfils what is wished for in the table. Wishes that are not known here are answered with an error. */
export async function fulfilAll(wishes: WishTable, parts: Wishable): Promise<void> {
  for (const { number, wish } of wishes.open()) {
    const answer = wish === undefined ? '{"error":"the gateway does not know this wish"}' : await fulfil(wish, parts);
    wishes.answer(number, answer);
  }
}
