/** A router that asks a model what a customer wants, and the desks to which it hands the question. */
import {
  RoutedAgent,
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
import { ask } from "../support/ask.ts";

export const Question = defineMessage("Question", z.object({ text: z.string() }));
export const Answer = defineMessage("Answer", z.object({ text: z.string() }));

export const DESKS: Readonly<Record<string, string>> = {
  finance: "Invoices and payments.",
  delivery: "Where a parcel is.",
};

//#region router
export class Router extends RoutedAgent {
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
export class Desk extends RoutedAgent {
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
