import { TesseraeError } from "../errors/tesserae-error.ts";
import type { Ask } from "./ask.ts";
import { DivergenceError } from "./divergence.ts";
import type { SettleEntry, SignalEntry } from "./entries.ts";
import { readSettle, type Settled } from "./outcome.ts";
import type { Recording } from "./recording.ts";

/** What a {@link Follower} needs of its session. */
export interface FollowerHost {
  readonly turn: number | null;
  /** True while the hashes of requests are not compared: in the part that a fork took from its parent. */
  readonly lenient: boolean;
  /** Called before each step with how many items of the order are behind. */
  reached(position: number): void;
  release(ask: Ask, entry: SettleEntry, settled: Settled<unknown>): void | Promise<void>;
  apply(entry: SignalEntry): void;
  /** True when the run has shown what it had shown when this came. */
  hasShown(entry: SignalEntry): boolean;
  /** Lets a join go on in another order than the recorded one; false when none waits for something that cannot come. */
  relax(): boolean;
  /** The record is used up; these asks have no answer in it. */
  spent(held: readonly Ask[]): void;
  fail(error: TesseraeError): void;
  wake(): void;
}

/** How a record is followed. */
export interface FollowOptions {
  /** A replay never goes beyond its record. */
  readonly replay: boolean;
  /** Goes on with the recorded answer where the request has changed. */
  readonly accept: boolean;
  /** Milliseconds without a release, with something waiting, after which the run is taken to be stuck. */
  readonly stuckAfterMs: number;
  /** Said with every difference: the versions, where they are others than recorded. */
  readonly note: string;
}

interface Answer {
  readonly ask: Ask;
  readonly settled: Settled<unknown>;
}

/** Answers asks from a recording, in its order. */
export class Follower {
  readonly #recording: Recording;
  readonly #host: FollowerHost;
  readonly #options: FollowOptions;
  readonly #waiting = new Map<string, Ask>();
  readonly #answers = new Map<string, Answer>();
  /** Clock readings that were taken. */
  readonly #seen = new Set<string>();
  /** Outcomes from after an abort that the end of the run made void. */
  readonly #taken = new Set<string>();
  #held: Ask[] = [];
  #cursor = 0;
  #spent = false;
  /** True while something from outside waits until the run is where it came. */
  #awaiting = false;
  #stuck: ReturnType<typeof setTimeout> | undefined;

  constructor(recording: Recording, options: FollowOptions, host: FollowerHost) {
    this.#recording = recording;
    this.#options = options;
    this.#host = host;
  }

  /** Everything that was asked and has no outcome yet. */
  get open(): readonly Ask[] {
    return [...this.#waiting.values(), ...[...this.#answers.values()].map(({ ask }) => ask), ...this.#held];
  }

  /** How many items of the order are behind. */
  get position(): number {
    return this.#cursor;
  }

  /** Goes on from a checkpoint: what stands before it is not waited for. */
  skipTo(position: number): void {
    for (const item of this.#recording.order.slice(0, position)) {
      if (item.entry.e === "settle" && !item.dropped) this.#recording.settles.delete(item.entry.a);
    }
    this.#cursor = position;
  }

  /** A clock reading of the record was taken. */
  seen(address: string): void {
    this.#seen.add(address);
    if (this.#awaiting) this.#host.wake();
  }

  /** The run was aborted and is over: the outcomes that were asked for and come after that. */
  takeRest(): readonly { readonly ask: Ask; readonly entry: SettleEntry; readonly settled: Settled<unknown> }[] {
    const rest = [];
    for (const { entry, dropped } of this.#recording.order.slice(this.#cursor)) {
      if (entry.e !== "settle" || dropped) continue;
      const answer = this.#answers.get(entry.a);
      if (answer !== undefined) rest.push({ ...answer, entry });
      this.#answers.delete(entry.a);
      if (answer !== undefined || entry.o === "aborted" || this.#waiting.has(entry.a)) this.#taken.add(entry.a);
    }
    return rest;
  }

  /** Outcomes that nobody has asked for. */
  leftover(): readonly string[] {
    return this.#recording.order
      .slice(this.#cursor)
      .flatMap(({ entry, dropped }) =>
        entry.e === "settle" && !dropped && !this.#taken.has(entry.a) ? [entry.a] : [],
      );
  }

  ask(ask: Ask): void {
    const { address } = ask;
    const begin = this.#recording.begins.get(address);
    const entry = this.#recording.settles.get(address);
    if (begin !== undefined && begin.q !== ask.hash && !this.#host.lenient && !this.#options.accept) {
      this.#fail("it asks for something else than it did", ask);
      return;
    }
    if (entry !== undefined) void this.#prepare(ask, entry);
    else if (this.#options.replay && begin === undefined) this.#unknown(ask);
    else {
      this.#held.push(ask);
      this.#host.wake();
    }
  }

  step(): boolean | Promise<boolean> {
    this.#skipDropped();
    this.#host.reached(this.#cursor);
    const item = this.#recording.order[this.#cursor];
    if (item === undefined) return this.#spend();
    const { entry } = item;
    if (entry.e === "signal") {
      if (this.#isEarly(entry, item.after)) return false;
      this.#advance();
      this.#host.apply(entry);
      return true;
    }
    const answer = this.#answers.get(entry.a);
    if (answer === undefined) {
      if (!this.#options.replay && this.#held.length > 0 && this.#host.relax()) return true;
      this.#watch(entry.a);
      return false;
    }
    this.#answers.delete(entry.a);
    this.#advance();
    const released = this.#host.release(answer.ask, entry, answer.settled);
    return released === undefined ? true : released.then(() => true);
  }

  /** True while the run has not come to where something from outside reached it. */
  #isEarly(entry: SignalEntry, after: readonly string[] = []): boolean {
    this.#awaiting = false;
    // A run that may go another way may never come there.
    if (this.#host.lenient || this.#options.accept) return false;
    // What a leaf streamed is shown before.
    const held = new Set(this.#held.map(({ address }) => address));
    const missing = after.find((one) => !held.has(one) && !this.#answers.has(one) && !this.#seen.has(one));
    if (missing === undefined && this.#host.hasShown(entry)) return false;
    this.#awaiting = true;
    this.#watch(missing ?? "");
    return true;
  }

  stop(): void {
    clearTimeout(this.#stuck);
    this.#stuck = undefined;
  }

  /** Shows what was streamed; then the asker is there and can be answered when it is its turn. */
  async #prepare(ask: Ask, entry: SettleEntry): Promise<void> {
    this.#waiting.set(ask.address, ask);
    try {
      const { settled, items } = readSettle(ask.spec, entry, (json) => this.#recording.read(json));
      if (items.length > 0) await showItems(ask, items);
      this.#answers.set(ask.address, { ask, settled });
    } catch (error) {
      this.#host.fail(unreadable(ask.address, error));
    }
    this.#waiting.delete(ask.address);
    this.#host.wake();
  }

  /** A replay is asked for something of which there is no trace. */
  #unknown(ask: Ask): void {
    this.#skipDropped();
    // An interrupted record does not hold what was begun after its last outcome.
    const exhausted = this.#recording.end === undefined && this.#cursor >= this.#recording.order.length;
    // Nor does an aborted one hold what would have begun next, had there been no abort.
    if (this.#isAbortNext()) this.#held.push(ask);
    else if (!exhausted) this.#fail("nothing of this address was recorded", ask);
    else if (this.#spent) this.#host.fail(endedError(this.#recording));
    else {
      this.#held.push(ask);
      this.#host.wake();
    }
  }

  #isAbortNext(): boolean {
    const entry = this.#recording.order[this.#cursor]?.entry;
    return entry?.e === "signal" && entry.k === "abort";
  }

  #spend(): boolean {
    if (this.#spent) return false;
    this.#spent = true;
    this.stop();
    const held = this.#held;
    if (this.#options.replay) {
      if (this.#recording.end === undefined && held.length > 0) this.#host.fail(endedError(this.#recording));
      return false;
    }
    this.#held = [];
    this.#host.spent(held);
    return true;
  }

  #advance(): void {
    this.stop();
    this.#cursor += 1;
  }

  #skipDropped(): void {
    while (this.#recording.order[this.#cursor]?.dropped === true) this.#cursor += 1;
  }

  #watch(awaited: string): void {
    if (this.#stuck !== undefined || (this.open.length === 0 && !this.#awaiting)) return;
    this.#stuck = setTimeout(() => {
      const asked = this.open.map(({ address }) => address).join(", ");
      const { turn } = this.#host;
      const what = `nobody asks for it, and ${this.#options.stuckAfterMs} ms have passed. Asked for are: ${asked}`;
      this.#host.fail(new DivergenceError(what, { address: awaited, turn }));
    }, this.#options.stuckAfterMs);
  }

  #fail(what: string, ask: Ask): void {
    const begin = this.#recording.begins.get(ask.address);
    const way = this.#options.replay ? "" : ' Fork the run, or resume it with `accept: "recorded"`.';
    const hint = `${this.#options.note}${way}`;
    this.#host.fail(
      new DivergenceError(
        what,
        {
          address: ask.address,
          turn: this.#host.turn,
          recorded: begin === undefined ? undefined : this.#recording.read(begin.r),
          asked: ask.spec.request(),
        },
        hint,
      ),
    );
  }
}

/** Shows the items of an answered leaf. */
export async function showItems({ spec }: Pick<Ask, "spec">, items: readonly unknown[]): Promise<void> {
  for (const item of items) {
    try {
      const wait = spec.items?.deliver(item, {});
      if (wait !== undefined) await wait;
    } catch {
      // What a consumer of the items threw ended the leaf when it was recorded: the outcome says so.
      return;
    }
  }
}

function endedError(recording: Recording): TesseraeError {
  const count = recording.order.filter(({ dropped }) => !dropped).length;
  return new TesseraeError(
    "ERR_JOURNAL_ENDED",
    `The run ${recording.header.run} was interrupted when it was recorded; the replay is equal up to there ` +
      `(${count} outcomes). Resume it to go on.`,
  );
}

function unreadable(address: string, error: unknown): TesseraeError {
  const message = error instanceof Error ? error.message : String(error);
  return new TesseraeError("ERR_JOURNAL_CORRUPT", `The recorded result of ${address} cannot be read: ${message}`, {
    cause: error,
  });
}
