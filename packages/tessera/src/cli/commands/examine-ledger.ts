import type { Store } from "../../store/store.ts";
import { readLedger } from "../../ledger/ledger-reader.ts";
import { type Finding, ok, warning } from "../finding.ts";

const DAYS = 30;
const DAY_MS = 86_400_000;
/** So many models are named. */
const NAMED = 5;

/** What the ledger tells of prices that are missing, and of checkpoints that wait. */
export function examineLedger(store: Store, now: number): readonly Finding[] {
  readLedger(store);
  const unpriced = store.database
    .prepare(
      `SELECT text ->> '$.model_requested' AS model, text ->> '$.upstream' AS upstream, count(*) AS requests
        FROM ledger_rows WHERE ts >= ? AND kind = 'request' AND text ->> '$.exclude_reason' = 'unpriced'
        GROUP BY 1, 2 ORDER BY 3 DESC`,
    )
    .all(now - DAYS * DAY_MS);
  const names = unpriced.slice(0, NAMED).map((row) => `${row["model"]} at ${row["upstream"]} (${row["requests"]})`);
  const more = unpriced.length > NAMED ? ` and ${unpriced.length - NAMED} more` : "";
  const open = Number(
    store.database.prepare("SELECT count(*) AS count FROM ledger_checkpoints WHERE anchored = 0").get()?.["count"],
  );
  return [
    unpriced.length === 0
      ? ok("prices", `every model of the last ${DAYS} days has one`)
      : warning(
          "prices",
          `none is known of ${names.join(", ")}${more}: set prices.overrides, or pricesOf of the upstream`,
        ),
    open === 0
      ? ok("checkpoints", "all are in the anchor files")
      : warning("checkpoints", `${open} are in no anchor file yet: tessera ledger checkpoint tries again`),
  ];
}
