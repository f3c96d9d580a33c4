/** nact: actors of the system's root; a request is a query with a time limit, as its documentation has it. */
import { dispatch, query, spawn, start, stop, type LocalActorRef } from "nact";
import type { SubjectModule } from "../../lib/subject.ts";
import { Heard, LISTENERS, add, sequence, type AddMessage, type Subject } from "../subject.ts";

type Ask = AddMessage & { readonly sender: LocalActorRef<number> };

const system = start();
const sync = spawn(system, (_state: unknown, { value, sender }: Ask) => dispatch(sender, value + 1), "sync");
const async = spawn(system, async (_state: unknown, { value, sender }: Ask) => dispatch(sender, value + 1), "async");
const heard = new Heard();
const listeners = Array.from({ length: LISTENERS }, (_, index) =>
  spawn(system, (_state: unknown, { value }: AddMessage) => heard.add(value), `listener${index}`),
);
const ask = (actor: LocalActorRef<Ask>, value: number): Promise<number> =>
  query(actor, (sender: LocalActorRef<number>) => ({ ...add(value), sender }), 60_000);

function make(parent: ReturnType<typeof start>, name: string): LocalActorRef<Ask> {
  return spawn(parent, (_state: unknown, { value, sender }: Ask) => dispatch(sender, value + 1), name);
}

/** nact. */
export const subject: Subject = {
  request: (units) => sequence(units, (value) => ask(sync, value)),
  "request, async handler": (units) => sequence(units, (value) => ask(async, value)),
  // Not 1,000 in flight: now and then a query waits until its time limit, and with it the whole benchmark.
  "fan-out, a delivery": (units) =>
    heard.rounds(units, () => {
      const message = add(1);
      for (const listener of listeners) dispatch(listener, message);
    }),
  "new agent and one message": async (units) => {
    const fresh = start();
    await sequence(units, (value) => ask(make(fresh, String(value)), value));
    stop(fresh);
  },
};

/** Actors that have handled one message each. */
export const keep: SubjectModule["keep"] = async (count) => {
  const fresh = start();
  await sequence(count, (value) => ask(make(fresh, String(value)), value));
  return fresh;
};
