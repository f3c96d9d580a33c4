import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ModelCatalogue } from "@tesserae/wire/catalogue";
import { costOfCall } from "@tesserae/wire/cost";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { exchangeOf, HIT, openLedgerAt, outcomeOf, usageOf, workloadOf } from "../../test/ledger-traffic.ts";
import type { Outcome } from "../ports.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tessera-ledger-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const path = (): string => join(folder, "tessera.db");

describe("what a request costs", () => {
  test("a relayed answer costs what the provider bills, and nothing is saved", async () => {
    const { ledger, close } = openLedgerAt(path());
    expect(ledger.settle(exchangeOf(1), outcomeOf())).toMatchObject({ original: 210_000_000, actual: 210_000_000 });
    await ledger.flush();
    expect(ledger.rowsOfRun("run-1")).toEqual([
      expect.objectContaining({
        kind: "request",
        original_pusd: "210000000",
        actual_pusd: "210000000",
        savings_pusd: "0",
        by_mechanic: {},
        priced_as: "openai/gpt-4o-mini",
        usage: { input_tokens: 1000, output_tokens: 100 },
        verified: true,
        agent: "writer",
        effect: "model/1",
        latency_ms: 812.346,
      }),
    ]);
    await close();
  });

  test.each(["m2", "m4"] as const)("an answer by %s costs nothing and saves all", async (mechanic) => {
    const { ledger, close } = openLedgerAt(path());
    const outcome = outcomeOf({ ...HIT, stack: [mechanic] });
    expect(ledger.settle(exchangeOf(1), outcome)).toMatchObject({ original: 210_000_000, actual: 0 });
    await ledger.flush();
    expect(ledger.rowsOfRun("run-1")[0]).toMatchObject({
      savings_pusd: "210000000",
      by_mechanic: { [mechanic]: "210000000" },
      verified: true,
    });
    await close();
  });

  test("an unknown price is never guessed: the row says so, and is in no sum", async () => {
    const { ledger, close } = openLedgerAt(path());
    const nowhere = { id: "home", kind: "openai-compatible", baseURL: "http://10.0.0.1/v1" } as const;
    const settled = ledger.settle(exchangeOf(1, { upstream: nowhere, model: "my-model" }), outcomeOf());
    expect(settled).toMatchObject({ original: undefined, actual: undefined });
    ledger.settle(exchangeOf(2), outcomeOf({ usage: null }));
    ledger.settle(exchangeOf(3), outcomeOf({ usage: usageOf({ inputTokens: 2 ** 50 }) }));
    await ledger.flush();
    const rows = ledger.rowsOfRun("run-1");
    expect(rows.map((row) => [row.exclude_reason, row.actual_pusd])).toEqual([
      ["unpriced", undefined],
      ["no_usage", undefined],
      ["cost_range", undefined],
    ]);
    expect(ledger.totals()).toMatchObject([{ requests: 3, unpriced: 3, actual: 0n }]);
    expect(await ledger.verify()).toMatchObject({ exitCode: 0, rows: 3 });
    await close();
  });

  test("errors and refusals without usage cost nothing; what was aborted or estimated does not count as verified", async () => {
    const { ledger, close } = openLedgerAt(path());
    const none = { usage: null, finish: null } as const;
    ledger.settle(exchangeOf(1), outcomeOf({ ...none, status: "error", httpStatus: 500 }));
    ledger.settle(exchangeOf(2), outcomeOf({ ...none, status: "refused", httpStatus: 402 }));
    ledger.settle(exchangeOf(3), outcomeOf({ status: "aborted" }));
    ledger.settle(exchangeOf(4), outcomeOf({ usageSource: "estimated" }));
    ledger.settle(exchangeOf(5), outcomeOf({ ...HIT, status: "aborted" }));
    await ledger.flush();
    expect(ledger.rowsOfRun("run-1").map((row) => [row.actual_pusd, row.verified, row.exclude_reason])).toEqual([
      ["0", false, "error"],
      ["0", false, "refused"],
      ["210000000", false, "aborted"],
      ["210000000", false, "estimated"],
      ["0", false, "aborted"],
    ]);
    expect(ledger.totals()).toMatchObject([{ savings: 210_000_000n, verifiedSavings: 0n, hits: 1 }]);
    await close();
  });

  test("an attempt that failed and was billed is a row of its own, and counts against the savings", async () => {
    const { ledger, close } = openLedgerAt(path());
    const failed = { status: 529, usage: usageOf({ inputTokens: 1000 }) };
    const settled = ledger.settle(
      exchangeOf(1),
      outcomeOf({ failedAttempts: [failed, { status: null, usage: null }] }),
    );
    expect(settled).toMatchObject({ original: 210_000_000, actual: 360_000_000 });
    await ledger.flush();
    expect(ledger.rowsOfRun("run-1")[0]).toMatchObject({
      kind: "overhead",
      overhead: "failed_attempt",
      parent_id: exchangeOf(1).id,
      original_pusd: "0",
      actual_pusd: "150000000",
      savings_pusd: "-150000000",
      by_mechanic: { overhead: "-150000000" },
    });
    expect(ledger.totals()).toMatchObject([{ requests: 1, savings: -150_000_000n, verifiedSavings: -150_000_000n }]);
    await close();
  });

  test("other models inside a call are paid at their own price", async () => {
    const { ledger, close } = openLedgerAt(path());
    const inner = { kind: "advisor", model: "gpt-4o", usage: usageOf({ inputTokens: 10 }) };
    const usage = usageOf({ inputTokens: 1000, outputTokens: 100, additional: [inner] });
    expect(ledger.settle(exchangeOf(1), outcomeOf({ usage }))).toMatchObject({ actual: 235_000_000 });
    const unknown = { ...usage, additional: [{ ...inner, model: "nobody-knows" }] };
    expect(ledger.settle(exchangeOf(2), outcomeOf({ usage: unknown }))).toMatchObject({ actual: undefined });
    await ledger.flush();
    expect(await ledger.verify()).toMatchObject({ exitCode: 0, actual: 235_000_000n });
    await close();
  });

  test("settle never throws, and what could not be booked is said in the ledger", async () => {
    const { ledger, close } = openLedgerAt(path());
    const broken = outcomeOf();
    Object.defineProperty(broken, "failedAttempts", {
      get: () => {
        throw new Error("broken");
      },
    });
    expect(ledger.settle(exchangeOf(1), broken)).toEqual({ original: undefined, actual: undefined });
    expect(ledger.state).toMatchObject({ lost: 1, trouble: "rows are lost: broken" });
    await ledger.flush();
    expect(ledger.state).toMatchObject({ lost: 0, trouble: undefined });
    expect(await ledger.verify()).toMatchObject({ exitCode: 0, rows: 1, lostRows: 1 });
    await close();
  });

  test("no tag, key, address or text of a caller is in a row; a tag is there as a keyed hash", async () => {
    const { ledger, store, close } = openLedgerAt(path(), { tagSecret: "pepper" });
    ledger.settle(
      exchangeOf(1, {
        customerTag: "jane@example.com",
        headers: { authorization: "Bearer sk-1" },
        body: Buffer.from("hello"),
      }),
      outcomeOf(),
    );
    await ledger.flush();
    const text = String(store.database.prepare("SELECT text FROM ledger_rows").get()?.["text"]);
    expect(text).toMatch(/"customer_tag_hash":"[0-9a-f]{32}"/);
    for (const secret of ["jane", "sk-1", "Bearer", "hello", "api.openai.com"]) expect(text).not.toContain(secret);
    await close();
  });
});

describe("sums", () => {
  const usage = fc
    .record({ plain: fc.nat(100_000), read: fc.nat(100_000), write: fc.nat(1000), output: fc.nat(10_000) })
    .map(({ plain, read, write, output }) =>
      usageOf({
        inputTokens: plain + read + write,
        cacheReadTokens: read,
        cacheWriteTokens: write,
        outputTokens: output,
      }),
    );
  const model = fc.constantFrom("gpt-4o-mini", "gpt-4o", "gpt-4.1", "o3", "nobody-knows");
  const status = fc.constantFrom("complete", "complete", "complete", "error", "aborted", "upstream_truncated" as const);
  const fired = fc.constantFrom([], [], ["m2"], ["m4"]) as fc.Arbitrary<Outcome["stack"]>;

  test("of the ledger are those of the provider's own meter, and parts add up in every row", async () => {
    const { ledger, store, close } = openLedgerAt(path(), { checkpointRows: 100 });
    const catalogue = new ModelCatalogue();
    let [meter, number] = [0n, 0];
    fc.assert(
      fc.property(model, usage, status, fired, fc.boolean(), (name, used, how, stack, fails) => {
        const known = how === "error" && stack.length === 0 ? null : used;
        const failedAttempts = fails ? [{ status: 503, usage: used }] : [];
        const priceOf = (asked: string) => catalogue.price(asked, { provider: "openai" })?.price;
        const bill = costOfCall(name, used, priceOf) ?? 0;
        // The provider bills what it answered, and the attempt before it.
        if (known !== null && stack.length === 0) meter += BigInt(bill);
        if (fails) meter += BigInt(bill);
        number += 1;
        const workload = workloadOf(`w${number % 3}`);
        ledger.settle(
          exchangeOf(number, { model: name, workload }),
          outcomeOf({ servedModel: name, usage: known, status: how, stack, failedAttempts }),
        );
      }),
      { numRuns: 1000 },
    );
    await ledger.flush();
    const totals = ledger.totals();
    expect(totals[0]).toMatchObject({ requests: 1000, actual: meter });
    const byWorkload = ledger.totals({ by: "workload" });
    expect(byWorkload.map((total) => total.name)).toEqual(["w0", "w1", "w2"]);
    expect(byWorkload.reduce((sum, total) => sum + total.actual, 0n)).toBe(meter);
    for (const { text } of store.database.prepare("SELECT text FROM ledger_rows").all()) {
      const row = JSON.parse(String(text));
      if (row.original_pusd === undefined) continue;
      const saved = BigInt(row.original_pusd) - BigInt(row.actual_pusd);
      const parts = Object.values<string>(row.by_mechanic).reduce((sum, part) => sum + BigInt(part), 0n);
      expect([BigInt(row.savings_pusd), parts]).toEqual([saved, saved]);
    }
    const verification = await ledger.verify();
    expect(verification).toMatchObject({ exitCode: 0, actual: meter });
    expect(verification.verifiedSavings).toBe(totals[0]?.verifiedSavings);
    await close();
  });

  test("are right beyond 64 bits of pico-dollars, and by window, run, model and day", async () => {
    let now = Date.parse("2026-03-01T23:59:59.000Z");
    const { ledger, close } = openLedgerAt(path(), { now: () => now });
    const dear = outcomeOf({ usage: usageOf({ inputTokens: 50_000_000_000 }), servedModel: "gpt-4o-mini" });
    for (let number = 1; number <= 1300; number += 1) ledger.settle(exchangeOf(number), dear);
    now += 2000;
    ledger.settle(exchangeOf(2000, { place: { run: "run-2" }, model: "gpt-4o" }), outcomeOf({ servedModel: "gpt-4o" }));
    await ledger.flush();
    expect(ledger.totals()[0]?.actual).toBe(1300n * 7_500_000_000_000_000n + 3_500_000_000n);
    expect(ledger.totals({ by: "day" }).map((total) => [total.name, total.requests])).toEqual([
      ["2026-03-01", 1300],
      ["2026-03-02", 1],
    ]);
    expect(ledger.totals({ by: "model", from: Date.parse("2026-03-02") })).toMatchObject([
      { name: "gpt-4o", requests: 1 },
    ]);
    expect(ledger.totals({ run: "run-2" })).toMatchObject([{ requests: 1, actual: 3_500_000_000n }]);
    await close();
  });
});
