import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { isTesseraeError } from "../errors/tesserae-error.ts";
import type { ErrorCode } from "../errors/codes.ts";
import type { JournalEntry, RunEntry } from "../journal/entries.ts";
import { answer } from "../journal/answer.ts";
import type { JournalStore } from "../journal/journal-store.ts";

/** What the checks are run against. */
export interface StoreSubject {
  /** A store without runs. */
  empty(): Promise<JournalStore>;
  /** The same runs seen by another object, as by another process that runs at the same time. */
  other(store: JournalStore): Promise<JournalStore>;
}

/** One thing that a journal store must do. */
export interface StoreCheck {
  readonly name: string;
  /** Throws when the store does not do it. */
  run(subject: StoreSubject): Promise<void>;
}

/**
 * What every journal store must do, to be run by a test framework of your choice:
 * `for (const check of journalStoreConformance) test(check.name, () => check.run(subject))`.
 */
export const journalStoreConformance: readonly StoreCheck[] = [
  {
    name: "gives back what was appended, in order and unchanged",
    async run(subject) {
      const store = await subject.empty();
      const entries = [header("one"), ...awkward()];
      const writer = await store.open("one", "create");
      await writer.append(entries.slice(0, 1));
      await writer.append(entries.slice(1));
      await writer.close();
      deepStrictEqual(await all(await subject.other(store), "one"), entries);
      deepStrictEqual(await all(store, "one", 3), entries.slice(3));
    },
  },
  {
    name: "has written everything when an append returns",
    async run(subject) {
      const store = await subject.empty();
      const writer = await store.open("one", "create");
      await writer.append([header("one")]);
      strictEqual((await all(await subject.other(store), "one")).length, 1);
      await writer.append([]);
      await writer.append(awkward());
      strictEqual((await all(await subject.other(store), "one")).length, 1 + awkward().length);
      await writer.close();
    },
  },
  {
    name: "keeps what an entry was when it was appended, whatever becomes of the object",
    async run(subject) {
      const store = await subject.empty();
      const writer = await store.open("one", "create");
      const data = ["before"];
      await writer.append([header("one"), { e: "blob", h: "h", data }]);
      data[0] = "after";
      await writer.close();
      deepStrictEqual((await all(store, "one"))[1], { e: "blob", h: "h", data: ["before"] });
    },
  },
  {
    name: "goes on with a journal where it ended",
    async run(subject) {
      const store = await subject.empty();
      for (const [index, mode] of (["create", "append", "append"] as const).entries()) {
        const writer = await store.open("one", mode);
        await writer.append([index === 0 ? header("one") : { e: "mark", at: index, turn: index }]);
        await writer.close();
      }
      deepStrictEqual(
        (await all(store, "one")).map(({ e }) => e),
        ["run", "mark", "mark"],
      );
    },
  },
  {
    name: "has one writer at a time",
    async run(subject) {
      const store = await subject.empty();
      const other = await subject.other(store);
      const writer = await store.open("one", "create");
      await writer.append([header("one")]);
      await code(other.open("one", "append"), "ERR_JOURNAL_LOCKED");
      await code(store.open("one", "append"), "ERR_JOURNAL_LOCKED");
      await code(other.remove("one"), "ERR_JOURNAL_LOCKED");
      ok((await other.lock("one")) !== undefined);
      await writer.close();
      await writer.close();
      strictEqual(await other.lock("one"), undefined);
      await (await other.open("one", "append")).close();
    },
  },
  {
    name: "refuses to append to what was closed",
    async run(subject) {
      const store = await subject.empty();
      const writer = await store.open("one", "create");
      await writer.append([header("one")]);
      await writer.close();
      await rejects(async () => writer.append([{ e: "mark", at: 1, turn: 1 }]));
      strictEqual((await all(store, "one")).length, 1);
    },
  },
  {
    name: "refuses runs that are not there, exist already, or have a name that is none",
    async run(subject) {
      const store = await subject.empty();
      await code(store.open("one", "append"), "ERR_NOT_FOUND");
      await code(all(store, "one"), "ERR_NOT_FOUND");
      await (await store.open("one", "create")).close();
      await code(store.open("one", "create"), "ERR_INVALID_STATE");
      for (const name of ["", ".", "..", "../one", "a/b", "a\\b", "a\u0000", "x".repeat(200)]) {
        await code(store.open(name, "create"), "ERR_INVALID_ARGUMENT");
      }
    },
  },
  {
    name: "lists runs, the newest first, with their status",
    async run(subject) {
      const store = await subject.empty();
      deepStrictEqual(await store.list(), []);
      await write(store, "done", [header("done", 1), end()]);
      await write(store, "cut", [header("cut", 2)]);
      await write(store, "asks", [header("asks", 3), question()]);
      const writer = await store.open("live", "create");
      await writer.append([header("live", 4)]);
      const runs = await (await subject.other(store)).list();
      deepStrictEqual(
        runs.map(({ runId, status }) => `${runId} ${status}`),
        ["live running", "asks waiting", "cut interrupted", "done finished"],
      );
      strictEqual(runs[1]?.inputs[0]?.requestId, "q1");
      strictEqual(runs[3]?.task, "a task");
      strictEqual((await store.list({ status: "finished" })).length, 1);
      strictEqual((await store.list({ limit: 2 })).length, 2);
      strictEqual((await store.list({ name: "another" })).length, 0);
      await writer.close();
    },
  },
  {
    name: "takes one answer to an open input",
    async run(subject) {
      const store = await subject.empty();
      await write(store, "asks", [header("asks"), question()]);
      await code(answer(store, "asks", "nobody", "red"), "ERR_NOT_FOUND");
      await code(answer(store, "asks", "q1", "green"), "ERR_INVALID_ARGUMENT");
      await answer(await subject.other(store), "asks", "q1", "red");
      await code(answer(store, "asks", "q1", "blue"), "ERR_INPUT_ANSWERED");
      strictEqual((await store.list())[0]?.status, "interrupted");
    },
  },
  {
    name: "removes a run, and does not mind one that is not there",
    async run(subject) {
      const store = await subject.empty();
      await write(store, "one", [header("one")]);
      await store.remove("one");
      await store.remove("one");
      deepStrictEqual(await store.list(), []);
      await code(all(store, "one"), "ERR_NOT_FOUND");
      await write(store, "one", [header("one")]);
    },
  },
];

function header(run: string, at = 1): RunEntry {
  return {
    e: "run",
    at,
    v: 1,
    run,
    seed: "seed",
    name: "team",
    kind: "Team",
    task: "a task",
    options: {},
    limits: {},
    definition: null,
    definition_hash: null,
    state: null,
    parent: null,
    versions: {},
    labels: {},
  };
}

function awkward(): readonly JournalEntry[] {
  const texts = ["", "\n\r\u2028\u2029", "\u0000\u007f", "ä€😀", '"\\"', "x".repeat(300_000)];
  return [
    ...texts.map((data, index): JournalEntry => ({ e: "blob", h: `h${index}`, data })),
    { e: "value", a: "!time:now[0]", k: "time", value: -0.1e-7 },
    { e: "settle", a: "!x:y[0]", at: 2, o: "ok", value: { a: [null, true, { b: {} }], "": 1 }, ms: 0 },
  ];
}

function question(): JournalEntry {
  const r = { prompt: "Which?", choices: ["red", "blue"] };
  return { e: "begin", a: "/team[0]!input:request[0]", at: 2, k: "input", n: "request", q: "", r, x: "safe", id: "q1" };
}

function end(): JournalEntry {
  const totals = { usage: { prompt_tokens: 1, completion_tokens: 2 }, cost: 3, model_calls: 1, tool_calls: 0 };
  return { e: "end", at: 5, o: "finished", stop_reason: "done", messages: [], by: null, error: null, turns: 1, totals };
}

async function write(store: JournalStore, runId: string, entries: readonly JournalEntry[]): Promise<void> {
  const writer = await store.open(runId, "create");
  await writer.append(entries);
  await writer.close();
}

async function all(store: JournalStore, runId: string, from?: number): Promise<JournalEntry[]> {
  const entries: JournalEntry[] = [];
  for await (const entry of store.read(runId, from)) entries.push(entry);
  return entries;
}

async function code(promise: Promise<unknown>, expected: ErrorCode): Promise<void> {
  await rejects(promise, (error) => isTesseraeError(error, expected));
}
