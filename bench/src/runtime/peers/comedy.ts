/** comedy: in-memory actors below the root; a message is a topic with a body. */
import comedy from "comedy";
import type { SubjectModule } from "../../lib/subject.ts";
import { Heard, LISTENERS, add, inFlight, sequence, type AddMessage, type Subject } from "../subject.ts";

interface Actor {
  createChild(behaviour: object, options?: object): Promise<Actor>;
  send(topic: string, message: unknown): Promise<void>;
  sendAndReceive(topic: string, message: unknown): Promise<number>;
}

const quiet = { debug() {}, info() {}, warn() {}, error: console.error, silly() {}, isDebug: () => false };
const system = comedy.createSystem({ log: quiet, test: true });
const root: Actor = await system.rootActor();
const behaviour = { add: ({ value }: AddMessage) => value + 1 };
const sync = await root.createChild(behaviour);
const async = await root.createChild({ add: async ({ value }: AddMessage) => value + 1 });
const heard = new Heard();
const listeners: Actor[] = [];
for (let index = 0; index < LISTENERS; index += 1) {
  listeners.push(await root.createChild({ add: ({ value }: AddMessage) => heard.add(value) }));
}

/** comedy. */
export const subject: Subject = {
  request: (units) => sequence(units, (value) => sync.sendAndReceive("add", add(value))),
  "request, async handler": (units) => sequence(units, (value) => async.sendAndReceive("add", add(value))),
  "1,000 in flight": (units) => inFlight(units, (value) => sync.sendAndReceive("add", add(value))),
  "1,000 in flight, async handler": (units) => inFlight(units, (value) => async.sendAndReceive("add", add(value))),
  "fan-out, a delivery": (units) =>
    heard.rounds(units, () => {
      const message = add(1);
      for (const listener of listeners) void listener.send("add", message);
    }),
  "new agent and one message": async (units) => {
    const fresh = comedy.createSystem({ log: quiet, test: true });
    const parent: Actor = await fresh.rootActor();
    await sequence(units, async (value) => (await parent.createChild(behaviour)).sendAndReceive("add", add(value)));
    await fresh.destroy();
  },
};

/** Actors that have handled one message each. */
export const keep: SubjectModule["keep"] = async (count) => {
  const parent: Actor = await comedy.createSystem({ log: quiet, test: true }).rootActor();
  await sequence(count, async (value) => (await parent.createChild(behaviour)).sendAndReceive("add", add(value)));
  return parent;
};
