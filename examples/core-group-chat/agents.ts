/** The members of a group chat, who all hear what is said, and the manager who tells who may speak next. */
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
  type Infer,
  type MessageContext,
} from "@tesserae/core";
import { z } from "zod";
import { ask } from "../support/ask.ts";

//#region messages
export const Said = defineMessage("Said", z.object({ text: z.string(), by: z.string() }));
export type Said = Infer<typeof Said>;
export const RequestToSpeak = defineMessage("RequestToSpeak", z.object({}));
//#endregion

/** Whether nobody speaks after this. */
export function isLast({ text, by }: Said): boolean {
  return by === "editor" && text.includes("APPROVE");
}

/** Everybody hears the chat, and a member also the topic of its own name. */
const chatAndOwnTopic: ClassSubscriptions = ({ agentType: { type } }) => [
  new TypeSubscription("chat", type),
  new TypeSubscription(type, type),
];

//#region member
export class Member extends RoutedAgent {
  static override readonly handlers: readonly HandlerDefinition[] = [
    event(Said, (self: Member, { text, by }) => void self.#heard.push(UserMessage({ content: text, source: by }))),
    event(RequestToSpeak, (self: Member, _request, context) => self.speak(context)),
  ];
  static override readonly subscriptions: ClassSubscriptions = chatAndOwnTopic;
  readonly #heard: UserMessage[] = [];
  readonly #modelClient: ChatCompletionClient;

  constructor(description: string, modelClient: ChatCompletionClient) {
    super(description);
    this.#modelClient = modelClient;
  }

  async speak(context: MessageContext): Promise<void> {
    const { type, key } = this.id;
    const text = await ask(context, this.#modelClient, [SystemMessage({ content: this.description }), ...this.#heard]);
    // Nobody gets what it published itself, so it is told here.
    this.#heard.push(UserMessage({ content: text, source: type }));
    await context.publish(Said({ text, by: type }), new TopicId("chat", key));
  }
}
//#endregion

//#region manager
export class Manager extends RoutedAgent {
  static override readonly handlers: readonly HandlerDefinition[] = [
    event(Said, (self: Manager, said, context) => self.goOn(said, context)),
  ];
  static override readonly subscriptions: ClassSubscriptions = () => [new TypeSubscription("chat", "manager")];
  readonly #said: string[] = [];
  readonly #members: readonly string[];
  readonly #modelClient: ChatCompletionClient;

  constructor(members: readonly string[], modelClient: ChatCompletionClient) {
    super("Says who speaks next.");
    this.#members = members;
    this.#modelClient = modelClient;
  }

  async goOn(said: Said, context: MessageContext): Promise<void> {
    this.#said.push(`${said.by}: ${said.text}`);
    if (isLast(said)) return;
    const others = this.#members.filter((name) => name !== said.by);
    const question = `${this.#said.join("\n")}\nWho of ${others.join(", ")} should speak next? Answer with a name.`;
    const next = await ask(context, this.#modelClient, [SystemMessage({ content: question })]);
    if (!others.includes(next)) throw new Error(`Nobody is called ${next}.`);
    await context.publish(RequestToSpeak({}), new TopicId(next, this.id.key));
  }
}
//#endregion

//#region screen
/** Shows the chat, and knows of no member. */
export class Screen extends RoutedAgent {
  static override readonly handlers: readonly HandlerDefinition[] = [
    event(Said, (self: Screen, said) => self.show(said)),
  ];
  static override readonly subscriptions: ClassSubscriptions = () => [new TypeSubscription("chat", "screen")];
  readonly #ended: () => void;

  constructor(ended: () => void = () => {}) {
    super("Shows what is said.");
    this.#ended = ended;
  }

  show(said: Said): void {
    console.log(`${said.by}: ${said.text}`);
    if (isLast(said)) this.#ended();
  }
}
//#endregion
