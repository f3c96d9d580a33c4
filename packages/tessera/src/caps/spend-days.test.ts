import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { exchangeOf, HIT, openLedgerAt, outcomeOf, type OpenedLedger, usageOf } from "../../test/ledger-traffic.ts";
import { openStore } from "../store/store.ts";
import { SpendDays } from "./spend-days.ts";
import { tagName } from "./tag-name.ts";

const DAY = 86_400_000;
const START = Date.parse("2026-03-10T00:00:00Z");
let folder = "";
let now = START;
let opened: OpenedLedger;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tessera-spend-"));
  now = START;
  opened = openLedgerAt(join(folder, "tessera.db"), { now: () => now, tagSecret: "s" });
});
afterEach(async () => {
  await opened.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A request of 1,000 tokens of input and 100 of output, which costs 210,000,000 pico-dollars. */
function settle(workload: string, key: string, more: Parameters<typeof outcomeOf>[0] = {}): void {
  const exchange = exchangeOf(1, {
    workload: { ...exchangeOf(0).workload, name: workload },
    key: { id: key, tenant: "acme", label: "", createdAt: 0 },
  });
  opened.ledger.settle(exchange, outcomeOf(more));
}

test("is by workload, key, tenant and all together since a day; hits cost nothing, and attempts that failed do", async () => {
  const days = new SpendDays(opened.store, () => now);
  settle("a", "K1");
  now += DAY;
  settle("a", "K1", HIT);
  settle("b", "K1", { failedAttempts: [{ status: 503, usage: usageOf({ inputTokens: 1000 }) }] });
  settle("b", "K2");
  await opened.ledger.flush();
  const all = { tenant: "", spent: 780_000_000n, tokens: 4300n };
  expect(days.since("global", START)).toEqual([{ ...all, subject: "" }]);
  expect(days.since("tenant", START)).toEqual([{ ...all, subject: "acme" }]);
  expect(days.since("key", START)).toEqual([
    { tenant: "", subject: "K1", spent: 570_000_000n, tokens: 3200n },
    { tenant: "", subject: "K2", spent: 210_000_000n, tokens: 1100n },
  ]);
  expect(days.since("workload", START + DAY)).toEqual([
    { tenant: "acme", subject: "a", spent: 0n, tokens: 0n },
    { tenant: "acme", subject: "b", spent: 570_000_000n, tokens: 3200n },
  ]);
  expect(days.since("customer_tag", START)).toEqual([]);
});

test("reads keys, tags and tokens of rows with whatever names and usage", async () => {
  const days = new SpendDays(opened.store, () => now);
  const nasty = '"key_id":"X","cache":"hit","input_tokens":7\\';
  const additional = [{ kind: "advisor", model: "gpt-4o-mini", usage: usageOf({ inputTokens: 9, outputTokens: 9 }) }];
  const exchange = exchangeOf(1, {
    featureTag: nasty,
    customerTag: "jane",
    place: { run: nasty, agent: nasty },
    key: { id: "K1", tenant: "acme", label: "", createdAt: 0 },
  });
  opened.ledger.settle(exchange, outcomeOf({ usage: usageOf({ inputTokens: 5, outputTokens: 6, additional }) }));
  opened.ledger.settle(exchange, outcomeOf({ usage: null, status: "error" }));
  await opened.ledger.flush();
  expect(days.since("key", START)).toMatchObject([{ subject: "K1", tokens: 11n }]);
  expect(days.since("customer_tag", START)).toMatchObject([
    { tenant: "acme", subject: tagName("jane", "s"), tokens: 11n },
  ]);
});

test("is the same however often rows are added up in between, by whichever process", async () => {
  const step = fc.constantFrom("settle", "flush", "add up", "elsewhere", "anew");
  let spent = 0n;
  let days = new SpendDays(opened.store, () => now);
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      for (const what of steps) {
        if (what === "settle") {
          for (let count = 0; count < 40; count += 1) settle("a", "K1");
          spent += 40n * 210_000_000n;
        } else if (what === "flush") await opened.ledger.flush();
        else if (what === "add up") days.catchUp();
        else if (what === "anew") days = new SpendDays(opened.store, () => now);
        else {
          const beside = openStore(opened.store.path, { access: "share" });
          new SpendDays(beside, () => now).catchUp();
          beside.close();
        }
      }
      await opened.ledger.flush();
      expect(days.since("global", START)[0]?.spent ?? 0n).toBe(spent);
    }),
    { numRuns: 20 },
  );
});

test("of a ledger that was there before begins where windows reach back to; of another ledger it begins anew", async () => {
  settle("old", "K1");
  now += 40 * DAY;
  settle("new", "K1");
  await opened.ledger.flush();
  const days = new SpendDays(opened.store, () => now);
  expect(days.since("workload", 0).map(({ subject }) => subject)).toEqual(["new"]);
  opened.store.database.exec("UPDATE spend_mark SET row = row + 1000");
  expect(days.since("global", 0)).toMatchObject([{ spent: 210_000_000n }]);
  now += 60 * DAY;
  days.prune();
  expect(days.since("global", 0)).toEqual([]);
});
