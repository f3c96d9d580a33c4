import { listOf, objectOf, textOf } from "../tags/json-shape.ts";
import type { CallFacts } from "./call-facts.ts";
import type { ToolLoop } from "./report.ts";

/** Within so many calls of a run the same call has to come again. */
const WINDOW = 20;
/** So often makes a loop. */
const ENOUGH = 3;
/** The runs that are watched: those with the latest calls. */
const MAXIMUM_RUNS = 256;
/** The loops that are kept. */
const MAXIMUM_LOOPS = 1000;

interface Watched {
  readonly recent: string[];
  readonly counts: Map<string, number>;
  /** By call: the place in the list of loops. */
  readonly loops: Map<string, { count: number }>;
}

/** Finds tools that models ask for with the same arguments over and over. */
export class LoopSums {
  readonly #runs = new Map<string, Watched>();
  readonly #loops: (Omit<ToolLoop, "count"> & { count: number })[] = [];

  /** Takes any event. */
  add({ event, isCall }: CallFacts): void {
    if (!isCall) return;
    for (const item of listOf(event.tool_calls)) {
      const call = objectOf(item);
      const tool = textOf(call["name"]);
      const argsHash = textOf(call["args_hash"]);
      if (tool === "" || argsHash === "") continue;
      const runId = textOf(event.run_id);
      this.#addCall({
        run_id: runId === "" ? null : runId,
        session_id: textOf(event.session_id),
        tool,
        args_hash: argsHash,
      });
    }
  }

  /** All loops, the longest first. */
  totals(): ToolLoop[] {
    return this.#loops.map((loop) => ({ ...loop })).sort((a, b) => b.count - a.count);
  }

  #addCall(call: Omit<ToolLoop, "count">): void {
    const watched = this.#watch(call.run_id ?? `session ${call.session_id}`);
    const key = `${call.tool} ${call.args_hash}`;
    watched.recent.push(key);
    const count = (watched.counts.get(key) ?? 0) + 1;
    watched.counts.set(key, count);
    if (watched.recent.length > WINDOW) {
      const gone = watched.recent.shift() ?? "";
      const left = (watched.counts.get(gone) ?? 1) - 1;
      if (left === 0) {
        watched.counts.delete(gone);
        // Comes it again later, it is another loop.
        watched.loops.delete(gone);
      } else watched.counts.set(gone, left);
    }
    const loop = watched.loops.get(key);
    if (loop !== undefined) loop.count += 1;
    else if (count >= ENOUGH && this.#loops.length < MAXIMUM_LOOPS) {
      const found = { ...call, count };
      this.#loops.push(found);
      watched.loops.set(key, found);
    }
  }

  /** The calls of a run; of more runs than are watched, the one that was quiet for longest is forgotten. */
  #watch(run: string): Watched {
    const watched = this.#runs.get(run) ?? { recent: [], counts: new Map(), loops: new Map() };
    this.#runs.delete(run);
    this.#runs.set(run, watched);
    if (this.#runs.size > MAXIMUM_RUNS) {
      for (const oldest of this.#runs.keys()) {
        this.#runs.delete(oldest);
        break;
      }
    }
    return watched;
  }
}
