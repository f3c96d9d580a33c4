import type { Settings } from "../config/settings.ts";
import { readLedger } from "../ledger/ledger-reader.ts";
import { verifyDatabase } from "../ledger/verify/verify-ledger.ts";
import { openStore, type Store } from "../store/store.ts";
import { type CommonOptions, settingsOf } from "./common-options.ts";
import { EXIT } from "./exit-codes.ts";
import { tell } from "./output.ts";

/** Does something with a ledger once all of it was checked. Of one that is not whole, says what is wrong; gives the exit code. */
export async function withWholeLedger(
  options: CommonOptions,
  use: (store: Store, settings: Settings) => void | Promise<void>,
): Promise<number> {
  const { settings } = settingsOf(options);
  const { store: place, ledger } = settings;
  const { exitCode, problem } = await verifyDatabase(place.path, { anchors: ledger.anchors.map(({ path }) => path) });
  if (exitCode !== 0) {
    tell(`The ledger is not whole: ${problem?.place}: ${problem?.reason}. See tessera ledger verify.`);
    return exitCode;
  }
  const store = openStore(place.path, { access: "read" });
  try {
    readLedger(store);
    // What was checked a moment ago, and what may have been added since, is one view from here on.
    store.database.exec("BEGIN");
    await use(store, settings);
  } finally {
    store.close();
  }
  return EXIT.ok;
}
