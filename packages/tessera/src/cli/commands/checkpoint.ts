import { type Checkpoint, readCheckpoint } from "../../ledger/checkpoint.ts";
import { readLedger } from "../../ledger/ledger-reader.ts";
import type { Store } from "../../store/store.ts";
import { type CommonOptions, withStore } from "../common-options.ts";
import { EXIT } from "../exit-codes.ts";
import { print, printJson, tell } from "../output.ts";
import { fulfilled } from "../wish.ts";

/** Has a checkpoint written over the rows since the last one, and says which is the newest. */
export async function checkpointCommand(options: CommonOptions): Promise<number> {
  await fulfilled(options, { type: "checkpoint" });
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

function stateOf(store: Store): { readonly newest: Checkpoint | undefined; readonly open: number } {
  readLedger(store);
  const { database } = store;
  const newest = database
    .prepare("SELECT text FROM ledger_checkpoints ORDER BY chain DESC, last_seq DESC LIMIT 1")
    .get();
  const open = database
    .prepare(
      `SELECT head_seq - coalesce((SELECT max(last_seq) FROM ledger_checkpoints WHERE chain = number), 0) AS rows
        FROM ledger_chains ORDER BY number DESC LIMIT 1`,
    )
    .get();
  return {
    newest: newest === undefined ? undefined : readCheckpoint(String(newest["text"])),
    open: Number(open?.["rows"] ?? 0),
  };
}
