/** Who hears what: tenants are kept apart by the source of a topic, subjects by its type. */
import {
  RoutedAgent,
  SingleThreadedAgentRuntime,
  TopicId,
  TypeSubscription,
  defineMessage,
  event,
  type HandlerDefinition,
} from "@tesserae/core";
import { z } from "zod";

const Order = defineMessage("Order", z.object({ tiles: z.number() }));

//#region agent
/** Counts what it was told. There is one for each tenant: the source of a topic is the key of the agent that gets it. */
class Counter extends RoutedAgent {
  static override readonly handlers: readonly HandlerDefinition[] = [
    event(Order, (self: Counter, { tiles }) => self.count(tiles)),
  ];
  #sum = 0;

  count(tiles: number): void {
    this.#sum += tiles;
    console.log(`  ${this.id}: ${this.#sum}`);
  }
}
//#endregion

/** Publishes orders where each counter hears the topics that are named; says what each got. */
async function show(title: string, counters: Readonly<Record<string, readonly string[]>>, topics: readonly TopicId[]) {
  console.log(title);
  //#region runtime
  const runtime = new SingleThreadedAgentRuntime();
  for (const [type, topicTypes] of Object.entries(counters)) {
    await Counter.register(runtime, type, () => new Counter("Counts."));
    for (const topicType of topicTypes) await runtime.addSubscription(new TypeSubscription(topicType, type));
  }
  runtime.start();
  for (const topic of topics) await runtime.publishMessage(Order({ tiles: 40 }), topic);
  await runtime.stopWhenIdle();
  //#endregion
  await runtime.close();
}

await show("one tenant, one topic", { counter: ["orders"] }, [
  new TopicId("orders", "default"),
  new TopicId("orders", "default"),
]);
await show("two tenants, one topic", { counter: ["orders"] }, [
  new TopicId("orders", "lisbon"),
  new TopicId("orders", "porto"),
  new TopicId("orders", "lisbon"),
]);
await show("one tenant, two topics", { walls: ["wall-orders"], floors: ["floor-orders"] }, [
  new TopicId("wall-orders", "default"),
  new TopicId("floor-orders", "default"),
]);
await show("two tenants, two topics", { walls: ["wall-orders"], all: ["wall-orders", "floor-orders"] }, [
  new TopicId("wall-orders", "lisbon"),
  new TopicId("floor-orders", "porto"),
  new TopicId("floor-orders", "lisbon"),
]);
