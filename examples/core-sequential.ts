/** A sequence of actors: each works on what comes under its topic, and publishes the result under the next one. */
import {
  ClosureAgent,
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
  type MessageContext,
} from "@tesserae/core";
import { z } from "zod";
import { ask } from "./support/ask.ts";
import { scriptedModel } from "./support/scripted-model.ts";

const Text = defineMessage("Text", z.object({ content: z.string() }));

//#region step
interface StepOptions {
  readonly task: string;
  readonly next: string;
  readonly modelClient: ChatCompletionClient;
}

/** A step of the sequence. The topic that an agent of this class hears has the name of its type. */
class Step extends RoutedAgent {
  static override readonly handlers: readonly HandlerDefinition[] = [
    event(Text, (self: Step, { content }, context) => self.work(content, context)),
  ];
  static override readonly subscriptions: ClassSubscriptions = ({ agentType: { type } }) => [
    new TypeSubscription(type, type),
  ];
  readonly #options: StepOptions;

  constructor(options: StepOptions) {
    super(options.task);
    this.#options = options;
  }

  async work(content: string, context: MessageContext): Promise<void> {
    const { task, next, modelClient } = this.#options;
    const answer = await ask(context, modelClient, [
      SystemMessage({ content: task }),
      UserMessage({ content, source: "user" }),
    ]);
    console.log(`${this.id}: ${answer}`);
    // The key of the agent goes along as the source, so one order meets agents of its own all the way.
    await context.publish(Text({ content: answer }), new TopicId(next, this.id.key));
  }
}
//#endregion

const facts = scriptedModel("Features: hand-made, 14 colours. Buyers: architects.");
const drafts = scriptedModel("our tiles are made by hand, in 14 colours, for architects");
const proofs = scriptedModel("Made by hand. 14 colours. For architects.");

//#region sequence
const runtime = new SingleThreadedAgentRuntime();
await Step.register(
  runtime,
  "analyst",
  () => new Step({ task: "Name the features and the buyers.", next: "writer", modelClient: facts }),
);
await Step.register(
  runtime,
  "writer",
  () => new Step({ task: "Write an advertisement.", next: "proofreader", modelClient: drafts }),
);
await Step.register(
  runtime,
  "proofreader",
  () => new Step({ task: "Correct and polish the text.", next: "customer", modelClient: proofs }),
);
await ClosureAgent.registerClosure(
  runtime,
  "customer",
  ({ id }, { content }) => console.log(`${id} gets: ${content}`),
  {
    messages: Text,
    subscriptions: () => [new TypeSubscription("customer", "customer")],
  },
);

runtime.start();
await runtime.publishMessage(Text({ content: "A catalogue of floor tiles." }), new TopicId("analyst", "order-7"));
await runtime.stopWhenIdle();
//#endregion
await runtime.close();
