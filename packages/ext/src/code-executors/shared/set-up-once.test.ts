import { CancelledError } from "@tesserae/core";
import { expect, test } from "vitest";
import { SetUpOnce } from "./set-up-once.ts";

/** Work that ends when it is told to. */
function slowly(): {
  readonly work: () => Promise<void>;
  readonly end: () => void;
  readonly fail: (error: Error) => void;
} {
  let end = (): void => {};
  let fail: (error: Error) => void = () => {};
  const done = new Promise<void>((resolve, reject) => {
    end = resolve;
    fail = reject;
  });
  return { work: () => done, end, fail };
}

test("calls for one session do the work once, and wait for it; another session is another work", async () => {
  const setUp = new SetUpOnce<string>();
  const { work, end } = slowly();
  let count = 0;
  const counted = (): Promise<void> => {
    count += 1;
    return work();
  };
  const calls = [1, 2, 3].map(() => setUp.ensure("one", counted, undefined));
  end();
  await Promise.all(calls);
  await setUp.ensure("one", counted, undefined);
  expect(count).toBe(1);
  await setUp.ensure("two", counted, undefined);
  expect(count).toBe(2);
});

test("after a failure, which the call that did it gets, the next one tries again", async () => {
  const setUp = new SetUpOnce<string>();
  const { work, fail } = slowly();
  const first = setUp.ensure("one", work, undefined);
  const second = setUp.ensure("one", () => Promise.resolve(), undefined);
  fail(new Error("no"));
  await expect(first).rejects.toThrow("no");
  await second;
});

test("who waits for another's work can be aborted; the work goes on", async () => {
  const setUp = new SetUpOnce<string>();
  const { work, end } = slowly();
  const first = setUp.ensure("one", work, undefined);
  const controller = new AbortController();
  const second = setUp.ensure("one", work, controller.signal);
  controller.abort();
  await expect(second).rejects.toThrow(CancelledError);
  end();
  await first;
});
