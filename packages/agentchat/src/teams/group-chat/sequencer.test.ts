import fc from "fast-check";
import { expect, test } from "vitest";
import { Sequencer } from "./sequencer.ts";

test("100 tasks begin one after another in the order they were given, however long each takes", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: -1, max: 6 }), { minLength: 100, maxLength: 100 }),
      async (durations) => {
        const sequencer = new Sequencer();
        const log: string[] = [];
        const tasks = durations.map(async (ticks, index) =>
          sequencer.run(() => {
            log.push(`begin ${index}`);
            // Below 0: over at once, without a promise.
            if (ticks < 0) return void log.push(`end ${index}`);
            return (async () => {
              for (let tick = 0; tick < ticks; tick += 1) await Promise.resolve();
              log.push(`end ${index}`);
            })();
          }),
        );
        await Promise.all(tasks);
        expect(log).toEqual(durations.flatMap((_, index) => [`begin ${index}`, `end ${index}`]));
      },
    ),
  );
});

test("a task that fails tells its caller and lets the next one begin", async () => {
  const sequencer = new Sequencer();
  const log: string[] = [];
  const fail = (): never => {
    throw new Error("broken");
  };
  const first = sequencer.run(async () => {
    await Promise.resolve();
    fail();
  });
  const second = sequencer.run(fail);
  const third = sequencer.run(() => void log.push("third"));
  await expect(first).rejects.toThrow("broken");
  await expect(second).rejects.toThrow("broken");
  await third;
  expect(() => sequencer.run(fail)).toThrow("broken");
  await sequencer.run(() => void log.push("last"));
  expect(log).toEqual(["third", "last"]);
});
