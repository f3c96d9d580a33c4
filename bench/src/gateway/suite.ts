import { answerOf, startProcess } from "../lib/contest.ts";
import { median, medianRatio } from "../lib/measure.ts";
import type { BenchOptions } from "../lib/options.ts";
import { figure, given, type Suite, type Verdict } from "../lib/report.ts";
import { GATEWAYS, type Running } from "./contenders.ts";
import { load, type Ask, type Load } from "./load.ts";
import { cpuOf, memoryOf } from "./process-cost.ts";

/** What a row measures of a load: microseconds, or requests a second. */
type Measure = (load: Load, cpuMicros: number) => number;

interface Row {
  readonly name: string;
  readonly ask: Ask;
  readonly connections: number;
  /** Requests of one repetition. */
  readonly requests: number;
  readonly measure: Measure;
  /** Ours over the relay's, at most; a rate is at least so much. */
  readonly budget: number;
  readonly isRate?: boolean;
}

/** Rounds before those that count: a gateway is a larger program than a relay, and takes longer until it is compiled. */
const WARM_UP = 3;

const PLAIN: Ask = { deltas: 0, bytes: 2_000 };
const cpuEach: Measure = ({ times }, cpu) => cpu / times.length;
const percentile =
  (share: number): Measure =>
  ({ times }) =>
    times.toSorted((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN;

const ROWS: readonly Row[] = [
  {
    name: "time, 1 connection",
    ask: PLAIN,
    connections: 1,
    requests: 400,
    measure: ({ times }) => median(times),
    budget: 1.15,
  },
  {
    name: "processor time, 16 connections",
    ask: PLAIN,
    connections: 16,
    requests: 4000,
    measure: cpuEach,
    budget: 1.5,
  },
  {
    name: "99th percentile, 16 connections",
    ask: PLAIN,
    connections: 16,
    requests: 4000,
    measure: percentile(0.99),
    budget: 2,
  },
  {
    name: "requests a second, 64 connections",
    ask: PLAIN,
    connections: 64,
    requests: 4000,
    measure: ({ times, seconds }) => times.length / seconds,
    budget: 0.66,
    isRate: true,
  },
  {
    name: "processor time, prompt of 64 kB",
    ask: { deltas: 0, bytes: 65_536 },
    connections: 16,
    requests: 1500,
    measure: cpuEach,
    budget: 1.3,
  },
  {
    name: "first byte of a stream, 1 connection",
    ask: { deltas: 20, bytes: 2_000 },
    connections: 1,
    requests: 300,
    measure: ({ firsts }) => median(firsts),
    budget: 1.1,
  },
  {
    name: "processor time, stream of 20",
    ask: { deltas: 20, bytes: 2_000 },
    connections: 16,
    requests: 2000,
    measure: cpuEach,
    budget: 0.75,
  },
  {
    name: "processor time, stream of 500",
    ask: { deltas: 500, bytes: 2_000 },
    connections: 16,
    requests: 250,
    measure: cpuEach,
    budget: 0.75,
  },
];

/** The gateway against a bare relay and the peers, each in a process of its own in front of the same provider. */
export async function gateway(options: BenchOptions): Promise<Suite> {
  const provider = startProcess(new URL("upstream.ts", import.meta.url));
  const { url } = await answerOf<{ url: string }>(provider);
  const running = new Map<string, Running>();
  const found = new Map<string, number[]>();
  const missing: string[] = [];
  try {
    for (const { name, start } of GATEWAYS) {
      if (options.subjects?.includes(name) === false) continue;
      const one = await start(url);
      if (one === undefined) missing.push(name);
      else running.set(name, one);
    }
    for (const row of ROWS) {
      if (options.only !== undefined && options.only !== row.name) continue;
      await measureRow(row, running, found, options.repetitions);
    }
    return report(running, found, missing, options);
  } finally {
    for (const { child } of running.values()) child.kill();
    provider.kill();
  }
}

async function measureRow(
  row: Row,
  running: Map<string, Running>,
  found: Map<string, number[]>,
  repetitions: number,
): Promise<void> {
  for (let repetition = -WARM_UP; repetition < repetitions; repetition += 1) {
    for (const [name, { target, child }] of running) {
      const pid = child.pid ?? 0;
      const before = cpuOf(pid);
      try {
        const share = GATEWAYS.find((one) => one.name === name)?.share ?? 1;
        const done = await load(target, row.ask, row.connections, Math.ceil(row.requests * share));
        if (repetition >= 0) note(found, `${name}/${row.name}`, row.measure(done, cpuOf(pid) - before));
      } catch (error) {
        if (repetition === -WARM_UP) console.error(`${name}, ${row.name}: ${String(error)}`);
        note(found, `${name}/${row.name}`, Number.NaN);
      }
    }
  }
  const shown = [...running.keys()].map((name) => `${name} ${figure(median(found.get(`${name}/${row.name}`) ?? []))}`);
  console.error(`${row.name}: ${shown.join(", ")}`);
}

function note(found: Map<string, number[]>, key: string, value: number): void {
  const list = found.get(key);
  if (list === undefined) found.set(key, [value]);
  else list.push(value);
}

function report(
  running: ReadonlyMap<string, Running>,
  found: ReadonlyMap<string, number[]>,
  missing: readonly string[],
  options: BenchOptions,
): Suite {
  const names = [...running.keys()];
  const of = (name: string, row: string): readonly number[] => found.get(`${name}/${row}`) ?? [];
  const floor = GATEWAYS[0]?.name ?? "";
  const ratio = (name: string, row: string): number => medianRatio(of(name, row), of(floor, row));
  const rows = ROWS.map(({ name: row }) => [
    row,
    ...names.map((name) =>
      name === floor ? figure(median(of(name, row))) : `${figure(median(of(name, row)))} (${figure(ratio(name, row))})`,
    ),
  ]);
  rows.push(["memory after it, MB", ...names.map((name) => figure(memoryOf(running.get(name)?.child.pid ?? 0)))]);
  const verdicts = ROWS.map(({ name, budget, isRate }): Verdict => {
    const value = ratio("Tesserae", name);
    return {
      what: name,
      against: floor,
      value: isRate === true ? 1 / value : value,
      most: isRate === true ? 1 / budget : budget,
    };
  });
  const left = missing.length === 0 ? "" : ` Not installed here: ${missing.join(", ")}.`;
  return {
    title: "Gateway",
    note: `Microseconds a request (a rate in its row), and in brackets as a multiple of the bare relay's. Every request is another one: no cache answers. Ours checks keys, reserves money, looks into its caches and writes its ledger.${left}`,
    table: [["", ...names], ...rows],
    verdicts: given(verdicts, options),
  };
}
