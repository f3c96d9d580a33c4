/** A group chat of actors: all hear what is said under one topic, and a manager tells who may speak next. */
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
  type MessageContext,
} from "@tesserae/core";
import { z } from "zod";
import { ask } from "./support/ask.ts";
import { scriptedModel } from "./support/scripted-model.ts";

//#region messages
const Said = defineMessage("Said", z.object({ text: z.string(), by: z.string() }));
const RequestToSpeak = defineMessage("RequestToSpeak", z.object({}));
//#endregion

/** Everybody hears the chat, and a member also the topic of its own name. */
const chatAndOwnTopic: ClassSubscriptions = ({ agentType: { type } }) => [
  new TypeSubscription("chat", type),
  new TypeSubscription(type, type),
];

//#region member
class Member extends RoutedAgent {
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
class Manager extends RoutedAgent {
  static override readonly handlers: readonly HandlerDefinition[] = [
    event(Said, (self: Manager, { text, by }, context) => self.goOn(text, by, context)),
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

  async goOn(text: string, by: string, context: MessageContext): Promise<void> {
    console.log(`${by}: ${text}`);
    this.#said.push(`${by}: ${text}`);
    if (by === "editor" && text.includes("APPROVE")) return;
    const others = this.#members.filter((name) => name !== by);
    const question = `${this.#said.join("\n")}\nWho of ${others.join(", ")} should speak next? Answer with a name.`;
    const next = await ask(context, this.#modelClient, [SystemMessage({ content: question })]);
    if (!others.includes(next)) throw new Error(`Nobody is called ${next}.`);
    await context.publish(RequestToSpeak({}), new TopicId(next, this.id.key));
  }
}
//#endregion

const writer = scriptedModel("The lizard waited for the rain.", "The lizard of tiles waited for the rain.");
const painter = scriptedModel("A blue lizard, 12 tiles wide.");
const editor = scriptedModel("Say what it is made of.", "APPROVE");
const chooser = scriptedModel("writer", "editor", "writer", "painter", "editor");

//#region chat
const runtime = new SingleThreadedAgentRuntime({ ignoreUnhandledExceptions: false });
await Member.register(runtime, "writer", () => new Member("Write a story of one sentence.", writer));
await Member.register(runtime, "painter", () => new Member("Say what the picture shows.", painter));
await Member.register(runtime, "editor", () => new Member("Criticise, or answer APPROVE.", editor));
await Manager.register(runtime, "manager", () => new Manager(["writer", "painter", "editor"], chooser));

runtime.start();
await runtime.publishMessage(Said({ text: "A story with a picture, please.", by: "user" }), new TopicId("chat", "1"));
await runtime.stopWhenIdle();
//#endregion
console.log(
  `the writer had heard ${(writer.createCalls[1]?.messages.length ?? 1) - 1} messages before its second text`,
);
await runtime.close();
