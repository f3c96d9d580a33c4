import { readLedger, type LedgerReader } from "./ledger/ledger-reader.ts";
import { openStore } from "./store/store.ts";

/** A ledger that is open for questions. */
export interface OpenLedgerReader extends LedgerReader {
  close(): void;
}

/**
 * Opens the ledger in a gateway's database for questions, beside the gateway that writes it or without one.
 *
 * @throws StoreError `ERR_STORE_UNREADABLE` where there is no database of a gateway.
 */
export function openLedgerReader(path: string): OpenLedgerReader {
  const store = openStore(path, { access: "read" });
  return { ...readLedger(store), close: () => store.close() };
}
