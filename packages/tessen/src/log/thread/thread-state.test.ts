import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { expect, onTestFinished, test } from "vitest";
import { ThreadState } from "./thread-state.ts";

test("both sides of the memory see what was given, claimed and written", () => {
  const giver = new ThreadState();
  const writer = new ThreadState(giver.memory);
  giver.give();
  giver.give();
  expect([writer.given, writer.claim(), giver.written]).toEqual([2, true, 0]);
  writer.wrote();
  expect(giver.written).toBe(1);
});

test("after a stop nothing is claimed, and a wait ends at once", () => {
  const giver = new ThreadState();
  const writer = new ThreadState(giver.memory);
  giver.give();
  expect(writer.claim()).toBe(true);
  giver.stop();
  expect([writer.isStopped, writer.claim()]).toEqual([true, false]);
  giver.wait(600_000);
  expect(giver.written).toBe(0);
});

test("a wait ends when all is written, or when its time is over", () => {
  const giver = new ThreadState();
  giver.wait(600_000);
  giver.give();
  giver.wait(1);
  giver.claim();
  giver.wrote();
  giver.wait(600_000);
  expect(giver.written).toBe(1);
});

test("after a stop a record that is being written is waited for, until it is written, left, or the time is over", () => {
  const giver = new ThreadState();
  const writer = new ThreadState(giver.memory);
  giver.waitForClaimed(600_000);
  giver.give();
  giver.give();
  writer.claim();
  giver.stop();
  giver.waitForClaimed(1);
  writer.wrote();
  giver.waitForClaimed(600_000);
  expect([giver.written, giver.isStopped]).toEqual([1, true]);

  const other = new ThreadState();
  other.give();
  other.claim();
  other.stop();
  other.leave();
  other.waitForClaimed(600_000);
  expect([other.written, other.isStopped, other.claim()]).toEqual([0, true, false]);
});

test("another thread that has claimed a record writes it before the wait ends", async () => {
  const giver = new ThreadState();
  giver.give();
  // It writes once it is told to stop, at the worst moment.
  const code = `
    const { workerData, parentPort } = require("node:worker_threads");
    import(workerData.file).then(({ ThreadState }) => {
      const state = new ThreadState(workerData.memory);
      state.claim();
      parentPort.postMessage("claimed");
      while (!state.isStopped);
      state.wrote();
    });`;
  const file = import.meta.resolve("./thread-state.ts");
  const worker = new Worker(code, { eval: true, workerData: { memory: giver.memory, file } });
  onTestFinished(() => void worker.terminate());
  await once(worker, "message");
  giver.stop();
  giver.waitForClaimed(600_000);
  expect(giver.written).toBe(1);
});
