import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { BullQueue } from "../../examples/queue-worker/bullmq-queue.ts";
import { MemoryQueue } from "../../examples/queue-worker/memory-queue.ts";
import type { Delivery, Queue } from "../../examples/queue-worker/queue.ts";
import { SqliteQueue } from "../../examples/queue-worker/sqlite-queue.ts";
import { SqsQueue } from "../../examples/queue-worker/sqs-queue.ts";
import { BullDouble, SqsDouble } from "./queue-doubles.ts";

const LEASE = 30_000;

interface Subject {
  readonly queue: Queue;
  readonly add: (id: string, text: string) => void;
}

function databasePath(): string {
  const folder = mkdtempSync(join(tmpdir(), "tesserae-queue-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, "tasks.db");
}

function sqlite(path: string): SqliteQueue {
  const queue = new SqliteQueue(path);
  onTestFinished(() => queue.close());
  return queue;
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
});
afterEach(() => {
  vi.useRealTimers();
});

function pass(milliseconds: number): void {
  vi.setSystemTime(Date.now() + milliseconds);
}

function subjectOf<T extends { add(id: string, text: string): void }>(tasks: T, queueOf: (tasks: T) => Queue): Subject {
  return { queue: queueOf(tasks), add: (id, text) => tasks.add(id, text) };
}

describe.each<[string, () => Subject]>([
  ["in memory", () => subjectOf(new MemoryQueue(), (queue) => queue)],
  ["in SQLite", () => subjectOf(sqlite(databasePath()), (queue) => queue)],
  ["of SQS", () => subjectOf(new SqsDouble(), (sqs) => new SqsQueue(sqs, "https://queue"))],
  ["of BullMQ", () => subjectOf(new BullDouble(LEASE), (worker) => new BullQueue(worker))],
])("a queue %s", (_name, make) => {
  async function taken(queue: Queue): Promise<Delivery> {
    const delivery = await queue.take(LEASE);
    if (delivery === undefined) throw new Error("There is no task.");
    return delivery;
  }

  test("gives each task to one, in order, and then none", async () => {
    const { queue, add } = make();
    expect(await queue.take(LEASE)).toBeUndefined();
    add("a", "first");
    add("b", "second");
    expect(await queue.take(LEASE)).toMatchObject({ id: "a", text: "first", attempt: 1 });
    expect(await queue.take(LEASE)).toMatchObject({ id: "b", text: "second", attempt: 1 });
    expect(await queue.take(LEASE)).toBeUndefined();
  });

  test("gives a task again when its lease is over, and no longer hears the one who had it", async () => {
    const { queue, add } = make();
    add("a", "first");
    const before = await taken(queue);
    pass(LEASE - 1000);
    expect(await queue.take(LEASE)).toBeUndefined();
    pass(1000);
    const after = await taken(queue);
    expect(after).toMatchObject({ id: "a", attempt: 2 });
    expect(after.receipt).not.toBe(before.receipt);
    expect(await queue.extend(before, LEASE)).toBe(false);
    expect(await queue.finish(before, { type: "again", delayMs: 0 })).toBe(false);
    expect(await queue.finish(after, { type: "done", result: {} })).toBe(true);
  });

  test("keeps a task whose lease is extended", async () => {
    const { queue, add } = make();
    add("a", "first");
    const delivery = await taken(queue);
    for (let times = 0; times < 3; times += 1) {
      pass(LEASE - 1000);
      expect(await queue.extend(delivery, LEASE)).toBe(true);
    }
    pass(LEASE - 1000);
    expect(await queue.take(LEASE)).toBeUndefined();
  });

  test.each(["done", "failed"] as const)("never gives a task again that is %s", async (type) => {
    const { queue, add } = make();
    add("a", "first");
    const delivery = await taken(queue);
    const outcome = type === "done" ? ({ type, result: {} } as const) : ({ type, error: "It broke." } as const);
    expect(await queue.finish(delivery, outcome)).toBe(true);
    pass(10 * LEASE);
    expect(await queue.take(LEASE)).toBeUndefined();
  });

  test("gives a task again after the delay that was asked for", async () => {
    const { queue, add } = make();
    add("a", "first");
    await queue.finish(await taken(queue), { type: "again", delayMs: 4000 });
    pass(3000);
    expect(await queue.take(LEASE)).toBeUndefined();
    pass(1000);
    expect(await queue.take(LEASE)).toMatchObject({ id: "a", attempt: 2 });
  });
});

describe.each<[string, () => MemoryQueue | SqliteQueue]>([
  ["in memory", () => new MemoryQueue()],
  ["in SQLite", () => sqlite(databasePath())],
])("a queue %s that keeps results", (_name, make) => {
  test("knows how each task ended, and adds none twice", async () => {
    const queue = make();
    queue.add("a", "first");
    queue.add("a", "other");
    const delivery = await queue.take(LEASE);
    expect(delivery?.text).toBe("first");
    expect(queue.outcome("a")).toBeUndefined();
    if (delivery !== undefined) await queue.finish(delivery, { type: "done", result: { answer: 42 } });
    expect(queue.outcome("a")).toEqual({ type: "done", result: { answer: 42 } });
    queue.add("a", "again");
    expect(await queue.take(LEASE)).toBeUndefined();
  });

  test("takes a task that failed once more", async () => {
    const queue = make();
    queue.add("a", "first");
    const delivery = await queue.take(LEASE);
    if (delivery !== undefined) await queue.finish(delivery, { type: "failed", error: "Nobody was there." });
    expect(queue.outcome("a")).toEqual({ type: "failed", error: "Nobody was there." });
    queue.add("a", "first");
    expect(queue.outcome("a")).toBeUndefined();
    expect(await queue.take(LEASE)).toMatchObject({ id: "a", attempt: 1 });
  });
});

test("two connections to one database never get the same task", async () => {
  const path = databasePath();
  const queues = [sqlite(path), sqlite(path)];
  for (let number = 0; number < 50; number += 1) queues[0]?.add(`${number}`, "task");
  const ids: string[] = [];
  for (let turn = 0; turn < 50; turn += 1) {
    for (const queue of queues) {
      const delivery = await queue.take(LEASE);
      if (delivery !== undefined) ids.push(delivery.id);
    }
  }
  expect(ids.length).toBe(50);
  expect(new Set(ids).size).toBe(50);
});

test("BullMQ gets the result and the error", async () => {
  const worker = new BullDouble(LEASE);
  const queue = new BullQueue(worker);
  worker.add("a", "first");
  worker.add("b", "second");
  const deliveries = [await queue.take(), await queue.take()];
  const outcomes = [
    { type: "done", result: { answer: 42 } },
    { type: "failed", error: "It broke." },
  ] as const;
  for (const [index, delivery] of deliveries.entries()) {
    const outcome = outcomes[index];
    if (delivery !== undefined && outcome !== undefined) await queue.finish(delivery, outcome);
  }
  expect(worker.ended).toEqual([{ answer: 42 }, "It broke."]);
});
