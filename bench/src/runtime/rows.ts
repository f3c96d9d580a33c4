import { AgentId } from "@tesserae/core";
import { AsyncAdder, adderId, news, startFanOut, startRuntime, SyncAdder, type Heard } from "./actors.ts";
import { Floor, type AddMessage, type Receive } from "./floor.ts";
import { expectEqual, type Contender } from "./measure.ts";

const IN_FLIGHT = 1000;
const LISTENERS = 100;

/** One thing that is measured. */
export interface Row {
  readonly title: string;
  /** The greatest ratio to the floor. */
  readonly budget: number;
  /** How often it is done in one repetition. */
  readonly units: number;
  /** The floor first. */
  readonly contenders: readonly [Contender, Contender];
}

type Request = (value: number) => Promise<unknown>;

/** A way to handle the message: the same for the floor and for the runtime. */
interface Handling {
  readonly receive: Receive;
  readonly make: () => SyncAdder | AsyncAdder;
}

const sync: Handling = { receive: ({ value }) => value + 1, make: () => new SyncAdder() };
const async: Handling = { receive: async ({ value }) => value + 1, make: () => new AsyncAdder() };

/** All rows; each is to be made and measured in a process of its own. */
export const rows: Readonly<Record<string, () => Promise<Row>>> = {
  request: () => requestRow("request and answer", 2, sync, sequence),
  "request-async": () => requestRow("request and answer, async handler", 2, async, sequence),
  "in-flight": () => requestRow("1,000 in flight", 1.7, sync, inFlight),
  "in-flight-async": () => requestRow("1,000 in flight, async handler", 1.7, async, inFlight),
  "fan-out": () => fanOutRow(),
  spawn: () => spawnRow(sync),
};

/** Made by hand, so that the same is done for both. */
export function add(value: number): AddMessage {
  return { type: "bench.Add", value };
}

/** One request after another. */
export async function sequence(units: number, request: Request): Promise<void> {
  let sum = 0;
  for (let index = 0; index < units; index += 1) sum += Number(await request(index));
  expectEqual(sum, (units * (units + 1)) / 2, "sum of the answers");
}

async function inFlight(units: number, request: Request): Promise<void> {
  for (let done = 0; done < units; done += IN_FLIGHT) {
    const answers: Promise<unknown>[] = [];
    for (let index = 0; index < IN_FLIGHT; index += 1) answers.push(request(index));
    const values = await Promise.all(answers);
    expectEqual(values[IN_FLIGHT - 1], IN_FLIGHT, "last answer");
  }
}

async function requestRow(
  title: string,
  budget: number,
  { receive, make }: Handling,
  drive: (units: number, request: Request) => Promise<void>,
): Promise<Row> {
  const floor = new Floor(() => receive);
  const runtime = await startRuntime(make);
  return row(
    title,
    budget,
    (units) => drive(units, (value) => floor.request("adder/default", add(value))),
    (units) => drive(units, (value) => runtime.sendMessage(add(value), adderId)),
  );
}

async function spawnRow({ receive, make }: Handling): Promise<Row> {
  let round = 0;
  return row(
    "new agent and one message",
    1.4,
    (units) => {
      const floor = new Floor(() => receive);
      round += 1;
      return sequence(units, (value) => floor.request(`adder/${round}-${value}`, add(value)));
    },
    async (units) => {
      const runtime = await startRuntime(make);
      round += 1;
      await sequence(units, (value) => runtime.sendMessage(add(value), new AgentId("adder", `${round}-${value}`)));
      await runtime.stop();
    },
    30_000,
  );
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
  return row(
    `one message to ${LISTENERS} agents, a delivery`,
    1.3,
    (units) =>
      hear(heardFloor, units, () => {
        const message = add(1);
        for (const address of addresses) floor.tell(address, message);
      }),
    (units) => hear(heard, units, () => void runtime.publishMessage(add(1), news)),
  );
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

function row(title: string, budget: number, floor: Contender["run"], runtime: Contender["run"], units = 300_000): Row {
  const contenders = [
    { name: "floor", run: floor },
    { name: "runtime", run: runtime },
  ] as const;
  return { title, budget, units, contenders };
}
