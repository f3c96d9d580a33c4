import { LookupError } from "../errors/kinds.ts";
import type { ObservedSession } from "../journal/observed-session.ts";
import type { RunMode, RunSignal } from "../journal/run-session.ts";
import type { Json } from "../json.ts";
import type { RequestUsage } from "../models/messages.ts";
import type { RunMeter } from "./meter.ts";
import type { RunContext } from "./run-context.ts";
import { publishRunEnd } from "./run-payload.ts";
import type { RunTimer } from "./run-timer.ts";
import type { Checkpoint, OpenRunOptions, RecordedOutcome, Run, RunOutcome } from "./run.ts";

/** A run without a journal; with a session when somebody observes it. */
export class PlainRun implements Run {
  readonly context: RunContext;
  readonly task: Json;
  readonly state: Json;
  readonly recorded: RecordedOutcome | undefined = undefined;
  readonly silent = false;
  readonly #meter: RunMeter;
  readonly #timer: RunTimer;
  readonly #session: ObservedSession | undefined;
  #handlers: readonly ((signal: RunSignal) => void)[] = [];
  #turns = 0;

  constructor(
    context: RunContext,
    options: OpenRunOptions,
    meter: RunMeter,
    timer: RunTimer,
    session: ObservedSession | undefined,
  ) {
    this.context = context;
    this.task = options.task;
    this.state = options.state ?? null;
    this.#meter = meter;
    this.#timer = timer;
    this.#session = session;
  }

  get mode(): RunMode {
    return "plain";
  }

  takeCheckpoint(): Checkpoint | undefined {
    return undefined;
  }

  wantsState(_turn: number): boolean {
    return false;
  }

  mark(turn: number, _state?: Json): void {
    this.#turns = turn;
    if (this.#session !== undefined) this.#session.turn = turn;
  }

  showing(): undefined {
    return undefined;
  }

  onSignal(handler: (signal: RunSignal) => void): () => void {
    this.#handlers = [...this.#handlers, handler];
    return () => {
      this.#handlers = this.#handlers.filter((other) => other !== handler);
    };
  }

  signal(kind: "pause" | "resume" | "message", to: string, value: Json): Promise<void> {
    for (const handler of this.#handlers) handler({ kind, to, value });
    return Promise.resolve();
  }

  answer(requestId: string, _value: Json): Promise<void> {
    return Promise.reject(
      new LookupError(`No input "${requestId}" is open: a run without a journal is answered where it asks.`),
    );
  }

  end(outcome: RunOutcome): Promise<void> {
    this.#timer.stop();
    publishRunEnd(this.#session?.startedPayload(), outcome, this.#turns, this.#meter);
    return Promise.resolve();
  }

  usage(): RequestUsage {
    return this.#meter.usage;
  }

  cost(): number | undefined {
    return this.#meter.cost;
  }
}
