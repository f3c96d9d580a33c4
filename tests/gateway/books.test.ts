import { expect, test } from "vitest";
import type { LedgerRow } from "@tesserae/tessera";
import { MeteringProvider } from "./metering-provider.ts";
import { makeCalls, mixedPrompts, type Call, type Seen } from "./mixed-calls.ts";
import { GatewayFolder } from "./tessera-command.ts";

const STATUS: Readonly<Record<Seen, string>> = {
  answered: "complete",
  refused: "error",
  left: "aborted",
  cut: "upstream_truncated",
};

function sum(amounts: Iterable<bigint>): bigint {
  let total = 0n;
  for (const amount of amounts) total += amount;
  return total;
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => number): ReadonlyMap<number, readonly T[]> {
  const groups = new Map<number, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item)) ?? [];
    groups.set(keyOf(item), [...group, item]);
  }
  return groups;
}

/**
 * What an abort counts: the question, and of the answer the text that had come (of one in JSON: its bytes), at four bytes
 * a token, unless the provider had already said what it counted of the question, as Anthropic does. The same holds for an
 * answer that the provider breaks off. The provider of this test counts as the gateway estimates, so its meter and the
 * ledger can agree on these too; such rows are never verified savings.
 */
test("of 1,000 mixed calls, hits, errors and aborts the ledger's sums are those of the provider's own meter", async () => {
  const provider = new MeteringProvider();
  const address = await provider.listen();
  const folder = new GatewayFolder({
    upstreams: [
      { id: "openai", kind: "openai", baseURL: `${address}/v1`, allowPrivate: true },
      { id: "anthropic", kind: "anthropic", baseURL: address, allowPrivate: true },
    ],
  });
  const key = (await folder.output("keys", "create", "--monthly-tokens", "none")).trim();
  const gateway = await folder.serve();
  const prompts = mixedPrompts(1000);
  const calls = await makeCalls(prompts, { url: gateway.url, key }, provider);
  expect(await gateway.stop()).toBe(0);

  const rows = rowsOf(await folder.output("ledger", "export", "--format", "jsonl"));
  const byTag = new Map(rows.map((row) => [row.feature_tag, row]));
  // Every call is one row, and the row says what the caller saw.
  expect(rows).toHaveLength(1000);
  for (const { tag, seen, status } of calls) {
    expect([tag, byTag.get(tag)?.status]).toEqual([tag, STATUS[seen]]);
    if (seen === "answered" || seen === "refused") expect([tag, byTag.get(tag)?.http_status]).toEqual([tag, status]);
  }
  const count = (seen: Seen): number => calls.filter((call) => call.seen === seen).length;
  expect([count("left"), count("cut")]).toEqual([125, 50]);
  expect(count("answered")).toBeGreaterThan(700);

  // What was paid, question by question, and together.
  const paid = sum(rows.map(({ actual_pusd = "none" }) => BigInt(actual_pusd)));
  const billed = grouped(provider.bills, ({ prompt }) => prompt.number);
  const asked = grouped(calls, ({ prompt }) => prompt.number);
  for (const [number, same] of asked) {
    const inLedger = sum(same.map(({ tag }) => BigInt(byTag.get(tag)?.actual_pusd ?? -1)));
    const atProvider = sum((billed.get(number) ?? []).map(({ cost }) => cost));
    expect({ prompt: same[0]?.prompt, paid: inLedger }).toEqual({ prompt: same[0]?.prompt, paid: atProvider });
  }
  expect(paid).toBe(sum(provider.bills.map(({ cost }) => cost)));
  expect(paid).toBeGreaterThan(0n);

  // What it would have cost: every answer at the price that the provider takes for it, whoever answered.
  const list = sum(rows.map(({ original_pusd = "none" }) => BigInt(original_pusd)));
  const priceOf = (call: Call): bigint =>
    call.seen === "refused" ? 0n : (billed.get(call.prompt.number)?.[0]?.cost ?? -1n);
  expect(list).toBe(sum(calls.map(priceOf)));
  const hits = rows.filter(({ cache }) => cache === "hit" || cache === "coalesced");
  expect(hits.length).toBeGreaterThan(150);
  expect(new Set(hits.map(({ actual_pusd }) => actual_pusd))).toEqual(new Set(["0"]));
  expect(sum(rows.map(({ savings_pusd = "none" }) => BigInt(savings_pusd)))).toBe(list - paid);

  // Nothing of which the provider did not say itself what it counted is taken for verified.
  for (const row of rows) {
    expect([row.feature_tag, row.verified]).toEqual([row.feature_tag, row.status === "complete"]);
  }

  const verified: { readonly exitCode: number; readonly actual: string; readonly original: string } = JSON.parse(
    await folder.output("ledger", "verify", "--json"),
  );
  expect(verified).toMatchObject({ exitCode: 0, actual: `${paid}`, original: `${list}` });
}, 900_000);

/** The rows of an export that are requests, and what failed before their answers. */
function rowsOf(exported: string): readonly LedgerRow[] {
  const lines: readonly { readonly row?: LedgerRow }[] = exported
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  return lines.flatMap(({ row }) => (row === undefined || row.kind === "event" ? [] : [row]));
}
