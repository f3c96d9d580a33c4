/** A cascade: what an agent hears it passes on to all others, so that the messages become more with every round. */
import {
  ClosureAgent,
  DefaultSubscription,
  DefaultTopicId,
  RoutedAgent,
  TopicId,
  TypeSubscription,
  defineMessage,
  event,
  type ClassSubscriptions,
  type HandlerDefinition,
  type MessageContext,
} from "@tesserae/core";
import { GrpcWorkerAgentRuntime, GrpcWorkerAgentRuntimeHost } from "@tesserae/ext/runtimes/grpc";
import { z } from "zod";

const NAMES = ["north", "south", "west"];
const ROUNDS = 4;

const Rumour = defineMessage("Rumour", z.object({ round: z.number().int() }));
const Heard = defineMessage("Heard", z.object({ round: z.number().int() }));

//#region agent
class Gossip extends RoutedAgent {
  static override readonly handlers: readonly HandlerDefinition[] = [
    event(Rumour, (self: Gossip, { round }, context) => self.passOn(round, context)),
  ];
  static override readonly subscriptions: ClassSubscriptions = () => [new DefaultSubscription()];

  async passOn(round: number, context: MessageContext): Promise<void> {
    await context.publish(Heard({ round }), new TopicId("heard", "default"));
    // To everybody but itself: nobody gets what it published.
    if (round < ROUNDS) await context.publish(Rumour({ round: round + 1 }), new DefaultTopicId());
  }
}
//#endregion

const host = new GrpcWorkerAgentRuntimeHost("127.0.0.1:0");
await host.start();

//#region run
const workers: GrpcWorkerAgentRuntime[] = [];
for (const name of NAMES) {
  const worker = new GrpcWorkerAgentRuntime({ hostAddress: host.address });
  worker.addMessageSerializer(Heard.serializers);
  await worker.start();
  await Gossip.register(worker, name, () => new Gossip("Keeps nothing to itself."));
  workers.push(worker);
}

/** All of them hear the first rumour, and then all but the one who tells it. */
const expected = Array.from({ length: ROUNDS }, (_, round) => NAMES.length * (NAMES.length - 1) ** round);
const counts = expected.map(() => 0);
let done = (): void => {};
const allHeard = new Promise<void>((resolve) => (done = resolve));

const observer = new GrpcWorkerAgentRuntime({ hostAddress: host.address });
observer.addMessageSerializer(Rumour.serializers);
await observer.start();
const count = (round: number): void => {
  counts[round - 1] = (counts[round - 1] ?? 0) + 1;
  if (counts.every((heard, index) => heard === expected[index])) done();
};
await ClosureAgent.registerClosure(observer, "observer", (_context, { round }) => count(round), {
  messages: Heard,
  subscriptions: () => [new TypeSubscription("heard", "observer")],
});

await observer.publishMessage(Rumour({ round: 1 }), new DefaultTopicId());
await allHeard;
//#endregion
for (const worker of [...workers, observer]) {
  await worker.stop();
  await worker.close();
}
await host.stop();
for (const [index, heard] of counts.entries()) console.log(`round ${index + 1}: heard ${heard} times`);
