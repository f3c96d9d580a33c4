import type { LeafIo } from "../effects/effect-spec.ts";
import type { OpenLeaf } from "../journal/open-leaf.ts";
import type { RunSession } from "../journal/run-session.ts";
import type { ScopeState } from "../journal/scope-state.ts";
import { joinByArrival, type JoinedItem, type JoinOptions } from "./join.ts";
import type { RunMeter } from "./meter.ts";
import type { RunContext } from "./run-context.ts";
import type { RunHooks } from "./run-hooks.ts";
import { sleep } from "./sleep.ts";
import { randomUuid } from "./uuid.ts";

/** What makes a {@link Context}. */
export interface ContextInit {
  readonly runId: string;
  readonly signal: AbortSignal | undefined;
  readonly session: RunSession | undefined;
  readonly meter: RunMeter | undefined;
  readonly hooks: RunHooks | undefined;
  readonly scope: ScopeState | undefined;
  readonly leaf: OpenLeaf | undefined;
}

/** The one implementation of {@link RunContext}. */
export class Context implements RunContext {
  readonly runId: string;
  readonly path: string;
  readonly signal: AbortSignal | undefined;
  readonly session: RunSession | undefined;
  readonly meter: RunMeter | undefined;
  readonly hooks: RunHooks | undefined;
  readonly scope: ScopeState | undefined;
  readonly leaf: OpenLeaf | undefined;
  #io: LeafIo | undefined;

  constructor(init: ContextInit) {
    this.runId = init.runId;
    this.path = init.scope?.path ?? "";
    this.signal = init.signal;
    this.session = init.session;
    this.meter = init.meter;
    this.hooks = init.hooks;
    this.scope = init.scope;
    this.leaf = init.leaf;
  }

  now(): number {
    return this.session === undefined ? Date.now() : this.session.now(this);
  }

  id(): string {
    return this.session === undefined ? randomUuid() : this.session.id(this);
  }

  random(): number {
    return this.session === undefined ? Math.random() : this.session.random(this);
  }

  sleep(milliseconds: number): Promise<void> {
    return this.session === undefined
      ? sleep(milliseconds, this.signal)
      : this.session.leaf(
          this,
          {
            kind: "sleep",
            name: "sleep",
            request: () => ({ ms: Number.isFinite(milliseconds) ? milliseconds : 0 }),
            repeat: "safe",
            codec: { encode: () => null, decode: () => undefined },
          },
          // A resumed run waits for what is left only.
          ({ signal, begunAt }) =>
            sleep(Math.max(0, milliseconds - (begunAt === undefined ? 0 : Date.now() - begunAt)), signal),
        );
  }

  join<T>(items: readonly AsyncIterable<T>[], options?: JoinOptions<T>): AsyncIterable<JoinedItem<T>> {
    return this.session === undefined ? joinByArrival(items) : this.session.join(this, items, options);
  }

  withSignal(signal: AbortSignal | undefined): RunContext {
    return signal === this.signal ? this : new Context({ ...this.#init(), signal });
  }

  /** What bodies of effects get in plain mode: one object for all of them, so that an effect allocates nothing. */
  get io(): LeafIo {
    this.#io ??= makePlainIo(this);
    return this.#io;
  }

  #init(): ContextInit {
    const { runId, signal, session, meter, hooks, scope, leaf } = this;
    return { runId, signal, session, meter, hooks, scope, leaf };
  }
}

/** What the body of an effect gets in plain mode. */
export function plainIo(context: RunContext): LeafIo {
  return context instanceof Context ? context.io : makePlainIo(context);
}

function makePlainIo(context: RunContext): LeafIo {
  return { signal: context.signal, idempotencyKey: "", context, begunAt: undefined, emit: ignore };
}

function ignore(): void {
  // Nobody looks at the items of an effect that was opened in plain mode.
}

/** The context of code that belongs to no run: nothing is counted, recorded or published. */
export function plainContext(options: { readonly signal?: AbortSignal | undefined } = {}): RunContext {
  return new Context({
    runId: "",
    signal: options.signal,
    session: undefined,
    meter: undefined,
    hooks: undefined,
    scope: undefined,
    leaf: undefined,
  });
}
