import { fork, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import { median, medianRatio } from "./measure.ts";
import type { BenchOptions } from "./options.ts";
import { figure } from "./report.ts";
import type { Answer, Question, Taken } from "./subject.ts";

/** A contender, and the file that exports its cases. */
export interface Contender {
  readonly name: string;
  readonly file: string;
}

/** A row of the table. */
export interface CaseOf {
  readonly name: string;
  /** How many units one piece of work does: a run of a team has 30 turns. */
  readonly step: number;
  /**
   * What is compared: the processor's time where all the work is in the process, that of the caller's thread where
   * others may take over, else time on the wall.
   */
  readonly by: keyof Taken;
}

/** Under which name the times of a case are that is compared by its thread, all threads counted. */
export function inAllThreads(name: string): string {
  return `${name}, all threads`;
}

/** What was measured, repetition by repetition, in microseconds a unit. */
export class Times {
  readonly #lists = new Map<string, number[]>();

  add(contender: string, name: string, micros: number): void {
    const key = `${contender}/${name}`;
    this.#lists.set(key, [...(this.#lists.get(key) ?? []), micros]);
  }

  /** The median of one contender; NaN where it has no such case. */
  median(contender: string, name: string): number {
    return median(this.#of(contender, name));
  }

  /** How many times as long one contender takes as another. */
  ratio(name: string, contender: string, other: string): number {
    return medianRatio(this.#of(contender, name), this.#of(other, name));
  }

  /** How much longer one contender takes than another. */
  added(name: string, contender: string, other: string): number {
    const others = this.#of(other, name);
    return median(this.#of(contender, name).map((value, index) => value - (others[index] ?? Number.NaN)));
  }

  #of(contender: string, name: string): readonly number[] {
    return this.#lists.get(`${contender}/${name}`) ?? [];
  }
}

/** The processes of a contest: one for every contender. */
export class Contest {
  readonly times: Times = new Times();
  readonly #workers: ReadonlyMap<string, ChildProcess>;
  readonly #options: BenchOptions;

  private constructor(workers: ReadonlyMap<string, ChildProcess>, options: BenchOptions) {
    this.#workers = workers;
    this.#options = options;
  }

  static async open(
    contenders: readonly Contender[],
    options: BenchOptions,
    env: Readonly<Record<string, string>> = {},
  ): Promise<Contest> {
    const workers = new Map<string, ChildProcess>();
    for (const { name, file } of contenders) {
      if (options.subjects?.includes(name) === false) continue;
      const worker = startProcess(new URL("worker.ts", import.meta.url), [file], env);
      await answerOf(worker);
      workers.set(name, worker);
    }
    return new Contest(workers, options);
  }

  /** Measures a case: the contenders in turn, repetition by repetition. */
  async run({ name, step, by }: CaseOf): Promise<void> {
    const { only, repetitions, milliseconds } = this.#options;
    if (only !== undefined && only !== name) return;
    const units = new Map<string, number>();
    for (const [contender, worker] of this.#workers) {
      const answer = await ask(worker, { ask: "units", name, step, milliseconds }, `${contender}, ${name}`);
      if ("units" in answer && answer.units !== undefined) units.set(contender, answer.units);
    }
    for (let repetition = 0; repetition < repetitions; repetition += 1) {
      for (const [contender, count] of units) {
        const worker = this.#workers.get(contender);
        if (worker === undefined) continue;
        const answer = await ask(worker, { ask: "time", name, units: count }, `${contender}, ${name}`);
        if (!("wall" in answer)) continue;
        this.times.add(contender, name, answer[by]);
        if (by === "thread") this.times.add(contender, inAllThreads(name), answer.cpu);
      }
    }
    const shown = [...units.keys()].map((one) => `${one} ${figure(this.times.median(one, name))}`);
    console.error(`${name}: ${shown.join(", ")}`);
  }

  /** The heap that each of `count` agents or actors takes; `undefined` where a contender has none. */
  async heap(contender: string, count: number): Promise<number | undefined> {
    const worker = this.#workers.get(contender);
    if (worker === undefined) return undefined;
    const answer = await ask(worker, { ask: "heap", count }, `${contender}, heap`);
    return "bytes" in answer ? answer.bytes : undefined;
  }

  /** How many of so many calls a recorder keeps; `undefined` where a contender keeps none. */
  async recorded(contender: string, name: string, units: number): Promise<number | undefined> {
    const worker = this.#workers.get(contender);
    if (worker === undefined) return undefined;
    const answer = await ask(worker, { ask: "recorded", name, units }, `${contender}, recorded`);
    return "recorded" in answer ? answer.recorded : undefined;
  }

  close(): void {
    for (const worker of this.#workers.values()) worker.kill();
  }
}

/** Starts a program of ours in a process of its own. */
export function startProcess(
  file: URL,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): ChildProcess {
  // Without the condition `source`: what is measured is what is built.
  return fork(fileURLToPath(file), args, {
    execArgv: ["--expose-gc", "--no-warnings"],
    env: { ...process.env, NODE_OPTIONS: "", ...env },
  });
}

/** The next message of a process; rejects when it ends instead. */
export function answerOf<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null): void => reject(new Error(`A process ended with code ${code}.`));
    child.once("exit", onExit);
    child.once("message", (message) => {
      child.off("exit", onExit);
      resolve(message as T);
    });
  });
}

async function ask(worker: ChildProcess, question: Question, what: string): Promise<Answer> {
  const answer = answerOf<Answer>(worker);
  worker.send(question);
  const given = await answer;
  if ("error" in given) throw new Error(`${what}: ${given.error}`);
  return given;
}
