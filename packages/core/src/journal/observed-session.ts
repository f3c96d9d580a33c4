import type { RunPayload } from "@tesserae/wire/channels";
import { placeOf, trace } from "../diagnostics/trace.ts";
import { listened } from "../diagnostics/channels.ts";
import type { Draft } from "../diagnostics/leaf-channel.ts";
import type { LeafIo, LeafSpec } from "../effects/effect-spec.ts";
import { RuntimeError } from "../errors/kinds.ts";
import type { Json } from "../json.ts";
import { isJson } from "../to-json.ts";
import { Context } from "../run/context.ts";
import { currentRun, runWith } from "../run/current-run.ts";
import { joinByArrival, type JoinedItem, type JoinOptions } from "../run/join.ts";
import type { Charge, RunMeter } from "../run/meter.ts";
import type { RunContext } from "../run/run-context.ts";
import type { RunHooks } from "../run/run-hooks.ts";
import { randomUuid } from "../run/uuid.ts";
import { addCharge } from "./leaf-charge.ts";
import type { OpenLeaf } from "./open-leaf.ts";
import type { RunMode, RunSession, ScopeOptions } from "./run-session.ts";
import { ScopeState } from "./scope-state.ts";

/** How a leaf is performed. */
export interface Performance {
  readonly idempotencyKey: () => string;
  readonly begunAt?: number | undefined;
  readonly emit?: ((item: unknown) => void | Promise<void>) | undefined;
}

/** What makes a session. */
export interface SessionInit {
  readonly runId: string;
  readonly meter: RunMeter | undefined;
  readonly hooks?: RunHooks | undefined;
  readonly payload?: (() => Draft<RunPayload>) | undefined;
}

/** The session of a run that somebody observes and nobody records: effects are performed and published. */
export class ObservedSession implements RunSession {
  readonly runId: string;
  readonly meter: RunMeter | undefined;
  readonly hooks: RunHooks | undefined;
  readonly root: ScopeState = new ScopeState("");
  turn: number | null = null;
  /** What `tesserae:run` carries; filled in at the end. */
  payload: Draft<RunPayload> | undefined;
  readonly #makePayload: (() => Draft<RunPayload>) | undefined;

  constructor(init: SessionInit) {
    this.runId = init.runId;
    this.meter = init.meter;
    this.hooks = init.hooks;
    this.#makePayload = init.payload;
  }

  get mode(): RunMode {
    return "plain";
  }

  get silent(): boolean {
    return false;
  }

  /** The context at the root of the run. */
  rootContext(signal: AbortSignal | undefined): RunContext {
    const { runId, meter, hooks, root } = this;
    return new Context({ runId, signal, session: this, meter, hooks, scope: root, leaf: undefined });
  }

  leaf<T>(context: RunContext, spec: LeafSpec<T>, perform: (io: LeafIo) => Promise<T>): Promise<T> {
    return this.unjournaled(context, spec, perform);
  }

  scope<T>(
    context: RunContext,
    name: string,
    body: (context: RunContext) => Promise<T>,
    options: ScopeOptions = {},
  ): Promise<T> {
    const parent = context.scope ?? this.root;
    const scope = parent.child(name, options.index, options.agent);
    if (context.leaf === undefined && !parent.claim(scope.path)) return Promise.reject(takenError(scope.path));
    const { runId, signal, meter, hooks, leaf } = context;
    const inner = new Context({ runId, signal, session: this, meter, hooks, scope, leaf });
    const run = (): Promise<T> => this.enter(scope, () => runWith(inner, () => startBody(body, inner)));
    return parent === this.root ? this.#inRun(run) : run();
  }

  now(_context: RunContext): number {
    return Date.now();
  }

  id(_context: RunContext): string {
    return randomUuid();
  }

  random(_context: RunContext): number {
    return Math.random();
  }

  join<T>(
    _context: RunContext,
    items: readonly AsyncIterable<T>[],
    _options?: JoinOptions<T>,
  ): AsyncIterable<JoinedItem<T>> {
    return joinByArrival(items);
  }

  /** The payload of `tesserae:run`, published at the latest here: a run without a scope is still a run. */
  startedPayload(): Draft<RunPayload> | undefined {
    if (this.payload === undefined) void this.#inRun(() => Promise.resolve());
    return this.payload;
  }

  /** Runs the body of a scope; a journal counts open scopes here. */
  protected enter<T>(_scope: ScopeState, body: () => Promise<T>): Promise<T> {
    return body();
  }

  /** True for an effect that an open leaf covers. */
  protected isCovered(context: RunContext): boolean {
    if (context.leaf !== undefined) return true;
    const current = currentRun();
    return current?.session === this && current.leaf !== undefined;
  }

  /** Performs and publishes a leaf that is not in a journal: there is none, or an outer leaf covers it. */
  protected async unjournaled<T>(
    context: RunContext,
    spec: LeafSpec<T>,
    perform: (io: LeafIo) => Promise<T>,
  ): Promise<T> {
    const outer = context.leaf ?? currentRun()?.leaf;
    const scope = context.scope ?? this.root;
    const address = scope.leaf(spec.kind, spec.name, spec.index);
    const meter = context.meter;
    const reservation = meter === undefined ? undefined : spec.account?.reserve(false);
    let charge: Charge | undefined;
    try {
      const open = openLeaf(this, spec.kind, address);
      const value = await this.perform(context, spec, open, perform, {
        idempotencyKey: () => "",
        emit: (item) => spec.items?.deliver(item, {}),
      });
      charge = addCharge(spec.account?.charge?.(value), open);
      return value;
    } finally {
      if (reservation !== undefined) meter?.settle(reservation, outer === undefined ? charge : undefined);
      else if (charge !== undefined && outer === undefined) meter?.charge(charge);
      if (outer !== undefined && charge !== undefined) {
        const total = addCharge(charge, outer);
        outer.usage = total?.usage;
        outer.cost = total?.cost;
      }
    }
  }

  /** Runs the body of a leaf where {@link currentRun} finds it, between the events of its channels. */
  protected perform<T>(
    context: RunContext,
    spec: LeafSpec<T>,
    leaf: OpenLeaf,
    perform: (io: LeafIo) => Promise<T>,
    how: Performance,
  ): Promise<T> {
    const { runId, signal, meter, hooks, scope = this.root } = context;
    const inside = scope.inside(leaf.address);
    const inner = new Context({ runId, signal, session: this, meter, hooks, scope: inside, leaf });
    const io = new BodyIo(inner, how, emitter(leaf, how.emit));
    return this.published(context, spec, leaf, "world", () => runWith(inner, () => perform(io)));
  }

  /** Publishes a leaf around what gives its value. */
  protected published<T>(
    context: RunContext,
    spec: LeafSpec<T>,
    leaf: OpenLeaf,
    source: "world" | "journal",
    body: () => Promise<T>,
  ): Promise<T> {
    const { kind, name, channel } = spec;
    const { address } = leaf;
    const traced =
      channel === undefined
        ? body
        : (): Promise<T> =>
            trace(
              channel.name,
              () => channel.start({ ...placeOf(context), address, source }),
              body,
              (payload, value) => channel.end(payload, value, leaf),
            );
    return trace(
      "effect",
      () => ({ ...placeOf(context), address, kind, name, source, request: shown(spec.request), result: undefined }),
      traced,
      (payload, value) => {
        const result = shown(() => (spec.codec === undefined ? value : spec.codec.encode(value)));
        Object.assign(payload, { result });
      },
    );
  }

  #inRun<T>(body: () => Promise<T>): Promise<T> {
    const channel = this.payload === undefined ? listened("run") : undefined;
    if (channel === undefined || this.#makePayload === undefined) return body();
    this.payload = this.#makePayload();
    return channel.start.runStores(this.payload, body);
  }
}

/** A class and no object with a getter of its own: V8 would make a new kind of object for each, and keep it long. */
class BodyIo implements LeafIo {
  readonly signal: AbortSignal | undefined;
  readonly context: RunContext;
  readonly begunAt: number | undefined;
  readonly emit: LeafIo["emit"];
  readonly #key: () => string;

  constructor(context: RunContext, how: Performance, emit: LeafIo["emit"]) {
    this.signal = context.signal;
    this.context = context;
    this.begunAt = how.begunAt;
    this.emit = emit;
    this.#key = how.idempotencyKey;
  }

  /** Derived when it is asked for: most bodies never use it. */
  get idempotencyKey(): string {
    return this.#key();
  }
}

function emitter(leaf: OpenLeaf, emit: Performance["emit"]): LeafIo["emit"] {
  const began = performance.now();
  return (item) => {
    leaf.firstItemMs ??= performance.now() - began;
    return emit?.(item);
  };
}

/** A leaf whose body is about to run. */
export function openLeaf(session: RunSession, kind: string, address: string): OpenLeaf {
  return {
    session,
    kind,
    address,
    attempts: undefined,
    firstItemMs: undefined,
    usage: undefined,
    cost: undefined,
    errorType: undefined,
  };
}

/** The error for an address that is used twice. */
export function takenError(address: string): RuntimeError {
  return new RuntimeError(
    `${address} was opened twice in one run. Give siblings of one name distinct indexes, or none.`,
  );
}

/** What an observer gets to see; what is not JSON is not worth the run. */
function shown(make: () => unknown): Json {
  try {
    const value = make();
    return isJson(value) ? value : null;
  } catch {
    return null;
  }
}

async function startBody<T>(body: (context: RunContext) => Promise<T>, context: RunContext): Promise<T> {
  return body(context);
}
