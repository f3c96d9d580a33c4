import { describe, expect, test } from "vitest";
import { raceSignal } from "./abort.ts";
import { isAbortError } from "./errors/kinds.ts";

/** A signal that counts its listeners. */
function countedSignal(): { readonly controller: AbortController; readonly listeners: () => number } {
  const controller = new AbortController();
  const { signal } = controller;
  let count = 0;
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (...args: Parameters<AbortSignal["addEventListener"]>) => {
    count += 1;
    addEventListener.apply(signal, args);
  };
  signal.removeEventListener = (...args: Parameters<AbortSignal["removeEventListener"]>) => {
    count -= 1;
    removeEventListener.apply(signal, args);
  };
  return { controller, listeners: () => count };
}

describe("a promise against a signal", () => {
  test("without a signal is the promise itself", () => {
    const promise = Promise.resolve(1);
    expect(raceSignal(promise, undefined)).toBe(promise);
  });

  test("gives the value or the error, and leaves no listener behind", async () => {
    const { controller, listeners } = countedSignal();
    expect(await raceSignal(Promise.resolve(1), controller.signal)).toBe(1);
    await expect(raceSignal(Promise.reject(new Error("broken")), controller.signal)).rejects.toThrow("broken");
    expect(listeners()).toBe(0);
  });

  test("rejects at once on an abort, with the reason as the cause; what comes later is ignored", async () => {
    const controller = new AbortController();
    let fail: (error: Error) => void = () => undefined;
    const late = new Promise<never>((_, reject) => (fail = reject));
    const racing = raceSignal(late, controller.signal);
    controller.abort("enough");
    const error: unknown = await racing.catch((reason: unknown) => reason);
    expect(isAbortError(error)).toBe(true);
    expect(error).toMatchObject({ cause: "enough", code: "ERR_ABORTED" });
    fail(new Error("late, and nobody's business"));
    await Promise.resolve();
  });

  test("rejects when the signal is aborted already, though the promise is settled", async () => {
    await expect(raceSignal(Promise.resolve(1), AbortSignal.abort())).rejects.toMatchObject({ code: "ERR_ABORTED" });
    await expect(raceSignal(Promise.reject(new Error("x")), AbortSignal.abort())).rejects.toMatchObject({
      code: "ERR_ABORTED",
    });
  });
});
