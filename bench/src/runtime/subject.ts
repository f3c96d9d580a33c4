import { check, type Subject as AnySubject } from "../lib/subject.ts";
import type { CaseOf } from "../lib/contest.ts";

/** How many requests are open at once. */
export const IN_FLIGHT = 1000;
/** How many listen to one topic. */
export const LISTENERS = 100;

/** The rows of the table. */
export const CASES = [
  { name: "request", step: 1000, by: "cpu" },
  { name: "request, async handler", step: 1000, by: "cpu" },
  { name: "1,000 in flight", step: IN_FLIGHT, by: "cpu" },
  { name: "1,000 in flight, async handler", step: IN_FLIGHT, by: "cpu" },
  { name: "fan-out, a delivery", step: LISTENERS, by: "cpu" },
  { name: "new agent and one message", step: 1000, by: "cpu" },
] as const satisfies readonly CaseOf[];

/** The name of a row. */
export type Case = (typeof CASES)[number]["name"];

/** What one contender can do. */
export type Subject = AnySubject<Case>;

/** The message of the benchmarks, made by hand, so that all do the same. */
export interface AddMessage {
  readonly type: "bench.Add";
  readonly value: number;
}

/** Makes the message. */
export function add(value: number): AddMessage {
  return { type: "bench.Add", value };
}

type Request = (value: number) => unknown;

/** One request after another. */
export async function sequence(units: number, request: Request): Promise<void> {
  let sum = 0;
  for (let index = 0; index < units; index += 1) sum += Number(await request(index));
  check(sum, (units * (units + 1)) / 2, "sum of the answers");
}

/** A thousand requests at once, again and again. */
export async function inFlight(units: number, request: Request): Promise<void> {
  for (let done = 0; done < units; done += IN_FLIGHT) {
    const answers: unknown[] = [];
    for (let index = 0; index < IN_FLIGHT; index += 1) answers.push(request(index));
    const values = await Promise.all(answers);
    check(values[IN_FLIGHT - 1], IN_FLIGHT, "last answer");
  }
}

/** What the listeners of a fan-out have heard. */
export class Heard {
  #count = 0;
  #done: () => void = () => undefined;

  /** A listener calls it with the value of each message. */
  readonly add = (value: number): void => {
    this.#count += value;
    if (this.#count === LISTENERS) this.#done();
  };

  /** Tells all listeners, and waits until each has heard it. */
  async rounds(units: number, tellAll: () => void): Promise<void> {
    for (let done = 0; done < units; done += LISTENERS) {
      this.#count = 0;
      await new Promise<void>((resolve) => {
        this.#done = resolve;
        tellAll();
      });
      check(this.#count, LISTENERS, "deliveries of a round");
    }
  }
}
