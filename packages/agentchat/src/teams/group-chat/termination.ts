import { isObject, type Awaitable, type JsonObject, type RunContext } from "@tesserae/core";
import type { ConditionContext, TerminationCondition } from "../../base/termination-condition.ts";
import { StopMessage } from "../../messages/factories.ts";
import type { StopMessage as StopMessageData, StreamItem } from "../../messages/types.ts";
import { stopOf } from "../../conditions/stop-of.ts";
import { unlessAborted, whenReady } from "./when-ready.ts";

/** Says when a team stops: its condition, then its number of turns, then that of the whole run. */
export class Termination {
  /** Turns since the last stop; part of the team's state. */
  turn = 0;
  /** Turns of this run: where it can be forked. */
  turnsOfRun = 0;
  readonly #source: string;
  readonly #condition: TerminationCondition | undefined;
  readonly #maxTurns: number | undefined;
  /** A run has begun and has not stopped by itself: so it ended by an error or an abort. */
  #open = false;
  /** The same, or the team was put into a state of the middle of a run. */
  isUnfinished = false;
  /** The last run waits for a person: it is gone on with, and not begun anew. */
  waits = false;

  constructor(source: string, condition: TerminationCondition | undefined, maxTurns: number | undefined) {
    this.#source = source;
    this.#condition = condition;
    this.#maxTurns = maxTurns;
  }

  /**
   * At the start of a run: whether the condition has fired before and was not reset. After a run that ended by an error
   * or an abort the condition begins anew, unless the run goes on that waited; the turns go on being counted.
   */
  async isOver(turnsBefore: number, goesOn: boolean): Promise<boolean> {
    this.turnsOfRun = turnsBefore;
    if (this.#open && !goesOn) await this.#condition?.reset();
    this.#open = true;
    this.waits = false;
    this.isUnfinished = true;
    return this.#condition?.terminated ?? false;
  }

  /** The task's messages count for the condition, not as a turn. */
  afterTask(messages: readonly StreamItem[], run: RunContext): Awaitable<StopMessageData | undefined> {
    return this.#check(messages, { run, isTask: true });
  }

  afterTurn(delta: readonly StreamItem[], run: RunContext): Awaitable<StopMessageData | undefined> {
    this.turnsOfRun += 1;
    return whenReady(this.#check(delta, { run }), (stop) => stop ?? this.#countTurn(run));
  }

  /** The last turn of a run that ends because nobody is left to speak: condition and turns begin anew. */
  async afterLastTurn(content: string, run: RunContext): Promise<StopMessageData> {
    this.turnsOfRun += 1;
    await this.reset();
    return StopMessage({ content, source: this.#source }, run);
  }

  /** A turn that was over after its run was: it counts, and the last one is followed by the first of a new count. */
  lateTurn(isLast: boolean): void {
    this.turn = isLast || this.turn + 1 === this.#maxTurns ? 0 : this.turn + 1;
  }

  /** The run has stopped by itself. */
  stopped(): void {
    this.#open = false;
    this.isUnfinished = false;
  }

  /** The team was put into another state: what the condition has counted so far is not of that state. */
  async loaded(turn: number, open?: JsonObject): Promise<void> {
    this.turn = turn;
    if (this.#open) await this.#condition?.reset();
    this.#open = this.waits = open !== undefined;
    if (isObject(open?.["condition"])) this.#condition?.loadState?.(open["condition"]);
  }

  /** What the condition has counted in a run that is not over. */
  held(): JsonObject {
    return { condition: this.#condition?.saveState?.() ?? null };
  }

  async reset(): Promise<void> {
    this.turn = 0;
    this.#open = this.waits = false;
    this.isUnfinished = false;
    await this.#condition?.reset();
  }

  #countTurn(run: RunContext): Awaitable<StopMessageData | undefined> {
    this.turn += 1;
    const isFull = this.#maxTurns !== undefined && this.turn >= this.#maxTurns;
    const most = isFull ? this.#maxTurns : run.meter?.turnsTaken;
    if (most === undefined) return undefined;
    const content = `Maximum number of turns ${most} reached.`;
    return this.reset().then(() => StopMessage({ content, source: this.#source }, run));
  }

  #check(delta: readonly StreamItem[], context: ConditionContext): Awaitable<StopMessageData | undefined> {
    const { run } = context;
    return whenReady(unlessAborted(this.#condition?.check(delta, context), run.signal), (outcome) => {
      const stop = stopOf(outcome, this.#source, run);
      return stop === undefined ? undefined : this.reset().then(() => stop);
    });
  }
}
