/**
 * The actor runtime against a 20-line mailbox in the same process: request and answer, many in flight, fan-out,
 * making agents, heap an agent. Run: `node --expose-gc --conditions=source bench/src/runtime/bench.ts`.
 * The budgets are those of PERFORMANCE, section 6.
 */
import { AgentId } from "@tesserae/core";
import { adderId, AsyncAdder, news, startFanOut, startRuntime, SyncAdder, type Heard } from "./actors.ts";
import { Floor, type AddMessage, type Receive } from "./floor.ts";
import { compare, expectEqual, heapOfEach, type Contender } from "./measure.ts";

const IN_FLIGHT = 1000;
const LISTENERS = 100;

/** Made by hand, so that the same is done for both. */
function add(value: number): AddMessage {
  return { type: "bench.Add", value };
}

async function sequence(units: number, request: (value: number) => Promise<unknown>): Promise<void> {
  let sum = 0;
  for (let index = 0; index < units; index += 1) sum += Number(await request(index));
  expectEqual(sum, (units * (units + 1)) / 2, "sum of the answers");
}

async function inFlight(units: number, request: (value: number) => Promise<unknown>): Promise<void> {
  for (let done = 0; done < units; done += IN_FLIGHT) {
    const answers: Promise<unknown>[] = [];
    for (let index = 0; index < IN_FLIGHT; index += 1) answers.push(request(index));
    const values = await Promise.all(answers);
    expectEqual(values[IN_FLIGHT - 1], IN_FLIGHT, "last answer");
  }
}

async function hear(heard: Heard, units: number, tellAll: () => void): Promise<void> {
  const rounds = Math.ceil(units / LISTENERS);
  for (let round = 0; round < rounds; round += 1) {
    heard.count = 0;
    heard.expected = LISTENERS;
    await new Promise<void>((resolve) => {
      heard.done = resolve;
      tellAll();
    });
    expectEqual(heard.count, LISTENERS, "deliveries of a round");
  }
}

interface Row {
  readonly title: string;
  /** The greatest ratio to the floor. */
  readonly budget: number;
  readonly units: number;
  readonly contenders: readonly Contender[];
}

async function requestRows(title: string, receive: Receive, make: () => SyncAdder | AsyncAdder): Promise<Row[]> {
  const floor = new Floor(() => receive);
  const runtime = await startRuntime(make);
  const ask = (value: number): Promise<unknown> => runtime.sendMessage(add(value), adderId);
  const askFloor = (value: number): Promise<unknown> => floor.request("adder/default", add(value));
  let round = 0;
  const spawnFloor = (units: number): Promise<void> => {
    const fresh = new Floor(() => receive);
    round += 1;
    return sequence(units, (value) => fresh.request(`adder/${round}-${value}`, add(value)));
  };
  const spawn = async (units: number): Promise<void> => {
    const fresh = await startRuntime(make);
    round += 1;
    await sequence(units, (value) => fresh.sendMessage(add(value), new AgentId("adder", `${round}-${value}`)));
    await fresh.stop();
  };
  const row = (what: string, budget: number, units: number, ...runs: [Contender["run"], Contender["run"]]): Row => ({
    title: `${what}, ${title} handler`,
    budget,
    units,
    contenders: [
      { name: "floor", run: runs[0] },
      { name: "runtime", run: runs[1] },
    ],
  });
  return [
    row(
      "request and answer",
      2,
      200_000,
      (units) => sequence(units, askFloor),
      (units) => sequence(units, ask),
    ),
    row(
      "1,000 in flight",
      1.7,
      200_000,
      (units) => inFlight(units, askFloor),
      (units) => inFlight(units, ask),
    ),
    row("new agent and message", 1.4, 50_000, spawnFloor, spawn),
  ];
}

async function fanOutRow(): Promise<Row> {
  const heardFloor: Heard = { count: 0, expected: 0, done: () => undefined };
  const heard: Heard = { count: 0, expected: 0, done: () => undefined };
  const floor = new Floor(() => ({ value }) => {
    heardFloor.count += value;
    if (heardFloor.count === heardFloor.expected) heardFloor.done();
    return 0;
  });
  const addresses = Array.from({ length: LISTENERS }, (_, index) => `listener${index}/default`);
  const runtime = await startFanOut(LISTENERS, heard);
  return {
    title: `one message to ${LISTENERS} agents, a delivery`,
    budget: 1.3,
    units: 200_000,
    contenders: [
      {
        name: "floor",
        run: (units) => hear(heardFloor, units, () => addresses.forEach((address) => floor.tell(address, add(1)))),
      },
      {
        name: "runtime",
        run: (units) => hear(heard, units, () => void runtime.publishMessage(add(1), news)),
      },
    ],
  };
}

async function heapOfAgents(): Promise<void> {
  const floor = await heapOfEach(100_000, async (count) => {
    const made = new Floor(
      () =>
        ({ value }) =>
          value + 1,
    );
    await sequence(count, (value) => made.request(`adder/${value}`, add(value)));
    return made;
  });
  const ours = await heapOfEach(100_000, async (count) => {
    const runtime = await startRuntime(() => new SyncAdder());
    await sequence(count, (value) => runtime.sendMessage(add(value), new AgentId("adder", String(value))));
    return runtime;
  });
  print("heap an agent, bytes", 400, ours / 400, `floor ${floor.toFixed(0)}, runtime ${ours.toFixed(0)}`);
}

function print(title: string, budget: number, ratio: number, detail: string): void {
  const verdict = budget === 400 ? ratio <= 1 : ratio <= budget;
  const shown = budget === 400 ? "at most 400" : `ratio ${ratio.toFixed(2)}, at most ${budget}`;
  console.log(`${verdict ? "ok  " : "OVER"} ${title.padEnd(44)} ${detail.padEnd(34)} ${shown}`);
}

await heapOfAgents();
const all = [
  ...(await requestRows(
    "sync",
    ({ value }) => value + 1,
    () => new SyncAdder(),
  )),
  ...(await requestRows(
    "async",
    async ({ value }) => value + 1,
    () => new AsyncAdder(),
  )),
  await fanOutRow(),
];
for (const { title, budget, units, contenders } of all) {
  const [floor, ours] = await compare(contenders, { units, repetitions: 9 });
  if (floor === undefined || ours === undefined) throw new Error("Nothing was measured.");
  const detail = `floor ${floor.micros.toFixed(3)}, runtime ${ours.micros.toFixed(3)} us`;
  print(title, budget, ours.micros / floor.micros, detail);
}
process.exit(0);
