/** Our runtime in one process. */
import { AgentId } from "@tesserae/core";
import type { SubjectModule } from "../../lib/subject.ts";
import { AsyncAdder, SyncAdder, adderId, news, startFanOut, startRuntime } from "../actors.ts";
import { Heard, LISTENERS, add, inFlight, sequence, type Subject } from "../subject.ts";

const runtimes = {
  sync: await startRuntime(() => new SyncAdder()),
  async: await startRuntime(() => new AsyncAdder()),
};
const heard = new Heard();
const topic = await startFanOut(LISTENERS, heard.add);
let round = 0;

/** The runtime. */
export const subject: Subject = {
  request: (units) => sequence(units, (value) => runtimes.sync.sendMessage(add(value), adderId)),
  "request, async handler": (units) => sequence(units, (value) => runtimes.async.sendMessage(add(value), adderId)),
  "1,000 in flight": (units) => inFlight(units, (value) => runtimes.sync.sendMessage(add(value), adderId)),
  "1,000 in flight, async handler": (units) =>
    inFlight(units, (value) => runtimes.async.sendMessage(add(value), adderId)),
  "fan-out, a delivery": (units) => heard.rounds(units, () => void topic.publishMessage(add(1), news)),
  "new agent and one message": async (units) => {
    const runtime = await startRuntime(() => new SyncAdder());
    round += 1;
    await sequence(units, (value) => runtime.sendMessage(add(value), new AgentId("adder", `${round}-${value}`)));
    await runtime.stop();
  },
};

/** Agents that have handled one message each. */
export const keep: SubjectModule["keep"] = async (count) => {
  const runtime = await startRuntime(() => new SyncAdder());
  await sequence(count, (value) => runtime.sendMessage(add(value), new AgentId("adder", String(value))));
  return runtime;
};
