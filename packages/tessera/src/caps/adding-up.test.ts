import { expect, test, vi } from "vitest";
import { AddingUp } from "./adding-up.ts";

test("rows are added up a group at a time, with rests, whatever fails, and at the end what is left", () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    let groups = 3;
    let calls = 0;
    const days = {
      catchUp: (): boolean => {
        calls += 1;
        if (calls === 2) throw new Error("database is locked");
        groups = Math.max(0, groups - 1);
        return groups > 0;
      },
    };
    const adding = new AddingUp(days);
    vi.advanceTimersByTime(500);
    expect([calls, groups]).toEqual([1, 2]);
    // Soon again, since there was more; and after what failed as well.
    vi.advanceTimersByTime(20);
    expect([calls, groups]).toEqual([2, 2]);
    vi.advanceTimersByTime(500);
    expect([calls, groups]).toEqual([3, 1]);
    groups = 5;
    adding.end();
    expect(groups).toBe(0);
    const before = calls;
    vi.advanceTimersByTime(10_000);
    expect(calls).toBe(before);
  } finally {
    vi.useRealTimers();
  }
});
