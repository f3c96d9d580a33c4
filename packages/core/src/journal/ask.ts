import type { LeafIo, LeafSpec } from "../effects/effect-spec.ts";
import type { Json } from "../json.ts";
import { idempotencyKey, type RunIdentity } from "./derived.ts";
import type { OpenLeaf } from "./open-leaf.ts";
import type { Reservation } from "../run/meter.ts";
import type { RunContext } from "../run/run-context.ts";

/** What makes an {@link Ask}. */
export interface AskInit<T> {
  readonly address: string;
  readonly context: RunContext;
  readonly spec: LeafSpec<T>;
  readonly perform: (io: LeafIo) => Promise<T>;
  /** The request as it is written, and its hash. */
  readonly request: Json;
  readonly hash: string;
  /** What the idempotency key is derived from. */
  readonly identity: RunIdentity;
}

/** The two ends of a promise; methods, so that asks of any value go into one list. */
interface Settlers<T> {
  resolve(value: T): void;
  reject(error: unknown): void;
}

/** What the body of a leaf has given so far. */
export interface RunningBody {
  readonly leaf: OpenLeaf;
  readonly items: readonly unknown[];
  /** When it began, on the clock of `performance.now()`. */
  readonly began: number;
}

/** A leaf effect that somebody asked for and that has no outcome yet. */
export class Ask<T = unknown> {
  readonly address: string;
  readonly context: RunContext;
  readonly spec: LeafSpec<T>;
  readonly perform: (io: LeafIo) => Promise<T>;
  readonly request: Json;
  readonly hash: string;
  readonly #identity: RunIdentity;
  readonly promise: Promise<T>;
  #settlers: Settlers<T> | undefined;
  reservation: Reservation | undefined;
  /** True when it has an outcome that waits for its place in the order. */
  taken = false;
  /** Set while it is performed. */
  running: RunningBody | undefined;

  constructor(init: AskInit<T>) {
    this.address = init.address;
    this.context = init.context;
    this.spec = init.spec;
    this.perform = init.perform;
    this.request = init.request;
    this.hash = init.hash;
    this.#identity = init.identity;
    this.promise = new Promise((resolve, reject) => {
      this.#settlers = { resolve, reject };
    });
  }

  /** Derived when it is asked for: most effects never use it. */
  get idempotencyKey(): string {
    return idempotencyKey(this.#identity, this.address);
  }

  resolve(value: T): void {
    this.#settlers?.resolve(value);
  }

  reject(error: unknown): void {
    this.#settlers?.reject(error);
  }

  /** Rejects because the whole run is over: whoever does not wait for this any more need not be told. */
  abandon(reason: unknown): void {
    this.promise.catch(() => undefined);
    this.reject(reason);
  }
}
