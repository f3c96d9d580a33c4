/** The floor: a mailbox of twenty lines for every address. */
import type { SubjectModule } from "../../lib/subject.ts";
import { Floor, type Receive } from "../floor.ts";
import { Heard, LISTENERS, add, inFlight, sequence, type Subject } from "../subject.ts";

const sync: Receive = ({ value }) => value + 1;
const async: Receive = async ({ value }) => value + 1;
const floors = { sync: new Floor(() => sync), async: new Floor(() => async) };
const heard = new Heard();
const listeners = new Floor(() => ({ value }) => {
  heard.add(value);
  return 0;
});
const addresses = Array.from({ length: LISTENERS }, (_, index) => `listener${index}/default`);
let round = 0;

/** The floor. */
export const subject: Subject = {
  request: (units) => sequence(units, (value) => floors.sync.request("adder/default", add(value))),
  "request, async handler": (units) => sequence(units, (value) => floors.async.request("adder/default", add(value))),
  "1,000 in flight": (units) => inFlight(units, (value) => floors.sync.request("adder/default", add(value))),
  "1,000 in flight, async handler": (units) =>
    inFlight(units, (value) => floors.async.request("adder/default", add(value))),
  "fan-out, a delivery": (units) =>
    heard.rounds(units, () => {
      const message = add(1);
      for (const address of addresses) listeners.tell(address, message);
    }),
  "new agent and one message": (units) => {
    const floor = new Floor(() => sync);
    round += 1;
    return sequence(units, (value) => floor.request(`adder/${round}-${value}`, add(value)));
  },
};

/** Actors that have handled one message each. */
export const keep: SubjectModule["keep"] = async (count) => {
  const floor = new Floor(() => sync);
  await sequence(count, (value) => floor.request(`adder/${value}`, add(value)));
  return floor;
};
