import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { deferred } from "../deferred.ts";
import { collect, rejection } from "../testing/collect.ts";
import { PushedItems } from "./pushed-items.ts";

describe("pushed items", () => {
  test("come in order, those pushed before they are asked for included", async () => {
    const items = new PushedItems<number>(undefined, async (_, emit) => {
      for (let item = 0; item < 3; item += 1) emit(item);
      await Promise.resolve();
      for (let item = 3; item < 6; item += 1) emit(item);
    });
    expect(await collect(items)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(await items.next()).toEqual({ done: true, value: undefined });
  });

  test("are answered to several who ask at once, in the order of asking", async () => {
    const items = new PushedItems<number>(undefined, async (_, emit) => {
      await Promise.resolve();
      emit(1);
      emit(2);
    });
    const asked = await Promise.all([items.next(), items.next(), items.next()]);
    expect(asked.map(({ value }) => value)).toEqual([1, 2, undefined]);
  });

  test("start with the first who asks", async () => {
    let started = false;
    const items = new PushedItems<number>(undefined, async () => {
      started = true;
    });
    expect(started).toBe(false);
    await items.next();
    expect(started).toBe(true);
  });

  test("give an error after the items, once", async () => {
    const items = new PushedItems<number>(undefined, async (_, emit) => {
      emit(1);
      throw new Error("broken");
    });
    expect(await items.next()).toEqual({ done: false, value: 1 });
    expect(String(await rejection(items.next()))).toMatch(/broken/);
    expect(await items.next()).toEqual({ done: true, value: undefined });
  });

  test("leaving the loop early aborts the producer and waits for its end", async () => {
    const order: string[] = [];
    const items = new PushedItems<number>(undefined, async (signal, emit) => {
      emit(1);
      emit(2);
      await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
      await Promise.resolve();
      order.push("ended");
    });
    for await (const item of items) {
      order.push(String(item));
      break;
    }
    order.push("left");
    expect(order).toEqual(["1", "ended", "left"]);
    expect(await items.next()).toEqual({ done: true, value: undefined });
  });

  test("that nobody ever asked for never start when they are left", async () => {
    let started = false;
    const items = new PushedItems<number>(undefined, async () => {
      started = true;
    });
    await items.return();
    expect(await items.next()).toEqual({ done: true, value: undefined });
    expect(started).toBe(false);
  });

  test("an abort from outside reaches the producer and drops what nobody took", async () => {
    const controller = new AbortController();
    const end = deferred<void>();
    const items = new PushedItems<number>(controller.signal, async (signal, emit) => {
      emit(1);
      emit(2);
      emit(3);
      await end.promise;
      expect(signal.reason).toBe("enough");
    });
    expect(await items.next()).toEqual({ done: false, value: 1 });
    controller.abort("enough");
    end.resolve();
    expect(await items.next()).toEqual({ done: true, value: undefined });
  });

  test("a signal that is aborted already is seen by the producer", async () => {
    const items = new PushedItems<boolean>(AbortSignal.abort(), async (signal, emit) => emit(signal.aborted));
    expect(await collect(items)).toEqual([true]);
  });

  test("whatever the pauses of either side, nothing is lost and nothing changes places", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 30 }), fc.array(fc.boolean()), async (pushes, pulls) => {
        const items = new PushedItems<number>(undefined, async (_, emit) => {
          for (const [index, pause] of pushes.entries()) {
            if (pause) await Promise.resolve();
            emit(index);
          }
        });
        const got: number[] = [];
        for await (const item of items) {
          if (pulls[got.length] === true) await Promise.resolve();
          got.push(item);
        }
        expect(got).toEqual(pushes.map((_, index) => index));
      }),
    );
  });
});
