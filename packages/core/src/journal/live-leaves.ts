import { isTesseraeError, type TesseraeError } from "../errors/tesserae-error.ts";
import type { LeafIo } from "../effects/effect-spec.ts";
import { CancelledError, RuntimeError } from "../errors/kinds.ts";
import type { Json } from "../json.ts";
import type { Ask, RunningBody } from "./ask.ts";
import type { BeginEntry, SettleEntry, SignalEntry } from "./entries.ts";
import { showItems } from "./follower.ts";
import { inDoubtError, type InDoubt } from "./in-doubt.ts";
import type { JournalLog } from "./journal-log.ts";
import { openLeaf, type Performance } from "./observed-session.ts";
import type { OpenLeaf } from "./open-leaf.ts";
import { beginEntry, decisionOf, failure, readSettle, settle, type Outcome, type Settled } from "./outcome.ts";
import type { Packer } from "./packer.ts";
import type { Recording } from "./recording.ts";
import type { RunSession } from "./run-session.ts";
import { reservationOf } from "./spent-before.ts";

/** What {@link LiveLeaves} need of their session. */
export interface LiveHost extends RunSession {
  readonly log: JournalLog;
  readonly packer: Packer;
  readonly recording: Recording | undefined;
  readonly inDoubt: InDoubt;
  /** The caller has aborted; the run hears of it at its place in the order. */
  readonly aborting: boolean;
  /** Runs the body of a leaf, published. */
  run<T>(
    ask: Pick<Ask<T>, "context" | "spec">,
    leaf: OpenLeaf,
    perform: (io: LeafIo) => Promise<T>,
    how: Performance,
  ): Promise<T>;
  release(ask: Ask, entry: SettleEntry, settled: Settled<unknown>): void | Promise<void>;
  fail(error: TesseraeError): void;
  wake(): void;
}

/** Something that waits for its place in the order. */
interface Queued {
  readonly entry: SettleEntry | SignalEntry | undefined;
  /** Called right before the entry is written. */
  readonly starting?: (() => void) | undefined;
  readonly done: () => void | Promise<void>;
  /** Called instead of `done` when the run ends before. */
  readonly dropped?: () => void;
}

/** Performs leaves, and puts what they came to into the order of their arrival. */
export class LiveLeaves {
  readonly #host: LiveHost;
  readonly #open = new Map<string, Ask>();
  readonly #queue: Queued[] = [];
  /** How an open input is answered from outside, by request id. */
  readonly #inputs = new Map<string, (value: Json) => void>();
  #ended = false;

  constructor(host: LiveHost) {
    this.#host = host;
  }

  get open(): readonly Ask[] {
    return [...this.#open.values()];
  }

  /** From now on what comes in is too late. */
  stop(): void {
    this.#ended = true;
    for (const { dropped } of this.#queue.splice(0)) dropped?.();
  }

  /**
   * The run was aborted and is over. What has an outcome keeps it; what is open ends as aborted, with what had come.
   * Written with the next entry that cannot wait: the end.
   */
  settleAborted(reason: unknown): void {
    this.#ended = true;
    for (const { entry, done, dropped } of this.#queue.splice(0)) {
      if (entry?.e !== "settle") dropped?.();
      else {
        this.#host.log.later(entry);
        void done();
      }
    }
    const { packer, log } = this.#host;
    for (const ask of this.open) {
      const { leaf, items, began } = ask.running ?? this.#unstarted(ask);
      const outcome: Outcome<unknown> = { o: "aborted", error: new CancelledError(undefined, { cause: reason }) };
      const { settled, entry } = settle(ask, outcome, leaf, items, performance.now() - began, packer);
      log.later(entry);
      // Whoever waits for it may be gone.
      ask.promise.catch(() => undefined);
      void this.#release(ask, entry, settled);
    }
  }

  start(ask: Ask): void {
    const { recording } = this.#host;
    this.#open.set(ask.address, ask);
    const begin = recording?.begins.get(ask.address);
    const same = begin !== undefined && begin.q === ask.hash;
    const moved = recording?.moved.get(ask.address);
    recording?.moved.delete(ask.address);
    if (moved !== undefined && same && recording !== undefined) {
      this.#answerMoved(ask, moved, recording);
    } else if (!same || moved !== undefined) this.#begin(ask);
    else void this.#again(ask, begin);
  }

  /** Puts something from outside into the order; resolves when it is there. */
  signal(entry: SignalEntry, apply: () => void, starting?: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#push({
        entry,
        starting,
        done: () => {
          apply();
          resolve();
        },
        dropped: () => reject(new RuntimeError("The run ended before it took this.")),
      });
    });
  }

  /** Answers an open input; false when there is none of this id. @throws when the value is no answer to it. */
  answer(requestId: string, value: Json): boolean {
    const input = this.#inputs.get(requestId);
    input?.(value);
    this.#inputs.delete(requestId);
    return input !== undefined;
  }

  step(): boolean | Promise<boolean> {
    const next = this.#queue.shift();
    if (next === undefined) return false;
    try {
      next.starting?.();
      const written = next.entry === undefined ? undefined : this.#host.log.now(next.entry);
      const done = written === undefined ? next.done() : written.then(next.done);
      return done === undefined
        ? this.#queue.length > 0
        : done.then(
            () => true,
            (error: unknown) => this.#failed(error),
          );
    } catch (error) {
      return this.#failed(error);
    }
  }

  #failed(error: unknown): boolean {
    // The log throws nothing else than its own error.
    if (isTesseraeError(error)) this.#host.fail(error);
    return false;
  }

  #push(item: Queued): void {
    if (this.#ended) {
      item.dropped?.();
      return;
    }
    this.#queue.push(item);
    this.#host.wake();
  }

  /** A leaf that has not begun before. */
  #begin(ask: Ask): void {
    const { spec } = ask;
    const refused = reserve(ask);
    const entry = beginEntry(ask, Date.now());
    const durable = refused === undefined && (entry.x !== "safe" || spec.input !== undefined);
    const go = (): void => {
      if (refused === undefined) this.#perform(ask, undefined);
      else this.#refuse(ask, refused.error);
    };
    try {
      const written = durable ? this.#host.log.now(entry) : this.#host.log.later(entry);
      if (written === undefined) go();
      else written.then(go, (error: unknown) => this.#failed(error));
    } catch (error) {
      this.#failed(error);
    }
  }

  /** A person wants it repeated: once, so the new start is written like the first. */
  #beginAgain(ask: Ask, begunAt: number): void {
    try {
      const written = this.#host.log.now(beginEntry(ask, Date.now()));
      if (written === undefined) this.#perform(ask, begunAt);
      else
        written.then(
          () => this.#perform(ask, begunAt),
          (error: unknown) => this.#failed(error),
        );
    } catch (error) {
      this.#failed(error);
    }
  }

  /** A leaf that had begun before a crash and has no outcome. */
  async #again(ask: Ask, begin: BeginEntry): Promise<void> {
    const { spec } = ask;
    const answer = spec.input === undefined ? undefined : this.#host.recording?.answers.get(begin.id ?? "");
    if (answer === undefined && begin.x === "safe") {
      // It is sent once more, beside others that are: what it may take is set aside as for the first time.
      const refused = reserve(ask);
      if (refused === undefined) this.#perform(ask, begin.at);
      else this.#refuse(ask, refused.error);
      return;
    }
    ask.reservation = spec.account?.reserve(true);
    if (answer !== undefined) this.#settle(ask, answerOutcome(ask, answer));
    else if (spec.input !== undefined) this.#perform(ask, begin.at);
    else if (begin.x === "never") this.#refuse(ask, inDoubtError(ask, begin));
    else {
      try {
        this.#decide(ask, begin, await this.#host.inDoubt.ask(ask, begin));
      } catch (error) {
        this.#wait(ask, error);
      }
    }
  }

  #decide(ask: Ask, begin: BeginEntry, decided: Json): void {
    const decision = decisionOf(decided);
    if (decision?.choice === "repeat") this.#beginAgain(ask, begin.at);
    else if (decision?.choice === "done") {
      this.#settle(ask, answerOutcome(ask, decision.value));
    } else this.#refuse(ask, inDoubtError(ask, begin));
  }

  /** An outcome from after a place that was taken back, to the same request: it stands, at its new place. */
  #answerMoved<T>(ask: Ask<T>, moved: SettleEntry, recording: Recording): void {
    // It is counted already.
    if (ask.spec.account !== undefined) ask.reservation = reservationOf(moved);
    const { settled, items } = readSettle<T>(ask.spec, moved, (json) => recording.read(json));
    void showItems(ask, items);
    const entry: SettleEntry = { ...moved, at: Date.now() };
    this.#push({ entry, done: () => this.#release(ask, entry, settled) });
  }

  #perform<T>(ask: Ask<T>, begunAt: number | undefined): void {
    // Its start was being written when the run ended.
    if (this.#ended) return;
    const { spec } = ask;
    const leaf = openLeaf(this.#host, spec.kind, ask.address);
    const items: unknown[] = [];
    let restarted = begunAt !== undefined;
    const emit = (item: unknown): void | Promise<void> => {
      items.push(item);
      const info = restarted ? { restarted } : {};
      restarted = false;
      return spec.items?.deliver(item, info);
    };
    const context = this.#answerable(ask);
    const began = performance.now();
    ask.running = { leaf, items, began };
    const finish = (outcome: Outcome<T>): void => this.#finish(ask, outcome, leaf, items, performance.now() - began);
    const how = { idempotencyKey: () => ask.idempotencyKey, begunAt, emit };
    this.#host
      .run({ context, spec }, leaf, ask.perform, how)
      .then(
        (value) => finish({ o: "ok", value }),
        (error: unknown) => {
          if (isTesseraeError(error, "ERR_INPUT_WAITING")) this.#wait(ask, error);
          else finish(failure(error, this.#host.aborting || context.signal?.aborted === true));
        },
      )
      // A consumer of items cannot break the books.
      .catch((error: unknown) => this.#failed(error));
  }

  /** An input can be answered from outside while it is put: then it is put no longer. */
  #answerable(ask: Ask): Ask["context"] {
    const requestId = ask.spec.input?.requestId;
    const { context } = ask;
    if (requestId === undefined) return context;
    const answered = new AbortController();
    this.#inputs.set(requestId, (value) => {
      const outcome = answerOutcome(ask, value);
      if (outcome.o !== "ok") throw outcome.error;
      const signal: SignalEntry = {
        e: "signal",
        at: Date.now(),
        k: "answer",
        to: ask.address,
        value: { request_id: requestId, value },
      };
      this.signal(signal, () => {
        this.#settle(ask, outcome);
        answered.abort();
      }).catch(() => undefined);
    });
    const { signal } = context;
    return context.withSignal(signal === undefined ? answered.signal : AbortSignal.any([signal, answered.signal]));
  }

  #finish<T>(ask: Ask<T>, outcome: Outcome<T>, leaf: OpenLeaf, items: readonly unknown[], ms: number): void {
    // Ended, or answered from outside meanwhile: too late.
    if (this.#ended || this.#open.get(ask.address) !== ask || ask.taken) return;
    ask.taken = true;
    const { settled, entry } = settle(ask, outcome, leaf, items, ms, this.#host.packer);
    if (ask.spec.input?.requestId !== undefined) this.#inputs.delete(ask.spec.input.requestId);
    this.#push({ entry, done: () => this.#release(ask, entry, settled) });
  }

  #settle<T>(ask: Ask<T>, outcome: Outcome<T>): void {
    this.#finish(ask, outcome, openLeaf(this.#host, ask.spec.kind, ask.address), [], 0);
  }

  #unstarted({ spec, address }: Ask): RunningBody {
    return { leaf: openLeaf(this.#host, spec.kind, address), items: [], began: performance.now() };
  }

  #refuse(ask: Ask, error: unknown): void {
    this.#settle(ask, { o: "error", error });
  }

  /** Nobody is there to answer: the asker learns it, the journal keeps the question open. */
  #wait(ask: Ask, error: unknown): void {
    if (this.#ended || ask.taken) return;
    this.#push({
      entry: undefined,
      done: () => {
        this.#open.delete(ask.address);
        ask.reject(error);
      },
    });
  }

  #release<T>(ask: Ask<T>, entry: SettleEntry, settled: Settled<T>): void | Promise<void> {
    this.#open.delete(ask.address);
    return this.#host.release(ask, entry, settled);
  }
}

/** Sets aside what a leaf may take; gives the error where it may not. */
function reserve(ask: Ask): { readonly error: unknown } | undefined {
  try {
    ask.reservation = ask.spec.account?.reserve(false);
    return undefined;
  } catch (error) {
    return { error };
  }
}

/** What somebody outside says that a leaf came to. */
function answerOutcome({ spec }: Ask, value: Json): Outcome<unknown> {
  try {
    return { o: "ok", value: spec.codec === undefined ? value : spec.codec.decode(value) };
  } catch (error) {
    return { o: "error", error };
  }
}
