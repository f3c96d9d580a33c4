import type { DatabaseSync } from "node:sqlite";
import type { Migration } from "../store/migrate.ts";
import type { Store } from "../store/store.ts";
import { readWish, type Wish } from "./wish.ts";

/** The table of the wishes. */
export const WISH_MIGRATIONS: readonly Migration[] = [
  {
    number: 1,
    name: "wishes",
    sql: "CREATE TABLE wishes (number INTEGER PRIMARY KEY AUTOINCREMENT, wish TEXT NOT NULL, answer TEXT) STRICT",
  },
];

/** A wish that nobody has answered yet. */
export interface OpenWish {
  readonly number: number;
  /** `undefined`: it is not known here. */
  readonly wish: Wish | undefined;
}

/** Wishes on their way from a command to the gateway, and answers on their way back. */
export class WishTable {
  readonly #database: DatabaseSync;

  /** Brings the table up to date. */
  constructor(store: Store) {
    store.migrate("wishes", WISH_MIGRATIONS);
    this.#database = store.database;
  }

  /** Adds a wish; gives its number. */
  add(wish: Wish): number {
    const { lastInsertRowid } = this.#database
      .prepare("INSERT INTO wishes (wish) VALUES (?)")
      .run(JSON.stringify(wish));
    return Number(lastInsertRowid);
  }

  open(): readonly OpenWish[] {
    return this.#database
      .prepare("SELECT number, wish FROM wishes WHERE answer IS NULL ORDER BY number")
      .all()
      .map((row) => ({ number: Number(row["number"]), wish: readWish(String(row["wish"])) }));
  }

  answer(number: number, answer: string): void {
    this.#database.prepare("UPDATE wishes SET answer = ? WHERE number = ?").run(answer, number);
  }

  /** The answer to a wish, once there is one. */
  answerTo(number: number): string | undefined {
    const answer = this.#database.prepare("SELECT answer FROM wishes WHERE number = ?").get(number)?.["answer"];
    return typeof answer === "string" ? answer : undefined;
  }

  /** Takes a wish out, answered or not. */
  remove(number: number): void {
    this.#database.prepare("DELETE FROM wishes WHERE number = ?").run(number);
  }
}
