/**
 * A worker process: `node --conditions=source examples/queue-worker/main.ts tasks.db`.
 * `--post URL` posts what became of each task; `--local-code` runs code without a container.
 */
import { parseArgs } from "node:util";
import { SqliteJournalStore } from "@tesserae/core/journal/sqlite";
import type { Outcome } from "./queue.ts";
import { SqliteQueue } from "./sqlite-queue.ts";
import { makeTeam, startExecutor } from "./team.ts";
import { work } from "./worker.ts";

const { values, positionals } = parseArgs({
  options: {
    "local-code": { type: "boolean", default: false },
    post: { type: "string" },
    lease: { type: "string", default: "30" },
  },
  allowPositionals: true,
});
const [path = "tasks.db"] = positionals;
const url = values.post;

async function post(id: string, outcome: Outcome): Promise<void> {
  if (url === undefined) return;
  const headers = { "content-type": "application/json", "idempotency-key": id };
  const { ok, status } = await fetch(url, { method: "POST", headers, body: JSON.stringify({ id, ...outcome }) });
  if (!ok) throw new Error(`${url} answers ${status} to the result of ${id}.`);
}

//#region main
try {
  const executor = await startExecutor({ allowLocal: values["local-code"] });
  const queue = new SqliteQueue(path);
  const journals = new SqliteJournalStore({ path: `${path}.journals`, durability: "disk" });
  const leaving = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"]) {
    // Asked twice it leaves at once: the journal has what was done.
    process.once(signal, () => {
      console.log(`${signal}: leaving at the end of the turn`);
      leaving.abort();
    });
  }
  console.log(`working on ${path}`);
  const leaseMs = Number(values.lease) * 1000;
  await work({ queue, journals, makeTeam: () => makeTeam(executor), signal: leaving.signal, post, leaseMs });
  await executor.stop();
  journals.close();
  queue.close();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
//#endregion
