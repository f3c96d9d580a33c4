export {
  type LoadedSettings,
  loadSettings,
  type LoadOptions,
  settingsFrom,
  stateFolder,
} from "./config/load-settings.ts";
export type { Settings } from "./config/settings.ts";
export type { Dialect, Endpoint, Exchange, Upstream } from "./exchange.ts";
export { findGateway, type FoundGateway, type FoundUpstream } from "./find-gateway.ts";
export type { NewKey } from "./keys/keys.ts";
export type { LedgerRow } from "./ledger/ledger-row.ts";
export type { Totals, TotalsQuery } from "./ledger/ledger-query.ts";
export { openLedgerReader, type OpenLedgerReader } from "./open-ledger-reader.ts";
export { type RunningGateway, startGateway, type StartOptions } from "./start-gateway.ts";
