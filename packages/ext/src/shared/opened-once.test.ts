import { expect, test } from "vitest";
import { OpenedOnce } from "./opened-once.ts";

/** Makes another number each time, after a while. */
function numbers(): () => Promise<number> {
  let last = 0;
  return async () => {
    await Promise.resolve();
    return (last += 1);
  };
}

test("all share what the first has opened; what is taken away is opened anew", async () => {
  const once = new OpenedOnce<number>();
  const make = numbers();
  expect(once.opened).toBeUndefined();
  expect(await Promise.all([once.open(make), once.open(make)])).toEqual([1, 1]);
  expect(once.opened).toBe(1);
  expect(await once.take()).toBe(1);
  expect(once.opened).toBeUndefined();
  expect(await once.take()).toBeUndefined();
  expect(await once.open(make)).toBe(2);
});

test("what could not be opened is tried again by the next", async () => {
  const once = new OpenedOnce<number>();
  await expect(once.open(() => Promise.reject(new Error("nobody answers")))).rejects.toThrow("nobody answers");
  expect(once.opened).toBeUndefined();
  expect(await once.open(numbers())).toBe(1);
});

test("what is taken away while it is opened goes to who took it, and to who waits for it", async () => {
  const once = new OpenedOnce<number>();
  const opening = once.open(numbers());
  expect(await once.take()).toBe(1);
  expect(await opening).toBe(1);
  expect(once.opened).toBeUndefined();
});

test("what fails to open while it is taken away is nothing to close", async () => {
  const once = new OpenedOnce<number>();
  const opening = once.open(() => Promise.reject(new Error("nobody answers")));
  expect(await once.take()).toBeUndefined();
  await expect(opening).rejects.toThrow("nobody answers");
});
