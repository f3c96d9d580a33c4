import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ModelCatalogue, type ModelPrice } from "@tesserae/wire/catalogue";
import { afterEach, beforeEach, expect, test } from "vitest";
import { exchangeOf, OPENAI, openLedgerAt, outcomeOf } from "../../test/ledger-traffic.ts";
import { verifyExport } from "../ledger/verify/verify-ledger.ts";
import type { PriceOverride } from "./price-list.ts";
import { makeSnapshot, readSnapshot, snapshotIdOf } from "./price-snapshot.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tessera-prices-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const path = (): string => join(folder, "tessera.db");

test("a snapshot is a canonical document whose hash is its id", () => {
  const prices = new Map<string, ModelPrice>([
    ["openai/b", { output: 2, input: 1, tiers: [{ above: 10, input: 3 }] }],
    ["openai/a", { input: 5, output: 6 }],
  ]);
  const snapshot = makeSnapshot(prices, { date: "2026-11-29", source: "table-1" });
  expect(snapshot.text).toBe(
    '{"date":"2026-11-29","prices":{"openai/a":{"input":5,"output":6},' +
      '"openai/b":{"input":1,"output":2,"tiers":[{"above":10,"input":3}]}},"source":"table-1","v":1}',
  );
  expect(snapshot.id).toMatch(/^ps_[a-z2-7]{26}$/);
  expect(readSnapshot(snapshot.text)).toEqual(snapshot);
  // Base32 of the SHA-256 of nothing, cut to 26 characters.
  expect(snapshotIdOf("")).toBe("ps_4oymiquy7qobjgx36tejs35zeq");
  expect(readSnapshot('{"v":1,"prices":{"a":{"input":0.5,"output":1}},"date":"","source":""}')).toBeUndefined();
});

test("rows pin the snapshot of their time; a new price makes a new one and changes no old row", async () => {
  const catalogue = new ModelCatalogue();
  const first = openLedgerAt(path(), {}, { catalogue, source: "table-1" });
  first.ledger.settle(exchangeOf(1), outcomeOf());
  await first.ledger.flush();
  const [before] = first.ledger.rowsOfRun("run-1");
  await first.close();
  catalogue.register("gpt-4o-mini-2024-07-18", { price: { input: 1, output: 1 } });
  const second = openLedgerAt(path(), {}, { catalogue, source: "table-2" });
  expect(second.ledger.settle(exchangeOf(2), outcomeOf())).toMatchObject({ original: 1100, actual: 1100 });
  await second.ledger.flush();
  const [old, fresh] = second.ledger.rowsOfRun("run-1");
  expect(old).toEqual(before);
  expect(fresh?.snapshot_id).not.toBe(old?.snapshot_id);
  expect(await second.ledger.verify()).toMatchObject({ exitCode: 0, actual: 210_001_100n });
  await second.close();
});

test("a restart with the same prices goes on with the same snapshot", async () => {
  const ids: string[] = [];
  for (const day of ["2026-01-01", "2026-01-02"]) {
    const opened = openLedgerAt(path(), {}, { now: () => Date.parse(day) });
    opened.ledger.settle(exchangeOf(1), outcomeOf());
    opened.ledger.settle(exchangeOf(2, { model: "gpt-4o-mini-2024-07-18" }), outcomeOf());
    ids.push(opened.prices.snapshotId);
    await opened.close();
    const reopened = openLedgerAt(path());
    expect(reopened.store.database.prepare("SELECT count(*) AS n FROM price_snapshots").get()).toEqual({ n: 2 });
    await reopened.close();
  }
  expect(ids[0]).toBe(ids[1]);
});

test("what the operator sets comes first, for an upstream or for a provider, and the snapshot says so", async () => {
  const overrides = [
    { provider: "home", model: "llama", price: { input: 7, output: 7 } },
    { provider: "openai", model: "gpt-4o-mini", price: { input: 1, output: 0 } },
  ];
  const { store, prices, ledger, close } = openLedgerAt(path(), {}, { overrides });
  const home = { id: "home", kind: "openai-compatible", baseURL: "http://127.0.0.1/v1" } as const;
  expect(prices.priceOf("llama", home, 0)).toEqual({ input: 7, output: 7 });
  expect(prices.priceOf("llama", OPENAI, 0)).toBeUndefined();
  expect(ledger.settle(exchangeOf(1), outcomeOf({ servedModel: "gpt-4o-mini" }))).toMatchObject({ actual: 1000 });
  await ledger.flush();
  const newest = store.database.prepare("SELECT text FROM price_snapshots ORDER BY number DESC").get();
  expect(String(newest?.["text"])).toContain('"operator/openai/gpt-4o-mini":{"input":1,"output":0}');
  await close();
});

test("an operator's price holds for all names that the table takes for that model, before the table's own", async () => {
  const price = { input: 1, output: 1 };
  const { prices, close } = openLedgerAt(path(), {}, { overrides: [{ provider: "openai", model: "gpt-4o", price }] });
  const at = Date.now();
  expect(prices.find("gpt-4o-2024-08-06", OPENAI, at)).toEqual({ name: "operator/openai/gpt-4o", price });
  // Of another model, another price.
  expect(prices.find("gpt-4o-mini", OPENAI, at)?.name).toBe("openai/gpt-4o-mini");
  expect(prices.find("gpt-4o", { ...OPENAI, id: "second" }, at)?.name).toBe("operator/openai/gpt-4o");
  await close();
});

test("prices that are changed while the gateway runs are a new snapshot: rows before keep theirs, and all are verified", async () => {
  const overrideOf = (input: number): PriceOverride => ({
    provider: "openai",
    model: "gpt-4o-mini",
    price: { input, output: 0 },
  });
  const { prices, ledger, close } = openLedgerAt(path(), {}, { overrides: [overrideOf(1)] });
  const paid: (number | undefined)[] = [];
  const settle = (): void => void paid.push(ledger.settle(exchangeOf(paid.length), outcomeOf()).actual);
  settle();
  prices.override([overrideOf(2)]);
  settle();
  prices.override([]);
  settle();
  expect(paid).toEqual([1000, 2000, 210_000_000]);
  await ledger.flush();
  const rows = ledger.rowsOfRun("run-1");
  expect(rows.map(({ priced_as }) => priced_as)).toEqual([
    "operator/openai/gpt-4o-mini",
    "operator/openai/gpt-4o-mini",
    "openai/gpt-4o-mini",
  ]);
  expect(new Set(rows.map(({ snapshot_id }) => snapshot_id)).size).toBe(3);
  expect(await ledger.verify()).toMatchObject({ exitCode: 0, actual: 210_003_000n });
  const file = join(folder, "all.jsonl");
  writeFileSync(file, [...ledger.exportRows({ format: "jsonl" })].join(""));
  expect(await verifyExport(file)).toMatchObject({ exitCode: 0, actual: 210_003_000n });
  // What the operator set is in the books: whoever changes it there is found.
  const set = '"operator/openai/gpt-4o-mini":{"input":2,';
  writeFileSync(
    file,
    readFileSync(file, "utf8").replace(
      JSON.stringify(set).slice(1, -1),
      JSON.stringify(set.replace("2", "3")).slice(1, -1),
    ),
  );
  expect(await verifyExport(file)).toMatchObject({
    exitCode: 1,
    problem: { place: expect.stringMatching(/^price snapshot/) },
  });
  await close();
});

test("what a model can take and give is known from the catalogue, or from the operator", async () => {
  const limits = { maxOutputTokens: 5, contextWindow: 50 };
  const price = { input: 1, output: 1 };
  const home = { id: "home", kind: "openai-compatible", baseURL: "http://127.0.0.1:9/v1" } as const;
  const overrides = [
    { provider: "home", model: "llama-x", price, ...limits },
    { provider: "openai", model: "gpt-4o-mini", price },
  ];
  const { prices, close } = openLedgerAt(path(), {}, { overrides });
  expect(prices.limitsOf("llama-x", home)).toEqual(limits);
  expect(prices.limitsOf("gpt-4o-mini", OPENAI)).toEqual({ maxOutputTokens: 16_384, contextWindow: 128_000 });
  const anthropic = { id: "anthropic", kind: "anthropic", baseURL: "https://api.anthropic.com" } as const;
  expect(prices.limitsOf("claude-haiku-4-5", anthropic)).toMatchObject({ maxOutputTokens: 64_000 });
  expect(prices.limitsOf("nobody-knows-this", home)).toEqual({ maxOutputTokens: undefined, contextWindow: undefined });
  await close();
});

test("prices of a merely compatible server are those of its address, or of the provider that is named", async () => {
  const { prices, close } = openLedgerAt(path());
  const at = Date.now();
  const router = { id: "router", kind: "openai-compatible", baseURL: "https://openrouter.ai/api/v1" } as const;
  expect(prices.find("openai/gpt-4o-mini", router, at)?.name).toMatch(/^openrouter\//);
  const mirror = { id: "mirror", kind: "openai-compatible", baseURL: "http://127.0.0.1:9/v1" } as const;
  expect(prices.find("gpt-4o-mini", mirror, at)).toBeUndefined();
  expect(prices.find("gpt-4o-mini", { ...mirror, pricesOf: "openai" }, at)).toBeUndefined();
  const named = { ...mirror, id: "mirror-2", pricesOf: "openai" };
  expect(prices.find("gpt-4o-mini", named, at)?.name).toBe("openai/gpt-4o-mini");
  expect(prices.find("x".repeat(10_000), named, at)).toBeUndefined();
  await close();
});
