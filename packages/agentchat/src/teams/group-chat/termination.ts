import type { RunContext } from "@tesserae/core";
import type { TerminationCondition } from "../../base/termination-condition.ts";
import { StopMessage } from "../../messages/factories.ts";
import type { StopMessage as StopMessageData, StreamItem } from "../../messages/types.ts";

/** Says when a team stops: its condition, then its number of turns. */
export class Termination {
  /** Turns since the last stop; part of the team's state. */
  turn = 0;
  /** Turns of this run: where it can be forked. */
  turnsOfRun = 0;
  readonly #source: string;
  readonly #condition: TerminationCondition | undefined;
  readonly #maxTurns: number | undefined;
  #abnormal = false;

  constructor(source: string, condition: TerminationCondition | undefined, maxTurns: number | undefined) {
    this.#source = source;
    this.#condition = condition;
    this.#maxTurns = maxTurns;
  }

  /** At the start of a run: whether the condition has fired before and was not reset. */
  async isOver(_run: RunContext): Promise<boolean> {
    this.turnsOfRun = 0;
    if (this.#abnormal) {
      this.#abnormal = false;
      await this.#condition?.reset();
    }
    return this.#condition?.terminated ?? false;
  }

  /** The task's messages count for the condition, not as a turn. */
  afterTask(messages: readonly StreamItem[], run: RunContext): Promise<StopMessageData | undefined> {
    return this.#check(messages, run);
  }

  async afterTurn(delta: readonly StreamItem[], run: RunContext): Promise<StopMessageData | undefined> {
    this.turnsOfRun += 1;
    const stop = await this.#check(delta, run);
    if (stop !== undefined) return stop;
    this.turn += 1;
    if (this.#maxTurns === undefined || this.turn < this.#maxTurns) return undefined;
    await this.reset();
    return StopMessage({ content: `Maximum number of turns ${this.#maxTurns} reached.`, source: this.#source }, run);
  }

  /** The run ended by an error or an abort: the condition starts anew with the next run. */
  endedAbnormally(): void {
    this.#abnormal = true;
  }

  async reset(): Promise<void> {
    this.turn = 0;
    this.#abnormal = false;
    await this.#condition?.reset();
  }

  async #check(delta: readonly StreamItem[], run: RunContext): Promise<StopMessageData | undefined> {
    const outcome = await this.#condition?.check(delta, { run });
    if (outcome === undefined || outcome === false || outcome === null) return undefined;
    await this.reset();
    return outcome === true
      ? StopMessage({ content: "Termination condition met", source: this.#source }, run)
      : outcome;
  }
}
