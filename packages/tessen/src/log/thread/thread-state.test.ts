import { expect, test } from "vitest";
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
