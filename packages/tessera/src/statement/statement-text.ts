import { formatDollars } from "@tesserae/wire/cost";
import type { Statement } from "./statement.ts";

/** A fact of a statement: what it is, of what (a mechanic, a chain), and its value. */
export type StatementLine = readonly [item: string, of: string, value: string];

/** A statement as lines, for tables and for CSV. Amounts are in dollars, with all digits. */
export function statementLines(statement: Statement): readonly StatementLine[] {
  const { terms, fee, credits } = statement;
  const rate = terms.mode === "success-fee" ? `${formatMillionths(terms.millionths)} of the savings` : "";
  return [
    ["requests", "", `${statement.requests}`],
    ["requests without a price", "", `${statement.unpriced}`],
    ["submitted tokens", "", `${statement.submittedTokens}`],
    ["list price", "", formatDollars(statement.original)],
    ["paid", "", formatDollars(statement.actual)],
    ...Object.entries(statement.byMechanic).map(([name, saved]) => ["savings", name, formatDollars(saved)] as const),
    ["savings", "all that count", formatDollars(statement.savings)],
    ["savings", "modelled, in no fee", formatDollars(statement.modelled)],
    ["terms", rate, terms.mode],
    ["fee", "", fee === undefined ? "to be agreed upon" : formatDollars(fee)],
    ["credits", "", formatDollars(credits)],
    ["to pay", "", fee === undefined ? "to be agreed upon" : formatDollars(fee > credits ? fee - credits : 0n)],
    ...statement.rows.map(
      ({ chain, from, to, count }) => ["rows", chain, `${from} to ${to}, ${count} of this tenant`] as const,
    ),
    ...statement.checkpoints.map(
      ({ chain, from, to, id }) => ["checkpoint", `${chain}, rows ${from} to ${to}`, id] as const,
    ),
    ...statement.snapshots.map((id) => ["price snapshot", "", id] as const),
  ];
}

/** A statement as data: amounts in dollars and counts as decimal strings. */
export function statementData(statement: Statement): object {
  const { tenant, month, terms, fee, credits, byMechanic, rows, checkpoints, snapshots } = statement;
  return {
    tenant,
    month: month.name,
    requests: `${statement.requests}`,
    unpriced_requests: `${statement.unpriced}`,
    submitted_tokens: `${statement.submittedTokens}`,
    original_usd: formatDollars(statement.original),
    actual_usd: formatDollars(statement.actual),
    savings_usd: formatDollars(statement.savings),
    savings_by_mechanic_usd: Object.fromEntries(
      Object.entries(byMechanic).map(([name, saved]) => [name, formatDollars(saved)]),
    ),
    modelled_savings_usd: formatDollars(statement.modelled),
    fee_mode: terms.mode,
    fee_rate: terms.mode === "success-fee" ? formatMillionths(terms.millionths) : null,
    fee_usd: fee === undefined ? null : formatDollars(fee),
    credits_usd: formatDollars(credits),
    rows: rows.map((range) => ({ ...range, count: `${range.count}` })),
    checkpoints,
    snapshots,
  };
}

function formatMillionths(millionths: number): string {
  return `${millionths / 1_000_000}`;
}
