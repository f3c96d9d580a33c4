/** A router that asks a model what a customer wants, and hands the question to the desk for it. */
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

const Question = defineMessage("Question", z.object({ text: z.string() }));
const Answer = defineMessage("Answer", z.object({ text: z.string() }));

const DESKS: Readonly<Record<string, string>> = {
  finance: "Invoices and payments.",
  delivery: "Where a parcel is.",
};

//#region router
class Router extends RoutedAgent {
  static override readonly handlers: readonly HandlerDefinition[] = [
    event(Question, (self: Router, question, context) => self.route(question, context)),
  ];
  static override readonly subscriptions: ClassSubscriptions = () => [new TypeSubscription("question", "router")];
  readonly #modelClient: ChatCompletionClient;

  constructor(modelClient: ChatCompletionClient) {
    super("Finds the desk for a question.");
    this.#modelClient = modelClient;
  }

  async route(question: { readonly text: string }, context: MessageContext): Promise<void> {
    const desks = Object.entries(DESKS).map(([name, about]) => `${name}: ${about}`);
    const intent = await ask(context, this.#modelClient, [
      SystemMessage({ content: `Answer with the name of one desk.\n${desks.join("\n")}` }),
      UserMessage({ content: question.text, source: "customer" }),
    ]);
    const { key } = this.id;
    if (Object.hasOwn(DESKS, intent)) return context.publish(Question(question), new TopicId(intent, key));
    return context.publish(
      Answer({ text: "Which desk do you need: finance or delivery?" }),
      new TopicId("customer", key),
    );
  }
}
//#endregion

//#region desk
class Desk extends RoutedAgent {
  static override readonly handlers: readonly HandlerDefinition[] = [
    event(Question, (self: Desk, { text }, context) =>
      context.publish(Answer({ text: `${self.id.type} looks into: ${text}` }), new TopicId("customer", self.id.key)),
    ),
  ];
  static override readonly subscriptions: ClassSubscriptions = ({ agentType: { type } }) => [
    new TypeSubscription(type, type),
  ];
}
//#endregion

//#region run
const runtime = new SingleThreadedAgentRuntime();
const intents: Readonly<Record<string, string>> = { anna: "finance", ben: "delivery", carl: "the manager" };
await Router.register(runtime, "router", ({ agentId }) => new Router(scriptedModel(intents[agentId.key] ?? "")));
for (const [desk, about] of Object.entries(DESKS)) await Desk.register(runtime, desk, () => new Desk(about));
await ClosureAgent.registerClosure(runtime, "customer", ({ id }, { text }) => console.log(`to ${id.key}: ${text}`), {
  messages: Answer,
  subscriptions: () => [new TypeSubscription("customer", "customer")],
});

runtime.start();
for (const [name, text] of [
  ["anna", "I paid twice."],
  ["ben", "Where are my tiles?"],
  ["carl", "I am angry."],
] as const) {
  await runtime.publishMessage(Question({ text }), new TopicId("question", name));
}
await runtime.stopWhenIdle();
//#endregion
await runtime.close();
