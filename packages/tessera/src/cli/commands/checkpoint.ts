import { setTimeout } from "node:timers/promises";
import type { Settings } from "../../config/settings.ts";
import { GatewayError } from "../../config/gateway-error.ts";
import { openLedger } from "../../ledger/ledger.ts";
import { readLedger } from "../../ledger/ledger-reader.ts";
import { type Checkpoint, readCheckpoint } from "../../ledger/checkpoint.ts";
import { CheckpointWishes } from "../../ledger/verify/checkpoint-wish.ts";
import { openPrices } from "../../prices/price-list.ts";
import { openStore, type Store } from "../../store/store.ts";
import { StoreError } from "../../store/store-error.ts";
import { type CommonOptions, settingsOf, withStore } from "../common-options.ts";
import { EXIT } from "../exit-codes.ts";
import { print, printJson, tell } from "../output.ts";

/** A gateway looks for wishes every two seconds. */
const PATIENCE_MS = 30_000;
const LOOK_MS = 100;

/** Has a checkpoint written over the rows since the last one, by the gateway that runs or, without one, by itself. */
export async function checkpointCommand(options: CommonOptions): Promise<number> {
  const { settings } = settingsOf(options);
  if (!(await sealed(settings))) await askGateway(options);
  const { newest, open } = await withStore(options, stateOf);
  if (options.json === true) printJson({ checkpoint: newest ?? null, unsealed_rows: open });
  else if (newest === undefined) tell("There are no rows to seal.");
  else {
    const { chain, to, rows, ts, key_id: key, merkle_root: root } = newest;
    print(
      `The newest checkpoint is of ${ts}: ${rows} rows up to row ${to} of chain ${chain}, ` +
        `${key === null ? "not signed" : `signed by ${key}`}, root ${root}.`,
    );
  }
  return EXIT.ok;
}

/** Seals what a gateway that did not end well has left; false where a gateway has the ledger open. */
async function sealed(settings: Settings): Promise<boolean> {
  let store: Store;
  try {
    store = openStore(settings.store.path);
  } catch (error) {
    if (error instanceof StoreError && error.code === "ERR_STORE_LOCKED") return false;
    throw error;
  }
  try {
    const signingKey = process.env[settings.ledger.signingKeyEnv];
    const ledger = openLedger({
      store,
      prices: openPrices({ store }),
      anchors: settings.ledger.anchors,
      onTrouble: tell,
      ...(signingKey === undefined || signingKey === "" ? {} : { signingKey }),
    });
    // Whoever ends well seals what there is.
    await ledger.close();
    return true;
  } finally {
    store.close();
  }
}

async function askGateway(options: CommonOptions): Promise<void> {
  await withStore(options, async (store) => {
    const wishes = new CheckpointWishes(store);
    const number = wishes.add();
    for (let waited = 0; wishes.isOpen(number); waited += LOOK_MS) {
      if (waited >= PATIENCE_MS) {
        throw new GatewayError(
          "ERR_INVALID_STATE",
          `The gateway that has the ledger open has not written a checkpoint in ${PATIENCE_MS / 1000} s.`,
        );
      }
      await setTimeout(LOOK_MS);
    }
  });
}

function stateOf(store: Store): { readonly newest: Checkpoint | undefined; readonly open: number } {
  readLedger(store);
  const { database } = store;
  const newest = database
    .prepare("SELECT text FROM ledger_checkpoints ORDER BY chain DESC, last_seq DESC LIMIT 1")
    .get();
  const open = database
    .prepare(
      `SELECT coalesce(sum(head_seq - sealed), 0) AS rows FROM (SELECT head_seq,
        coalesce((SELECT max(last_seq) FROM ledger_checkpoints WHERE chain = number), 0) AS sealed
        FROM ledger_chains WHERE number = (SELECT max(number) FROM ledger_chains))`,
    )
    .get();
  return {
    newest: newest === undefined ? undefined : readCheckpoint(String(newest["text"])),
    open: Number(open?.["rows"]),
  };
}
