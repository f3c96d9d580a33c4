import { expect, test } from "vitest";
import { SlowWrites } from "./slow-writes.ts";

test("three slow writes in a row within a minute spare the caller's thread for five minutes", () => {
  const slow = new SlowWrites();
  expect([slow.add(0, 6), slow.add(10, 16), slow.isSlow(20)]).toEqual([false, false, false]);
  expect(slow.add(20, 26)).toBe(true);
  expect([slow.isSlow(27), slow.isSlow(300_000), slow.isSlow(300_027)]).toEqual([true, true, false]);
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
