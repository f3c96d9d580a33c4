/** Two ways through a business: steps that rules decide, and steps that a model plans while they are taken. */
import {
  RoutedAgent,
  SingleThreadedAgentRuntime,
  SystemMessage,
  TopicId,
  TypeSubscription,
  UserMessage,
  defineMessage,
  event,
  type ChatCompletionClient,
  type ClassSubscriptions,
  type HandlerDefinition,
  type Infer,
  type MessageContext,
} from "@tesserae/core";
import { z } from "zod";
import { ask } from "./support/ask.ts";
import { scriptedModel } from "./support/scripted-model.ts";

const Order = defineMessage("Order", z.object({ tiles: z.number(), done: z.array(z.string()) }));
const Work = defineMessage("Work", z.object({ step: z.string(), done: z.array(z.string()) }));
type Order = Infer<typeof Order>;
type Work = Infer<typeof Work>;

/** An agent hears the topic that is called like its type. */
const OWN_TOPIC: ClassSubscriptions = ({ agentType: { type } }) => [new TypeSubscription(type, type)];

//#region rules
/** One step; a rule says which is next. */
class Step extends RoutedAgent {
  static override readonly subscriptions: ClassSubscriptions = OWN_TOPIC;
  static override readonly handlers: readonly HandlerDefinition[] = [
    event(Order, (self: Step, order, context) => self.take(order, context)),
  ];
  readonly #next: (order: Order) => string | undefined;

  constructor(next: (order: Order) => string | undefined) {
    super("A step.");
    this.#next = next;
  }

  async take(order: Order, context: MessageContext): Promise<void> {
    const { type, key } = this.id;
    const taken = { ...order, done: [...order.done, type] };
    const next = this.#next(order);
    if (next === undefined) console.log(`${key}, ${order.tiles} tiles: ${taken.done.join(" → ")}`);
    else await context.publish(Order(taken), new TopicId(next, key));
  }
}
//#endregion

//#region plan
/** Asks a model for the next step after each one, until it says that all is done. */
class Planner extends RoutedAgent {
  static override readonly subscriptions: ClassSubscriptions = OWN_TOPIC;
  static override readonly handlers: readonly HandlerDefinition[] = [
    event(Work, (self: Planner, work, context) => self.goOn(work, context)),
  ];
  readonly #modelClient: ChatCompletionClient;

  constructor(modelClient: ChatCompletionClient) {
    super("Plans.");
    this.#modelClient = modelClient;
  }

  async goOn({ done }: Work, context: MessageContext): Promise<void> {
    const { key } = this.id;
    const step = await ask(context, this.#modelClient, [
      SystemMessage({
        content: "A customer complains. The steps are: inspect, repair, refund, end. Name the next one.",
      }),
      UserMessage({ content: done.length === 0 ? "Nothing is done yet." : done.join("\n"), source: "workers" }),
    ]);
    if (step === "end") console.log(`${key}: ${done.join("; ")}`);
    else await context.publish(Work({ step, done }), new TopicId(step, key));
  }
}

class Worker extends RoutedAgent {
  static override readonly subscriptions: ClassSubscriptions = OWN_TOPIC;
  static override readonly handlers: readonly HandlerDefinition[] = [
    event(Work, (self: Worker, { step, done }, context) => {
      const result = `${step}: ${self.#result}`;
      return context.publish(Work({ step, done: [...done, result] }), new TopicId("planner", self.id.key));
    }),
  ];
  readonly #result: string;

  constructor(result: string) {
    super("Works.");
    this.#result = result;
  }
}
//#endregion

const runtime = new SingleThreadedAgentRuntime();
//#region run
await Step.register(runtime, "check_stock", () => new Step(({ tiles }) => (tiles > 100 ? "produce" : "ship")));
await Step.register(runtime, "produce", () => new Step(() => "ship"));
await Step.register(runtime, "ship", () => new Step(() => undefined));

const nextSteps = scriptedModel("inspect", "repair", "refund", "end");
await Planner.register(runtime, "planner", () => new Planner(nextSteps));
await Worker.register(runtime, "inspect", () => new Worker("a corner is broken"));
await Worker.register(runtime, "repair", () => new Worker("not possible"));
await Worker.register(runtime, "refund", () => new Worker("12 euros"));

runtime.start();
await runtime.publishMessage(Order({ tiles: 40, done: [] }), new TopicId("check_stock", "anna"));
await runtime.publishMessage(Order({ tiles: 400, done: [] }), new TopicId("check_stock", "ben"));
await runtime.publishMessage(Work({ step: "", done: [] }), new TopicId("planner", "complaint-7"));
await runtime.stopWhenIdle();
//#endregion
await runtime.close();
