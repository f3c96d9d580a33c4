import { PRICE_MIGRATIONS } from "../prices/snapshot-table.ts";
import type { Store } from "../store/store.ts";
import { exportRows, type ExportQuery } from "./export-rows.ts";
import { rowsOfRun, totalsOf, type Totals, type TotalsQuery } from "./ledger-query.ts";
import type { LedgerRow } from "./ledger-row.ts";
import { LEDGER_MIGRATIONS } from "./migrations.ts";
import { verifyDatabase, type VerifyOptions } from "./verify/verify-ledger.ts";
import type { Verification } from "./verify/verification.ts";

/** What can be asked of a ledger. It answers from what is written; what was settled a moment ago may still wait. */
export interface LedgerReader {
  /** Adds up rows, by workload, tenant and so on. */
  totals(query?: TotalsQuery): readonly Totals[];
  /** The rows of a run of the framework, in the order in which they were written. */
  rowsOfRun(run: string): readonly LedgerRow[];
  /** Rows as lines of text, each with its line feed. */
  exportRows(query: ExportQuery): Iterable<string>;
  /** Checks everything; see {@link Verification}. */
  verify(options?: VerifyOptions): Promise<Verification>;
}

/** Opens a ledger for questions; the store may be open for reading only. */
export function readLedger(store: Store): LedgerReader {
  store.migrate("prices", PRICE_MIGRATIONS);
  store.migrate("ledger", LEDGER_MIGRATIONS);
  return {
    totals: (query = {}) => totalsOf(store.database, query),
    rowsOfRun: (run) => rowsOfRun(store.database, run),
    exportRows: (query) => exportRows(store.path, query),
    verify: async (options) => await verifyDatabase(store.path, options),
  };
}
