/** A queue in an SQLite database, for the processes of one machine. */
import { randomUUID } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import { useWriteAheadLog } from "@tesserae/core/journal/sqlite";
import type { Delivery, Outcome, Queue } from "./queue.ts";

const TABLE = `CREATE TABLE IF NOT EXISTS tasks (
  number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, text TEXT NOT NULL,
  visible_at INTEGER NOT NULL DEFAULT 0, attempt INTEGER NOT NULL DEFAULT 0, receipt TEXT, outcome TEXT)`;

const ADD = `INSERT INTO tasks (id, text) VALUES (?, ?) ON CONFLICT (id) DO UPDATE
  SET text = excluded.text, visible_at = 0, attempt = 0, outcome = NULL WHERE json_extract(outcome, '$.type') = 'failed'`;

const TAKE = `UPDATE tasks SET visible_at = :until, attempt = attempt + 1, receipt = :receipt
  WHERE number = (SELECT number FROM tasks WHERE outcome IS NULL AND visible_at <= :now ORDER BY number LIMIT 1)
  RETURNING id, text, attempt`;

//#region sqlite
/** Gives tasks in the order in which they were added. Each call is one statement, so that two workers never share one. */
export class SqliteQueue implements Queue {
  readonly #database: DatabaseSync;

  constructor(path: string) {
    this.#database = new DatabaseSync(path, { timeout: 5000 });
    useWriteAheadLog(this.#database);
    this.#database.exec(TABLE);
  }

  /** Adds a task; one whose id is known is not added again, unless it failed. */
  add(id: string, text: string): void {
    this.#database.prepare(ADD).run(id, text);
  }

  /** How a task ended; `undefined` before that. */
  outcome(id: string): Outcome | undefined {
    const row = this.#database.prepare("SELECT outcome FROM tasks WHERE id = ?").get(id);
    return typeof row?.["outcome"] === "string" ? (JSON.parse(row["outcome"]) as Outcome) : undefined;
  }

  async take(leaseMs: number): Promise<Delivery | undefined> {
    const now = Date.now();
    const receipt = randomUUID();
    const row = this.#database.prepare(TAKE).get({ now, until: now + leaseMs, receipt });
    if (row === undefined) return undefined;
    return { id: String(row["id"]), text: String(row["text"]), attempt: Number(row["attempt"]), receipt };
  }

  async extend({ id, receipt }: Delivery, leaseMs: number): Promise<boolean> {
    const sql = "UPDATE tasks SET visible_at = ? WHERE id = ? AND receipt = ?";
    return this.#database.prepare(sql).run(Date.now() + leaseMs, id, receipt).changes === 1;
  }

  async finish({ id, receipt }: Delivery, outcome: Outcome): Promise<boolean> {
    const [visibleAt, ended] =
      outcome.type === "again" ? [Date.now() + outcome.delayMs, null] : [0, JSON.stringify(outcome)];
    const sql = "UPDATE tasks SET visible_at = ?, outcome = ?, receipt = NULL WHERE id = ? AND receipt = ?";
    return this.#database.prepare(sql).run(visibleAt, ended, id, receipt).changes === 1;
  }

  close(): void {
    this.#database.close();
  }
}
//#endregion
