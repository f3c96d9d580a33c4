/** Appends marks to a run of a database for ever, and says the number of each when it is written. For tests. */
import { writeSync } from "node:fs";
import { SqliteJournalStore } from "../sqlite-store.ts";

const [path = "", run = ""] = process.argv.slice(2);
const writer = await new SqliteJournalStore({ path }).open(run, "create");
for (let turn = 1; ; turn += 1) {
  await writer.append([{ e: "mark", at: turn, turn }]);
  writeSync(1, `${turn}\n`);
}
