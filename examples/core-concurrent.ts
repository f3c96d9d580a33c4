/** Actors that work at the same time: several on one topic, one topic for each urgency, and a boss who asks several. */
import {
  AgentId,
  ClosureAgent,
  DefaultSubscription,
  DefaultTopicId,
  RoutedAgent,
  SingleThreadedAgentRuntime,
  TopicId,
  TypeSubscription,
  defineMessage,
  event,
  rpc,
  type ClassSubscriptions,
  type HandlerDefinition,
  type MessageContext,
} from "@tesserae/core";
import { z } from "zod";

const Task = defineMessage("Task", z.object({ name: z.string() }));
const Result = defineMessage("Result", z.object({ task: z.string(), by: z.string() }));
const Order = defineMessage("Order", z.object({ tasks: z.array(z.string()) }));

/** Does a task: says so under the topic `results`, or to whom it may concern. */
class Worker extends RoutedAgent {
  static override readonly handlers: readonly HandlerDefinition[] = [
    event(Task, (self: Worker, { name }, context) =>
      context.publish(Result({ task: name, by: self.id.toString() }), new TopicId("results", "default")),
    ),
    rpc(Task, (self: Worker, { name }) => `${name} by ${self.id}`, { returns: [String] }),
  ];
}

/** Gives a task to a worker each, and waits for all of them. */
class Boss extends RoutedAgent {
  static override readonly handlers: readonly HandlerDefinition[] = [
    rpc(Order, (self: Boss, { tasks }, context) => self.delegate(tasks, context)),
  ];

  async delegate(tasks: readonly string[], context: MessageContext): Promise<readonly string[]> {
    return Promise.all(tasks.map((name, n) => context.send<string>(Task({ name }), new AgentId("worker", `${n + 1}`))));
  }
}

//#region collect
const runtime = new SingleThreadedAgentRuntime();
const results: string[] = [];
await ClosureAgent.registerClosure(runtime, "collector", (_self, { task, by }) => void results.push(`${task}: ${by}`), {
  messages: Result,
  subscriptions: () => [new TypeSubscription("results", "collector")],
});

/** What was done since the last question. */
async function done(): Promise<readonly string[]> {
  await runtime.stopWhenIdle();
  return results.splice(0);
}
//#endregion

//#region one-topic
// Both hear the default topic, so both do the task.
class Mason extends Worker {
  static override readonly subscriptions: ClassSubscriptions = () => [new DefaultSubscription()];
}
await Mason.register(runtime, "mason", () => new Mason("Lays tiles."));
await Mason.register(runtime, "apprentice", () => new Mason("Lays tiles, too."));

runtime.start();
await runtime.publishMessage(Task({ name: "lay the floor" }), new DefaultTopicId());
console.log(await done());
//#endregion

//#region two-topics
// Each hears one topic, so each gets its own tasks.
await Worker.register(runtime, "fireman", () => new Worker("Does what is urgent."));
await Worker.register(runtime, "clerk", () => new Worker("Does the rest."));
await runtime.addSubscription(new TypeSubscription("urgent", "fireman"));
await runtime.addSubscription(new TypeSubscription("normal", "clerk"));

runtime.start();
await runtime.publishMessage(Task({ name: "count the tiles" }), new TopicId("normal", "shop"));
await runtime.publishMessage(Task({ name: "stop the leak" }), new TopicId("urgent", "shop"));
console.log(await done());
//#endregion

//#region direct
await Worker.register(runtime, "worker", () => new Worker("Does what it is told."));
await Boss.register(runtime, "boss", () => new Boss("Delegates."));

runtime.start();
const order = Order({ tasks: ["mix the mortar", "cut the tiles", "sweep"] });
console.log(await runtime.sendMessage<readonly string[]>(order, new AgentId("boss", "default")));
await runtime.stopWhenIdle();
//#endregion
await runtime.close();
