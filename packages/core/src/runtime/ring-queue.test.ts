import * as fc from "fast-check";
import { expect, test } from "vitest";
import { RingQueue } from "./ring-queue.ts";

test("behaves like an array with push and shift, whatever the order of calls", () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.nat(300), fc.constant("shift"), fc.constant("drain")), { maxLength: 60 }),
      (steps) => {
        const queue = new RingQueue<number>();
        const model: number[] = [];
        let next = 0;
        for (const step of steps) {
          if (typeof step === "number") {
            for (let index = 0; index < step; index += 1) {
              queue.push(next);
              model.push(next);
              next += 1;
            }
          } else if (step === "shift") {
            for (let index = 0; index < 50; index += 1) expect(queue.shift()).toBe(model.shift());
          } else {
            expect(queue.drain()).toEqual(model.splice(0));
          }
          expect(queue.length).toBe(model.length);
          expect(queue.at(0)).toBe(model[0]);
          expect(queue.at(model.length - 1)).toBe(model.at(-1));
          expect(queue.at(model.length)).toBeUndefined();
          expect(queue.at(-1)).toBeUndefined();
        }
      },
    ),
  );
});
