import { OpenedOnce } from "../../shared/opened-once.ts";

/** What a session must be able to do: to end, with all that it holds. */
interface Closable {
  close(): Promise<void>;
}

/** What an executor has between `start` and `stop`: one session, which all calls share, and the calls that run in it. */
export class CurrentSession<Session extends Closable> {
  readonly #make: () => Promise<Session>;
  readonly #running = new Map<AbortController, Promise<unknown>>();
  readonly #session = new OpenedOnce<Session>();

  /** `make` opens a session. */
  constructor(make: () => Promise<Session>) {
    this.#make = make;
  }

  /** The session; `undefined` before it is open, and after `close`. */
  get opened(): Session | undefined {
    return this.#session.opened;
  }

  /**
   * Opens the session, unless another call does or did. After a failure the next call tries again.
   *
   * @throws what `make` throws.
   */
  open(): Promise<Session> {
    return this.#session.open(this.#make);
  }

  /** Does work that `close` breaks off and waits for. It gets a signal, which follows the one that is given, too. */
  async run<Result>(work: (signal: AbortSignal) => Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
    const controller = new AbortController();
    const onAbort = (): void => controller.abort(signal?.reason);
    signal?.addEventListener("abort", onAbort, { once: true });
    const running = work(controller.signal);
    this.#running.set(controller, running);
    try {
      return await running;
    } finally {
      this.#running.delete(controller);
      signal?.removeEventListener("abort", onAbort);
    }
  }

  /** Breaks off what runs, and closes the session once it has ended. Another may be opened meanwhile. */
  async close(): Promise<void> {
    const taken = this.#session.take();
    for (const controller of this.#running.keys()) controller.abort();
    await Promise.allSettled(this.#running.values());
    const session = await taken;
    await session?.close();
  }
}
