import { ValueError, choose, type Awaitable } from "@tesserae/core";
import type { ConditionContext } from "../base/termination-condition.ts";
import type { StreamItem } from "../messages/types.ts";
import { CountlessCondition } from "./countless-condition.ts";

/** Stops when a function of the user's says so of the new messages. It cannot be written to JSON. */
export class FunctionalTermination extends CountlessCondition {
  protected readonly source = "FunctionalTermination";
  readonly #func: (delta: readonly StreamItem[]) => Awaitable<boolean>;

  constructor(func: (delta: readonly StreamItem[]) => Awaitable<boolean>) {
    super();
    if (typeof func !== "function")
      throw new ValueError("A FunctionalTermination takes a function of the new messages.");
    this.#func = func;
  }

  protected async evaluate(
    delta: readonly StreamItem[],
    context: ConditionContext | undefined,
  ): Promise<string | false> {
    const ask = async (): Promise<boolean> => {
      const met: unknown = await this.#func(delta);
      return met === true;
    };
    const met = context === undefined ? await ask() : await choose(context.run, "termination", delta, ask);
    return met && "Functional termination condition met";
  }
}
