/** One thing that is measured for one contender. */
export interface Contender {
  readonly name: string;
  /** Does the work `units` times and throws when the result is wrong. */
  readonly run: (units: number) => Promise<void>;
}

/** The median time of one unit in microseconds, for each contender, measured in turn, repetition by repetition. */
export async function compare(
  contenders: readonly Contender[],
  options: { readonly units: number; readonly repetitions: number },
): Promise<readonly { readonly name: string; readonly micros: number }[]> {
  const { units, repetitions } = options;
  const times = contenders.map((): number[] => []);
  for (const { run } of contenders) await run(Math.ceil(units / 4));
  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    for (const [index, { run }] of contenders.entries()) {
      const begin = process.hrtime.bigint();
      await run(units);
      times[index]?.push(Number(process.hrtime.bigint() - begin) / 1000 / units);
    }
  }
  return contenders.map(({ name }, index) => ({ name, micros: median(times[index] ?? []) }));
}

/** The bytes of heap that `count` things take each, kept alive by what `make` returns. */
export async function heapOfEach(count: number, make: (count: number) => Promise<unknown>): Promise<number> {
  if (globalThis.gc === undefined) throw new Error("Run it through bench.ts without arguments, or with --expose-gc.");
  globalThis.gc();
  const before = process.memoryUsage().heapUsed;
  const kept = await make(count);
  globalThis.gc();
  const after = process.memoryUsage().heapUsed;
  if (kept === undefined) throw new Error("Nothing was kept.");
  return (after - before) / count;
}

/** The middle value. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Throws unless the two are equal: a benchmark of wrong results is worth nothing. */
export function expectEqual(actual: unknown, expected: unknown, what: string): void {
  if (actual !== expected) throw new Error(`${what}: expected ${String(expected)}, got ${String(actual)}`);
}
