import { LookupError, RuntimeError } from "../errors/kinds.ts";
import { isTesseraeError } from "../errors/tesserae-error.ts";
import type { Json } from "../json.ts";
import { requestUsageFromJson, requestUsageToJson } from "../models/message-json.ts";
import type { RequestUsage } from "../models/messages.ts";
import type { RunMeter } from "../run/meter.ts";
import type { RunContext } from "../run/run-context.ts";
import { publishRunEnd } from "../run/run-payload.ts";
import type { Checkpoint, RecordedOutcome, Run, RunOutcome } from "../run/run.ts";
import type { RunTimer } from "../run/run-timer.ts";
import { compareOutcome } from "./compare-outcome.ts";
import { DivergenceError } from "./divergence.ts";
import type { RunTotals } from "./entries.ts";
import { errorToJson } from "./error-json.ts";
import type { JournalSession } from "./journal-session.ts";
import type { Recording } from "./recording.ts";
import type { RunMode, RunSignal } from "./run-session.ts";

/** What makes a {@link JournaledRun}. */
export interface JournaledRunInit {
  readonly session: JournalSession;
  readonly meter: RunMeter;
  readonly timer: RunTimer;
  /** The caller's signal. */
  readonly signal: AbortSignal | undefined;
  readonly task: Json;
  readonly state: Json;
  readonly recording: Recording | undefined;
  /** A state is kept every so many turns; `undefined`: never. */
  readonly stateEvery: number | undefined;
  readonly recorded: RecordedOutcome | undefined;
  readonly accept: boolean;
}

/** A run with a journal. */
export class JournaledRun implements Run {
  readonly context: RunContext;
  readonly task: Json;
  readonly state: Json;
  readonly recorded: RecordedOutcome | undefined;
  readonly #init: JournaledRunInit;
  readonly #unlisten: (() => void)[] = [];
  #handlers: readonly ((signal: RunSignal) => void)[] = [];
  #turns = 0;
  #ended = false;

  constructor(init: JournaledRunInit) {
    const { session, signal, timer } = init;
    this.#init = init;
    this.context = session.rootContext(session.controller.signal);
    this.task = init.task;
    this.state = init.state;
    this.recorded = init.recorded;
    const { end } = init.recording ?? {};
    // Nothing is asked for again: what a finished run used stands in its record alone.
    if (init.recorded !== undefined && end !== undefined) this.#restore(end.totals);
    // By a name: V8 puts a function that is written where a member is assigned into its old space, and all that the
    // run refers to with it, where only a full collection finds them.
    const onSignal = (received: RunSignal): void => {
      for (const handler of this.#handlers) handler(received);
    };
    session.onSignal = onSignal;
    if (session.mode !== "replay") {
      for (const from of [signal, timer.signal]) this.#listen(from);
    }
  }

  get mode(): RunMode {
    return this.#init.session.mode;
  }

  get silent(): boolean {
    return this.#init.session.silent;
  }

  takeCheckpoint(): Checkpoint | undefined {
    const { session, recording } = this.#init;
    const mark = recording?.marks.findLast(({ entry }) => entry.state !== undefined);
    if (session.mode !== "resume" || recording === undefined || mark === undefined || session.open.length > 0) {
      return undefined;
    }
    const { turn, state = null, counters, totals } = mark.entry;
    session.skipTo(mark.position, counters);
    session.turnOver(turn);
    this.#turns = turn;
    if (totals !== undefined) this.#restore(totals);
    return { turn, state: recording.read(state) };
  }

  wantsState(turn: number): boolean {
    const { stateEvery, session } = this.#init;
    return stateEvery !== undefined && turn % stateEvery === 0 && session.log.writes && !session.following;
  }

  mark(turn: number, state?: Json): void {
    const { session, recording } = this.#init;
    this.#turns = turn;
    session.turnOver(turn);
    const known = session.following && recording?.marks.some(({ entry }) => entry.turn === turn) === true;
    if (known || !session.log.writes) return;
    const checkpoint =
      state === undefined
        ? {}
        : { state: session.packer.value(state), counters: session.counters(), totals: this.#totals() };
    session.log.later({ e: "mark", at: Date.now(), turn, ...checkpoint });
  }

  showing(): Promise<never> | undefined {
    return this.#init.session.showing();
  }

  onSignal(handler: (signal: RunSignal) => void): () => void {
    this.#handlers = [...this.#handlers, handler];
    return () => {
      this.#handlers = this.#handlers.filter((other) => other !== handler);
    };
  }

  signal(kind: "pause" | "resume" | "message", to: string, value: Json): Promise<void> {
    const { session } = this.#init;
    if (session.mode === "replay" || this.#ended) {
      const why = this.#ended ? "has ended" : "is a replay, which takes nothing from outside";
      return Promise.reject(new RuntimeError(`The run ${session.runId} ${why}.`));
    }
    return session.deliver(kind, to, value);
  }

  async answer(requestId: string, value: Json): Promise<void> {
    const { session } = this.#init;
    if (!session.answer(requestId, value)) {
      throw new LookupError(`No input "${requestId}" is open in the run ${session.runId}.`);
    }
  }

  async end(outcome: RunOutcome): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    const { session, timer, meter } = this.#init;
    timer.stop();
    for (const unlisten of this.#unlisten) unlisten();
    const { following } = session;
    const leftover = session.finish();
    try {
      await this.#close(outcome, following, leftover);
    } finally {
      await session.log.close();
      publishRunEnd(session.startedPayload(), outcome, this.#turns, meter);
    }
  }

  usage(): RequestUsage {
    return this.#init.meter.usage;
  }

  cost(): number | undefined {
    return this.#init.meter.cost;
  }

  async #close(outcome: RunOutcome, following: boolean, leftover: readonly string[]): Promise<void> {
    const { session, recording, accept } = this.#init;
    const { failure } = session;
    if (failure !== undefined) {
      // Aborted while it was answered from its record: nothing has changed.
      if (isTesseraeError(failure, "ERR_ABORTED") && following) return;
      throw failure;
    }
    if (session.mode === "replay") {
      if (recording !== undefined) compareOutcome(recording, session, outcome, leftover);
    } else if (isWaiting(outcome)) await session.log.now();
    else if (leftover.length > 0 && !accept && this.recorded === undefined) {
      const what = `it ended without asking for ${leftover.length} recorded effects`;
      const [address = ""] = leftover;
      throw new DivergenceError(what, { address, turn: session.turn, cause: outcome.error });
    } else await this.#writeEnd(outcome);
  }

  async #writeEnd(outcome: RunOutcome): Promise<void> {
    const { session } = this.#init;
    if (!session.log.writes) return;
    await session.log.now({
      e: "end",
      at: Date.now(),
      o: outcome.status === "waiting" ? "failed" : outcome.status,
      stop_reason: outcome.stopReason ?? null,
      messages: (outcome.messages ?? []).map((message) => session.packer.hashed(message)),
      by: session.addressOf(outcome.error) ?? null,
      error: outcome.error === undefined ? null : errorToJson(outcome.error),
      turns: this.#turns,
      totals: this.#totals(),
    });
  }

  #totals(): RunTotals {
    const { usage, cost, modelCalls, toolCalls, turns } = this.#init.meter;
    return {
      usage: requestUsageToJson(usage),
      cost: cost ?? null,
      model_calls: modelCalls,
      tool_calls: toolCalls,
      turns,
    };
  }

  /** Takes up what was used before. */
  #restore(totals: RunTotals): void {
    this.#init.meter.restore({
      charge: { usage: requestUsageFromJson(totals.usage), cost: totals.cost ?? undefined },
      modelCalls: totals.model_calls,
      toolCalls: totals.tool_calls,
      turns: totals.turns ?? 0,
    });
  }

  #listen(signal: AbortSignal | undefined): void {
    if (signal === undefined || signal.aborted) return;
    const onAbort = (): void => this.#init.session.abort(errorToJson(signal.reason), signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    this.#unlisten.push(() => signal.removeEventListener("abort", onAbort));
  }
}

/** True when the run stops because a person's answer is missing. */
function isWaiting({ status, error }: RunOutcome): boolean {
  if (status === "waiting") return true;
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 20; depth += 1) {
    if (isTesseraeError(at, "ERR_INPUT_WAITING")) return true;
    at = at.cause;
  }
  return false;
}
