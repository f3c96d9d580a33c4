/** xstate: an actor with a transition function. It handles an event at once, in the call: it is no mailbox. */
import { createActor, fromTransition, type AnyActorRef } from "xstate";
import type { SubjectModule } from "../../lib/subject.ts";
import { Heard, LISTENERS, add, inFlight, sequence, type AddMessage, type Subject } from "../subject.ts";

const logic = fromTransition((_state: { value: number }, { value }: AddMessage) => ({ value: value + 1 }), {
  value: 0,
});
const actor = createActor(logic).start();
const heard = new Heard();
const listeners = Array.from({ length: LISTENERS }, () =>
  createActor(
    fromTransition((state: object, { value }: AddMessage) => {
      heard.add(value);
      return state;
    }, {}),
  ).start(),
);

function request(to: typeof actor, value: number): number {
  to.send(add(value));
  return to.getSnapshot().context.value;
}

/** xstate. */
export const subject: Subject = {
  request: (units) => sequence(units, (value) => request(actor, value)),
  "1,000 in flight": (units) => inFlight(units, (value) => request(actor, value)),
  "fan-out, a delivery": (units) =>
    heard.rounds(units, () => {
      const message = add(1);
      for (const listener of listeners) listener.send(message);
    }),
  "new agent and one message": (units) => sequence(units, (value) => request(createActor(logic).start(), value)),
};

/** Actors that have handled one message each. */
export const keep: SubjectModule["keep"] = async (count) => {
  const kept: AnyActorRef[] = [];
  await sequence(count, (value) => {
    const made = createActor(logic).start();
    kept.push(made);
    return request(made, value);
  });
  return kept;
};
