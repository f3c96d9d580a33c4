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

/** The same call over and over, and the model calls that asked for it. */
interface Repetition {
  count: number;
  costUsd: number;
}

interface Watched {
  readonly recent: { readonly key: string; readonly costUsd: number }[];
  readonly counts: Map<string, Repetition>;
  readonly loops: Map<string, Repetition>;
}

type AskedFor = Omit<ToolLoop, "count" | "cost_usd">;

/** Finds tools that models ask for with the same arguments over and over. */
export class LoopSums {
  readonly #runs = new Map<string, Watched>();
  #last: { readonly run: string; readonly watched: Watched } | undefined;
  readonly #loops: (readonly [AskedFor, Repetition])[] = [];

  /** Takes any event. */
  add({ event, isCall, costUsd }: CallFacts): void {
    if (!isCall) return;
    for (const item of listOf(event.tool_calls)) {
      const call = objectOf(item);
      const tool = textOf(call["name"]);
      const argsHash = textOf(call["args_hash"]);
      if (tool === "" || argsHash === "") continue;
      const runId = textOf(event.run_id);
      const sessionId = textOf(event.session_id);
      const asked = { run_id: runId === "" ? null : runId, session_id: sessionId, tool, args_hash: argsHash };
      this.#addCall(asked, costUsd ?? 0);
    }
  }

  /** All loops, the longest first. */
  totals(): ToolLoop[] {
    return this.#loops
      .map(([call, { count, costUsd }]) => ({ ...call, count, cost_usd: Math.round(costUsd * 1e12) / 1e12 }))
      .sort((a, b) => b.count - a.count);
  }

  #addCall(call: AskedFor, costUsd: number): void {
    const watched = this.#watch(call.run_id ?? `session ${call.session_id}`);
    const key = `${call.tool} ${call.args_hash}`;
    watched.recent.push({ key, costUsd });
    const now = plus(watched.counts.get(key) ?? { count: 0, costUsd: 0 }, 1, costUsd);
    watched.counts.set(key, now);
    forgetOldest(watched);
    const loop = watched.loops.get(key);
    if (loop !== undefined) plus(loop, 1, costUsd);
    else if (now.count >= ENOUGH && this.#loops.length < MAXIMUM_LOOPS) {
      const found = { ...now };
      this.#loops.push([call, found]);
      watched.loops.set(key, found);
    }
  }

  /** The calls of a run; of more runs than are watched, the one that was quiet for longest is forgotten. */
  #watch(run: string): Watched {
    // Several calls of one run often follow each other.
    if (run === this.#last?.run) return this.#last.watched;
    const watched = this.#runs.get(run) ?? { recent: [], counts: new Map(), loops: new Map() };
    this.#runs.delete(run);
    this.#runs.set(run, watched);
    this.#last = { run, watched };
    if (this.#runs.size > MAXIMUM_RUNS) {
      for (const oldest of this.#runs.keys()) {
        this.#runs.delete(oldest);
        break;
      }
    }
    return watched;
  }
}

function plus(repetition: Repetition, count: number, costUsd: number): Repetition {
  repetition.count += count;
  repetition.costUsd += costUsd;
  return repetition;
}

/** Only so many calls are looked at. A call that is none of them any more, and comes again later, is another loop. */
function forgetOldest({ recent, counts, loops }: Watched): void {
  const gone = recent.length > WINDOW ? recent.shift() : undefined;
  const counted = gone === undefined ? undefined : counts.get(gone.key);
  if (gone === undefined || counted === undefined) return;
  if (plus(counted, -1, -gone.costUsd).count > 0) return;
  counts.delete(gone.key);
  loops.delete(gone.key);
}
