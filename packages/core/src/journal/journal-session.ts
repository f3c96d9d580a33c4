import type { LeafIo, LeafSpec } from "../effects/effect-spec.ts";
import { CancelledError } from "../errors/kinds.ts";
import type { TesseraeError } from "../errors/tesserae-error.ts";
import { isObject, type Json } from "../json.ts";
import { isLimitCode } from "../run/limits.ts";
import { toJson } from "../to-json.ts";
import { observed } from "../diagnostics/channels.ts";
import type { JoinedItem, JoinOptions } from "../run/join.ts";
import type { RunContext } from "../run/run-context.ts";
import { AbortPlace } from "./abort-place.ts";
import { Ask } from "./ask.ts";
import { derivedId, derivedRandom, type RunIdentity } from "./derived.ts";
import { DivergenceError } from "./divergence.ts";
import type { ErrorJson, MarkEntry, ParentIds, SettleEntry, SignalEntry } from "./entries.ts";
import { errorFromJson } from "./error-json.ts";
import { Follower, type FollowerHost, type FollowOptions } from "./follower.ts";
import { InDoubt, type DecideDoubt } from "./in-doubt.ts";
import { journaledForm } from "./journaled-form.ts";
import type { JournalLog } from "./journal-log.ts";
import { LiveLeaves, type LiveHost } from "./live-leaves.ts";
import { ObservedSession, openLeaf, takenError, type Performance, type SessionInit } from "./observed-session.ts";
import type { OpenLeaf } from "./open-leaf.ts";
import type { Settled } from "./outcome.ts";
import { Packer } from "./packer.ts";
import { callsAtOnce } from "./calls-at-once.ts";
import type { Recording } from "./recording.ts";
import { ReleasePump } from "./release-pump.ts";
import { resourceGone } from "./resource-gone.ts";
import { RunJoin, type JoinHost } from "./run-join.ts";
import type { ShowingCall, RunMode, RunSignal } from "./run-session.ts";
import type { ScopeState } from "./scope-state.ts";

/** What makes a {@link JournalSession}. */
export interface JournalSessionInit extends SessionInit {
  readonly mode: RunMode;
  readonly seed: string;
  readonly log: JournalLog;
  readonly recording: Recording | undefined;
  readonly follow: FollowOptions;
  readonly replayEvents: boolean;
  readonly decide: DecideDoubt | undefined;
}

/** The session of a journaled run: it decides what is performed, what is answered, and in which order it is released. */
export class JournalSession extends ObservedSession implements FollowerHost, LiveHost, JoinHost {
  readonly log: JournalLog;
  readonly packer: Packer;
  readonly recording: Recording | undefined;
  readonly inDoubt: InDoubt;
  readonly controller: AbortController = new AbortController();
  /** What made the run stop being true to its journal; every later ask fails with it. */
  failure: TesseraeError | undefined;
  aborting = false;
  onSignal: (signal: RunSignal) => void = () => undefined;
  readonly #mode: RunMode;
  readonly #pump = new ReleasePump(() => this.#step());
  readonly #live: LiveLeaves;
  readonly #follower: Follower | undefined;
  readonly stuckAfterMs: number;
  readonly #replayEvents: boolean;
  /** They are told to go on; what they carry does not matter. */
  readonly #joins = new Set<Pick<RunJoin<unknown>, "relax" | "live">>();
  readonly #open = new Set<ScopeState>();
  readonly #failed = new WeakMap<object, string>();
  readonly #own: RunIdentity;
  /** What ids are derived from before the run's own seed: the parts that a fork took from others. */
  readonly #inherited: ParentIds[];
  #following: boolean;
  #ended = false;
  #counters: MarkEntry["counters"];
  readonly #abortPlace: AbortPlace;

  constructor(init: JournalSessionInit) {
    super(init);
    this.#mode = init.mode;
    this.log = init.log;
    this.recording = init.recording;
    this.packer = new Packer((h, data) => this.log.later({ e: "blob", h, data }), init.recording?.blobs.keys());
    this.inDoubt = new InDoubt(this.log, this.packer, this.recording, () => this.#identity, init.decide);
    // A journal that was copied under another name keeps its keys.
    this.#own = { seed: init.seed, runId: init.recording?.header.run ?? init.runId };
    this.#inherited = [...(init.recording?.header.parent?.ids ?? [])];
    this.#replayEvents = init.replayEvents;
    this.stuckAfterMs = init.follow.stuckAfterMs;
    this.#live = new LiveLeaves(this);
    this.#following = init.recording !== undefined;
    this.#follower = init.recording === undefined ? undefined : new Follower(init.recording, init.follow, this);
    this.#abortPlace = new AbortPlace(init.mode === "replay" ? init.recording : undefined);
    this.#pump.wake();
  }

  override get mode(): RunMode {
    return this.#mode;
  }

  get following(): boolean {
    return this.#following;
  }

  /** How many items of the record's order are behind. */
  get position(): number {
    return this.#follower?.position ?? 0;
  }

  override get silent(): boolean {
    return this.#following && this.mode !== "replay" && !this.#replayEvents;
  }

  get lenient(): boolean {
    return this.#inherited.length > 0;
  }

  get #identity(): RunIdentity {
    const [from] = this.#inherited;
    return from === undefined ? this.#own : { seed: from.seed, runId: from.run };
  }

  /** Not of an aborted run: how far the rest of it still came is not a part of its record. */
  get complete(): boolean {
    return this.mode === "replay" && this.recording?.end !== undefined && this.recording.end.o !== "aborted";
  }

  /** Everything that was asked and has no outcome. */
  get open(): readonly Ask[] {
    return [...(this.#follower?.open ?? []), ...this.#live.open];
  }

  override leaf<T>(context: RunContext, spec: LeafSpec<T>, perform: (io: LeafIo) => Promise<T>): Promise<T> {
    if (this.isCovered(context)) return this.unjournaled(context, spec, perform);
    if (this.failure !== undefined) return Promise.reject(this.failure);
    if (this.#ended) return Promise.reject(new CancelledError("The run has ended."));
    const { signal } = this.controller;
    // Nothing begins after an abort; a clean-up that has a signal of its own may.
    if (signal.aborted && context.signal?.aborted === true) {
      return Promise.reject(new CancelledError(undefined, { cause: signal.reason }));
    }
    let ask: Ask<T>;
    try {
      ask = this.#ask(context, journaledForm(spec), perform);
    } catch (error) {
      return Promise.reject(error);
    }
    if (this.#following) this.#follower?.ask(ask);
    else this.#live.start(ask);
    // It may be this very ask that failed the run.
    if (hasFailed(this)) ask.reject(this.failure);
    return ask.promise;
  }

  override now(context: RunContext): number {
    if (this.isCovered(context)) return Date.now();
    const address = (context.scope ?? this.root).leaf("time", "now", undefined);
    const recorded = this.recording?.values.get(address)?.[0];
    this.#follower?.seen(address);
    if (typeof recorded === "number") return recorded;
    if (this.complete) throw this.surplus(address);
    const now = Date.now();
    this.log.later({ e: "value", a: address, k: "time", value: now });
    return now;
  }

  override id(context: RunContext): string {
    if (this.isCovered(context)) return super.id(context);
    const scope = context.scope ?? this.root;
    return derivedId(this.#identity, scope.path, scope.count("#id"));
  }

  override random(context: RunContext): number {
    if (this.isCovered(context)) return super.random(context);
    const scope = context.scope ?? this.root;
    return derivedRandom(this.#identity, scope.path, scope.count("#random"));
  }

  override join<T>(
    context: RunContext,
    items: readonly AsyncIterable<T>[],
    options: JoinOptions<T> = {},
  ): AsyncIterable<JoinedItem<T>> {
    if (this.isCovered(context)) return super.join(context, items, options);
    const address = (context.scope ?? this.root).leaf("order", "join", undefined);
    return this.#joined(new RunJoin(this, address, this.recording?.values.get(address) ?? [], items, options));
  }

  callAtOnce<Item, Result>(
    context: RunContext,
    calls: readonly ShowingCall<Item, Result>[],
    onItem: (item: Item) => void | Promise<void>,
    options?: JoinOptions<Item>,
  ): Promise<readonly PromiseSettledResult<Result>[]> {
    return callsAtOnce(calls, onItem, (strands) => this.join(context, strands, options));
  }

  order(address: string, value: Json): void {
    this.log.later({ e: "value", a: address, k: "order", value });
  }

  /** A join waits for what does not come. Fails the run. */
  stuck(address: string, awaited: Json | undefined): TesseraeError {
    const next = JSON.stringify(awaited ?? null);
    const what = `the next to arrive should be ${next}, and it did not come in ${this.stuckAfterMs} ms`;
    const error = new DivergenceError(what, { address, turn: this.turn });
    this.fail(error);
    return error;
  }

  /** Something that a complete record does not hold. Fails the run. */
  surplus(address: string): TesseraeError {
    const error = new DivergenceError("nothing of this address was recorded", { address, turn: this.turn });
    this.fail(error);
    return error;
  }

  /** Something reaches the run from outside; it takes its place in the order. */
  deliver(kind: RunSignal["kind"], to: string, value: Json): Promise<void> {
    const entry: SignalEntry = { e: "signal", at: Date.now(), k: kind, to, value: this.packer.value(value) };
    return this.#live.signal(entry, () => this.onSignal({ kind, to, value }));
  }

  /** The caller aborts. While the run is answered from its record it only stops: the record stays as it is. */
  abort(reason: ErrorJson, error: unknown): void {
    if (this.#following) {
      this.fail(new CancelledError(undefined, { cause: error }));
      return;
    }
    this.aborting = true;
    const value = { reason: { ...reason }, shown: 0 };
    const entry: SignalEntry = { e: "signal", at: Date.now(), k: "abort", to: "", value };
    const starting = (): void => {
      value.shown = this.#abortPlace.take();
    };
    // A run that ends meanwhile is not aborted any more.
    this.#live.signal(entry, () => this.controller.abort(error), starting).catch(() => undefined);
  }

  /** An item of the result is about to be shown; gives what rejects when the run was aborted before it. */
  showing(): Promise<never> | undefined {
    const aborted = this.#abortPlace.showing(this.controller.signal);
    if (this.#following) this.wake();
    return aborted;
  }

  /** True when the run has shown what it had shown when this came from outside. */
  hasShown(entry: SignalEntry): boolean {
    return this.#abortPlace.isReached(entry);
  }

  answer(requestId: string, value: Json): boolean {
    return this.#live.answer(requestId, value);
  }

  /** The counters of the open scopes, for a checkpoint. */
  counters(): NonNullable<MarkEntry["counters"]> {
    const open = [this.root, ...this.#open];
    return Object.fromEntries(
      open.map((scope) => [scope.path, scope.snapshot(open.filter((other) => other.parent === scope))]),
    );
  }

  /** Goes on from a checkpoint instead of from the start. */
  skipTo(position: number, counters: MarkEntry["counters"]): void {
    this.#follower?.skipTo(position);
    this.#counters = counters;
    const open = [this.root, ...this.#open];
    for (const scope of open) {
      scope.restore(
        counters?.[scope.path] ?? {},
        open.filter((other) => other.parent === scope),
      );
    }
  }

  /** A turn is over: a part that a fork took from another run may end here. */
  turnOver(turn: number): void {
    this.turn = turn;
    while (this.#inherited[0]?.upto === turn) this.#inherited.shift();
  }

  /** What stood before the run began: an abort that came too early for anything to be asked. */
  applyEarly(): void {
    const first = this.recording?.order[0];
    if (first?.entry.e !== "signal" || first.dropped || !isEarly(first.entry)) return;
    this.#follower?.skipTo(1);
    this.apply(first.entry);
  }

  /** Ends the session: what is still open is aborted, and what comes of it later is dropped. */
  finish(): readonly string[] {
    this.#ended = true;
    this.#follower?.stop();
    const { signal } = this.controller;
    if (signal.aborted && this.failure === undefined) {
      for (const { ask, entry, settled } of this.#follower?.takeRest() ?? []) void this.release(ask, entry, settled);
      this.#live.settleAborted(signal.reason);
    }
    const { open } = this;
    this.#live.stop();
    if (open.length > 0) this.controller.abort(new CancelledError("The run has ended."));
    for (const ask of open) ask.abandon(new CancelledError("The run has ended."));
    return this.#following ? (this.#follower?.leftover() ?? []) : [];
  }

  /** The address of the effect whose error this is, or is the cause of. */
  addressOf(error: unknown): string | undefined {
    for (let at: unknown = error, depth = 0; typeof at === "object" && at !== null && depth < 20; depth += 1) {
      const address = this.#failed.get(at);
      if (address !== undefined) return address;
      at = at instanceof Error ? at.cause : undefined;
    }
    return undefined;
  }

  wake(): void {
    this.#pump.wake();
  }

  fail(error: TesseraeError): void {
    if (this.failure !== undefined || this.#ended) return;
    this.failure = error;
    const { open } = this;
    this.#follower?.stop();
    this.#live.stop();
    for (const ask of open) ask.abandon(error);
    this.controller.abort(error);
  }

  run<T>(
    ask: Pick<Ask<T>, "context" | "spec">,
    leaf: OpenLeaf,
    perform: (io: LeafIo) => Promise<T>,
    how: Performance,
  ): Promise<T> {
    return this.perform(ask.context, ask.spec, leaf, perform, how);
  }

  reached(position: number): void {
    while (this.#inherited[0]?.upto === null && position >= this.#inherited[0].items) this.#inherited.shift();
  }

  relax(): boolean {
    for (const join of this.#joins) if (join.relax()) return true;
    return false;
  }

  spent(held: readonly Ask[]): void {
    this.#following = false;
    for (const join of this.#joins) join.live();
    for (const ask of held) this.#live.start(ask);
  }

  apply(entry: SignalEntry): void {
    if (entry.k === "abort") {
      const { reason } = entry.value as { readonly reason?: ErrorJson };
      this.controller.abort(reason === undefined ? undefined : errorFromJson(reason));
    } else if (entry.k === "pause" || entry.k === "resume" || entry.k === "message") {
      const value = this.recording?.read(entry.value) ?? entry.value;
      this.onSignal({ kind: entry.k, to: entry.to, value });
    }
  }

  release(ask: Ask, entry: SettleEntry, settled: Settled<unknown>): void | Promise<void> {
    const { meter } = this;
    const { outcome, charge } = settled;
    if (this.#following) {
      if (!isLimitCode(entry.error?.code)) ask.reservation = ask.spec.account?.reserve(true);
      this.#publishAnswered(ask, outcome);
    }
    if (ask.reservation === undefined && charge !== undefined) meter?.charge(charge);
    else if (ask.reservation !== undefined) meter?.settle(ask.reservation, charge);
    if (outcome.o !== "ok") {
      if (typeof outcome.error === "object" && outcome.error !== null) this.#failed.set(outcome.error, ask.address);
      ask.reject(outcome.error);
      return undefined;
    }
    if (!this.#following || this.mode === "replay" || ask.spec.reopen === undefined) {
      ask.resolve(outcome.value);
      return undefined;
    }
    return ask.spec.reopen(outcome.value).then(
      (value) => ask.resolve(value),
      (error: unknown) => ask.reject(resourceGone(ask, error)),
    );
  }

  protected override enter<T>(scope: ScopeState, body: () => Promise<T>): Promise<T> {
    this.#open.add(scope);
    const counters = this.#counters?.[scope.path];
    if (counters !== undefined) scope.restore(counters);
    return body().finally(() => this.#open.delete(scope));
  }

  #step(): boolean | Promise<boolean> {
    if (this.failure !== undefined || this.#ended) return false;
    return this.#following && this.#follower !== undefined ? this.#follower.step() : this.#live.step();
  }

  #ask<T>(context: RunContext, spec: LeafSpec<T>, perform: (io: LeafIo) => Promise<T>): Ask<T> {
    const scope = context.scope ?? this.root;
    const address = scope.leaf(spec.kind, spec.name, spec.index);
    if (!scope.claim(address)) throw takenError(address);
    const request = spec.pack?.(this.packer) ?? this.packer.value(toJson(spec.request(), `the request of ${address}`));
    const hash = this.packer.requestHash(request);
    return new Ask({ address, context, spec, perform, request, hash, identity: this.#identity });
  }

  async *#joined<T>(join: RunJoin<T>): AsyncGenerator<JoinedItem<T>> {
    this.#joins.add(join);
    try {
      yield* join.items();
    } finally {
      this.#joins.delete(join);
    }
  }

  #publishAnswered(ask: Ask, outcome: Settled<unknown>["outcome"]): void {
    if (!observed()) return;
    const leaf = openLeaf(this, ask.spec.kind, ask.address);
    const body = (): Promise<unknown> =>
      outcome.o === "ok" ? Promise.resolve(outcome.value) : Promise.reject(outcome.error);
    this.published(ask.context, ask.spec, leaf, "journal", body).catch(() => undefined);
  }
}

/** A call between may have set it. */
function hasFailed(session: JournalSession): boolean {
  return session.failure !== undefined;
}

/** An abort that came before the run had begun. */
export function isEarly(entry: SignalEntry): boolean {
  return entry.k === "abort" && isObject(entry.value) && entry.value["early"] === true;
}
