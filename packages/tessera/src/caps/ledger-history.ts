import { createHmac } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import type { CapScope } from "./cap.ts";
import type { SpendHistory, SpentSum } from "./caps.ts";

/** How rows of the ledger name the subjects of a scope. */
const SUBJECTS: Readonly<Record<CapScope, string>> = {
  workload: "workload",
  key: "text ->> '$.key_id'",
  tenant: "tenant",
  customer_tag: "text ->> '$.customer_tag_hash'",
  global: "''",
};

/** As many digits of a customer tag's hash as the rows of the ledger have. */
const TAG_DIGITS = 32;

/** What was spent, as the ledger has it: its rows since a moment, failed attempts among them. Answers of the gateway's own used no tokens. */
export function ledgerHistory(database: DatabaseSync): SpendHistory {
  return (scope, since) => {
    const subject = SUBJECTS[scope];
    // In two halves: one sum of pico-dollars would end at nine million dollars.
    const statement = database.prepare(`
      SELECT coalesce(tenant, '') AS tenant, ${subject} AS subject,
        coalesce(sum(actual / 1000000), 0) AS high, coalesce(sum(actual % 1000000), 0) AS low,
        coalesce(sum(CASE WHEN coalesce(text ->> '$.cache', '') NOT IN ('hit', 'coalesced') THEN
          (text ->> '$.usage.input_tokens') + (text ->> '$.usage.output_tokens') END), 0) AS tokens
      FROM ledger_rows WHERE ts >= ? AND kind != 'event' AND ${subject} IS NOT NULL GROUP BY 1, 2`);
    statement.setReadBigInts(true);
    return joined(scope, statement.all(since).map(readSum));
  };
}

/** The name of a customer's tag in the ledger. */
export function tagName(tag: string, tagSecret: string): string {
  return createHmac("sha256", tagSecret).update(tag).digest("hex").slice(0, TAG_DIGITS);
}

/** Keys, tenants and the whole are not of one tenant: their rows are one sum. */
function joined(scope: CapScope, sums: readonly SpentSum[]): Iterable<SpentSum> {
  if (scope === "workload" || scope === "customer_tag") return sums;
  const bySubject = new Map<string, SpentSum>();
  for (const sum of sums) {
    const before = bySubject.get(sum.subject);
    const [spent, tokens] = [(before?.spent ?? 0n) + sum.spent, (before?.tokens ?? 0n) + sum.tokens];
    bySubject.set(sum.subject, { tenant: "", subject: sum.subject, spent, tokens });
  }
  return bySubject.values();
}

function readSum(row: Record<string, unknown>): SpentSum {
  return {
    tenant: String(row["tenant"]),
    subject: String(row["subject"]),
    spent: whole(row["high"]) * 1_000_000n + whole(row["low"]),
    tokens: whole(row["tokens"]),
  };
}

function whole(value: unknown): bigint {
  return typeof value === "bigint" ? value : 0n;
}
