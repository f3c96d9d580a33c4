import { define } from "../define.ts";
import type { OpenCall, OpenCalls } from "../open-calls.ts";
import type { SdkCall } from "./sdk-call.ts";

/** A promise of an SDK's that reads the answer only for whoever waits for it. */
interface ReadingPromise {
  readonly responsePromise: Promise<unknown>;
  readonly parse: () => unknown;
  readonly _thenUnwrap?: unknown;
}

/**
 * Lets calls know the objects that their SDK makes of answers, for events that tell them, too. Nothing is asked of the
 * SDK: a caller who reads the response alone makes it make none.
 */
export class SdkObjects {
  readonly #calls = new WeakMap<object, SdkCall>();

  /** The trunk gave this for a call. */
  resolved(result: object, call: SdkCall): void {
    this.#calls.set(result, call);
  }

  /** Watches what a method of the SDK gives its caller, and what is made of that. */
  watch(promise: unknown): void {
    if (!isReadingPromise(promise)) return;
    const { parse, responsePromise, _thenUnwrap: unwrap } = promise;
    define(promise, "parse", () => {
      const reading = Reflect.apply(parse, promise, []);
      if (reading instanceof Promise) {
        void responsePromise.then(
          (result) => this.#of(result)?.reads(reading),
          () => undefined,
        );
      }
      return reading;
    });
    if (typeof unwrap !== "function") return;
    define(promise, "_thenUnwrap", (...args: unknown[]) => {
      const made: unknown = Reflect.apply(unwrap, promise, args);
      this.watch(made);
      return made;
    });
  }

  #of(result: unknown): SdkCall | undefined {
    return typeof result === "object" && result !== null ? this.#calls.get(result) : undefined;
  }
}

/** A call whose answer is over while its SDK makes an object of it. Done without it when the recording ends first. */
export class ObjectInTheMaking implements OpenCall {
  readonly lastActivity: number = performance.now();
  readonly #open: OpenCalls;
  readonly #done: (json: string | undefined) => void;
  #isOver = false;

  /** @param done gets the object as JSON text; undefined where there is none. */
  constructor(making: Promise<unknown>, open: OpenCalls, done: (json: string | undefined) => void) {
    this.#open = open;
    this.#done = done;
    open.add(this);
    void making.then(
      (made) => this.#finish(jsonOf(made)),
      () => this.#finish(undefined),
    );
  }

  close(): void {
    this.#finish(undefined);
  }

  #finish(json: string | undefined): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#open.delete(this);
    this.#done(json);
  }
}

/** Data as JSON text. A stream, a page or a response is no data; what runs in circles is none that JSON has. */
function jsonOf(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null && !Array.isArray(value)) return undefined;
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

function isReadingPromise(value: unknown): value is ReadingPromise {
  if (!(value instanceof Promise) || !("responsePromise" in value && "parse" in value)) return false;
  return value.responsePromise instanceof Promise && typeof value.parse === "function";
}
