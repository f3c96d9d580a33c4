/**
 * The actor runtime against a 20-line mailbox: request and answer, many in flight, fan-out, making agents, heap an
 * agent. Each row runs in a process of its own, in which the two take turns.
 * Run: `node --conditions=source bench/src/runtime/bench.ts [row]`. The budgets are those of PERFORMANCE, section 6.
 */
import { spawnSync } from "node:child_process";
import { AgentId } from "@tesserae/core";
import { startRuntime, SyncAdder } from "./actors.ts";
import { Floor } from "./floor.ts";
import { compare, heapOfEach } from "./measure.ts";
import { add, rows, sequence } from "./rows.ts";

const HEAP_BUDGET = 400;
const AGENTS = 100_000;

async function measureRow(name: string): Promise<void> {
  const make = rows[name];
  if (make === undefined)
    throw new Error(`No row ${name}; there are heap-floor, heap, ${Object.keys(rows).join(", ")}.`);
  const { title, budget, units, contenders } = await make();
  const [floor, runtime] = await compare(contenders, { units, repetitions: 15 });
  if (floor === undefined || runtime === undefined) throw new Error("Nothing was measured.");
  const ratio = runtime.micros / floor.micros;
  const detail = `floor ${floor.micros.toFixed(3)}, runtime ${runtime.micros.toFixed(3)} us`;
  print(ratio <= budget, title, detail, `ratio ${ratio.toFixed(2)}, at most ${budget}`);
}

async function measureHeap(name: string): Promise<void> {
  if (name === "heap-floor") {
    const bytes = await heapOfEach(AGENTS, async (count) => {
      const floor = new Floor(
        () =>
          ({ value }) =>
            value + 1,
      );
      await sequence(count, (value) => floor.request(`adder/${value}`, add(value)));
      return floor;
    });
    print(true, "heap an actor of the floor", `${bytes.toFixed(0)} bytes`, "");
    return;
  }
  const bytes = await heapOfEach(AGENTS, async (count) => {
    const runtime = await startRuntime(() => new SyncAdder());
    await sequence(count, (value) => runtime.sendMessage(add(value), new AgentId("adder", String(value))));
    return runtime;
  });
  print(bytes <= HEAP_BUDGET, "heap an agent", `${bytes.toFixed(0)} bytes`, `at most ${HEAP_BUDGET}`);
}

function print(within: boolean, title: string, detail: string, verdict: string): void {
  console.log(`${within ? "ok  " : "OVER"} ${title.padEnd(40)} ${detail.padEnd(32)} ${verdict}`);
}

const [, script = "", name] = process.argv;
if (name === undefined) {
  for (const row of ["heap-floor", "heap", ...Object.keys(rows)]) {
    spawnSync(process.execPath, ["--expose-gc", "--conditions=source", script, row], { stdio: "inherit" });
  }
} else {
  await (name.startsWith("heap") ? measureHeap(name) : measureRow(name));
  // Runtimes that were started would otherwise be waited for.
  process.exit(0);
}
