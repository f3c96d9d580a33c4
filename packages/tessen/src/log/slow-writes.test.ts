import { expect, test } from "vitest";
import { SlowWrites } from "./slow-writes.ts";

test("three slow writes within a minute and none that is quick spare the caller's thread for five minutes", () => {
  const slow = new SlowWrites();
  expect([slow.add(0, 6), slow.add(1000, 1006), slow.isSlow(1500)]).toEqual([false, false, false]);
  expect(slow.add(2000, 2006)).toBe(true);
  expect([slow.isSlow(2007), slow.isSlow(302_000), slow.isSlow(302_007)]).toEqual([true, true, false]);
});

test("slow writes of one moment are one: a busy machine stops a thread more than once", () => {
  const slow = new SlowWrites();
  const added: boolean[] = [];
  for (let time = 0; time < 1990; time += 10) added.push(slow.add(time, time + 6));
  expect(added).not.toContain(true);
  expect(slow.add(2100, 2106)).toBe(true);
});

test("slow writes with quick ones between them, or far apart, are none", () => {
  const slow = new SlowWrites();
  for (let time = 0; time < 1000; time += 100) {
    expect([slow.add(time, time + 6), slow.add(time + 10, time + 16), slow.add(time + 20, time + 21)]).not.toContain(
      true,
    );
  }
  for (let time = 1000; time < 1_000_000; time += 40_000) expect(slow.add(time, time + 6)).toBe(false);
});
