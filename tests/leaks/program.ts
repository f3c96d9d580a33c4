/**
 * Runs a team very often and writes how the heap grew: `program.ts MODE RUNS` prints
 * `{bytesPerRun, listeners, timers}`. Needs `--expose-gc`, and to be told that no code is compiled while it measures:
 * `--no-opt --no-maglev --no-sparkplug`. Compilers keep some hundred bytes a run for some thousands of runs; without them
 * the heap is the same after each hundred runs, to the byte.
 */
import { getEventListeners } from "node:events";
import {
  AssistantAgent,
  DiGraphBuilder,
  GraphFlow,
  MagenticOneGroupChat,
  MaxMessageTermination,
  RoundRobinGroupChat,
  SelectorGroupChat,
  Swarm,
} from "@tesserae/agentchat";
import { MemoryJournalStore, recordTo, tool, type Tool } from "@tesserae/core";
import { calculatingModel, leadingModel } from "./calculating-model.ts";

const [mode = "", count = "300"] = process.argv.slice(2);
const runs = Number(count);
const SAMPLES = 10;

const add: Tool = tool({
  name: "add",
  description: "Adds.",
  parameters: { type: "object", properties: { a: { type: "number" }, b: { type: "number" } } },
  execute: ({ a, b }) => Number(a) + Number(b),
});
const agents = (): readonly AssistantAgent[] =>
  ["one", "two"].map((name) => new AssistantAgent({ name, modelClient: calculatingModel(), tools: [add] }));
const { signal } = new AbortController();
const leaked: unknown[] = [];

type Team = RoundRobinGroupChat | SelectorGroupChat | Swarm | GraphFlow | MagenticOneGroupChat;

/** Two who speak at once after a third. */
function graph(): GraphFlow {
  const builder = new DiGraphBuilder();
  const nodes = ["first", "left", "right"].map(
    (name) => new AssistantAgent({ name, modelClient: calculatingModel(), tools: [add] }),
  );
  const [first, ...others] = nodes;
  if (first === undefined) throw new Error("There are three.");
  for (const node of nodes) builder.addNode(node);
  for (const node of others) builder.addEdge(first, node);
  return new GraphFlow({ participants: builder.getParticipants(), graph: builder.build() });
}
const KINDS: Readonly<Record<string, () => Team>> = {
  "round robin": () => new RoundRobinGroupChat({ participants: agents(), maxTurns: 2 }),
  selector: () =>
    new SelectorGroupChat({
      participants: agents(),
      modelClient: calculatingModel(),
      selectorFunc: (thread) => (thread.at(-1)?.source === "one" ? "two" : "one"),
      maxTurns: 2,
    }),
  swarm: () => new Swarm({ participants: agents(), terminationCondition: new MaxMessageTermination(3) }),
  "graph flow": graph,
  "magentic one": () =>
    new MagenticOneGroupChat({
      participants: agents(),
      modelClient: leadingModel(),
      terminationCondition: new MaxMessageTermination(3),
    }),
  "a team in a team": () =>
    new RoundRobinGroupChat({
      name: "outer",
      participants: [new RoundRobinGroupChat({ name: "inner", participants: agents(), maxTurns: 2 })],
      maxTurns: 1,
    }),
};

async function runNew(make: () => Team): Promise<void> {
  const team = make();
  const { status } = await team.run("go", { signal });
  if (status !== "finished") throw new Error(`The run is ${status}.`);
  await team.close();
}

async function makeRun(): Promise<() => Promise<void>> {
  const roundRobin = KINDS["round robin"];
  if (roundRobin === undefined) throw new Error("There is a round robin.");
  if (mode === "the same team") {
    const team = roundRobin();
    return async () => {
      await team.run("go", { signal });
      await team.reset();
    };
  }
  if (mode === "streams that are left") {
    return async () => {
      const team = roundRobin();
      for await (const _ of team.runStream("go", { signal })) break;
      await team.close();
    };
  }
  if (mode === "recorded runs") {
    return async () => {
      const team = roundRobin();
      await team.run("go", { signal, journal: recordTo(new MemoryJournalStore()) });
      await team.close();
    };
  }
  if (mode === "a leak") {
    return async () => {
      await runNew(roundRobin);
      leaked.push(Array.from({ length: 8 }, () => 1));
    };
  }
  const make = KINDS[mode];
  if (make === undefined) throw new Error(`There is no mode ${mode}.`);
  return () => runNew(make);
}

async function heap(): Promise<number> {
  for (let left = 3; left > 0; left -= 1) {
    globalThis.gc?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return process.memoryUsage().heapUsed;
}

const timers = (): number => process.getActiveResourcesInfo().filter((name) => /Timeout|Immediate/.test(name)).length;

const run = await makeRun();
// What is made once, and what the interpreter learns of the code.
for (let left = 300; left > 0; left -= 1) await run();
const before = timers();
const points: { readonly x: number; readonly y: number }[] = [{ x: 0, y: await heap() }];
for (let sample = 1; sample <= SAMPLES; sample += 1) {
  for (let left = runs / SAMPLES; left > 0; left -= 1) await run();
  points.push({ x: (sample * runs) / SAMPLES, y: await heap() });
}

/** The slope of the line through the points, by least squares. */
function slope(): number {
  const mean = (of: (point: { readonly x: number; readonly y: number }) => number): number =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [x, y] = [mean((point) => point.x), mean((point) => point.y)];
  const along = points.reduce((sum, point) => sum + (point.x - x) * (point.y - y), 0);
  return along / points.reduce((sum, point) => sum + (point.x - x) ** 2, 0);
}

const listeners = getEventListeners(signal, "abort").length;
console.log(JSON.stringify({ bytesPerRun: slope(), listeners, timers: timers() - before }));
