/** A customer is handed from desk to desk: a desk gives a conversation away by calling a tool that names another one. */
import {
  AssistantMessage,
  ClosureAgent,
  FunctionExecutionResultMessage,
  RoutedAgent,
  SingleThreadedAgentRuntime,
  StaticWorkbench,
  TopicId,
  TypeSubscription,
  UserMessage,
  callModel,
  callTool,
  defineMessage,
  event,
  tool,
  toolResultToText,
  type ChatCompletionClient,
  type ClassSubscriptions,
  type HandlerDefinition,
  type LLMMessage,
  type MessageContext,
  type Tool,
} from "@tesserae/core";
import { z } from "zod";
import { asks, scriptedModel } from "./support/scripted-model.ts";

/** A conversation up to now: the desk that gets it goes on with it. */
const Conversation = defineMessage<{ readonly history: readonly LLMMessage[] }>("Conversation");
const Reply = defineMessage("Reply", z.object({ text: z.string() }));

//#region desk
/** A delegate tool answers with the topic of the desk that takes over. */
function transferTo(desk: string): Tool {
  const description = `Hands the customer to ${desk}.`;
  return tool({ name: `transfer_to_${desk}`, description, parameters: z.object({}), execute: () => desk });
}

class Desk extends RoutedAgent {
  static override readonly handlers: readonly HandlerDefinition[] = [
    event(Conversation, (self: Desk, { history }, context) => self.goOn([...history], context)),
  ];
  static override readonly subscriptions: ClassSubscriptions = ({ agentType: { type } }) => [
    new TypeSubscription(type, type),
  ];
  readonly #modelClient: ChatCompletionClient;
  readonly #workbench: StaticWorkbench;

  constructor(modelClient: ChatCompletionClient, tools: readonly Tool[]) {
    super("A desk.");
    this.#modelClient = modelClient;
    this.#workbench = new StaticWorkbench({ tools });
  }

  async goOn(history: LLMMessage[], context: MessageContext): Promise<void> {
    const { type, key } = this.id;
    const options = { purpose: "reply", tools: await this.#workbench.listTools() };
    const { content } = await callModel(context.run, this.#modelClient, history, options);
    history.push(AssistantMessage({ content, source: type }));
    if (typeof content === "string") return context.publish(Reply({ text: content }), new TopicId("customer", key));

    let next = type;
    for (const [index, { id, name, arguments: args }] of content.entries()) {
      const call = { name, arguments: JSON.parse(args), callId: id, index };
      const result = toolResultToText(await callTool(context.run, this.#workbench, call, { agent: type }));
      console.log(`${this.id}: ${name} → ${result}`);
      history.push(FunctionExecutionResultMessage({ content: [{ callId: id, name, content: result }] }));
      if (name.startsWith("transfer_to_")) next = result;
    }
    if (next === type) return this.goOn(history, context);
    // The key of the desk is the conversation: as the source of the topic it leads to that customer's desk alone.
    return context.publish(Conversation({ history }), new TopicId(next, key));
  }
}
//#endregion

const order = z.object({ order: z.number() });
const refund = tool({
  name: "refund",
  description: "Pays an order back.",
  parameters: order,
  execute: (args) => `${args.order} is paid back`,
});
const triage: Readonly<Record<string, string>> = { anna: "transfer_to_repairs", ben: "transfer_to_sales" };

//#region runtime
const runtime = new SingleThreadedAgentRuntime();
await Desk.register(
  runtime,
  "triage",
  ({ agentId }) =>
    new Desk(scriptedModel(asks([triage[agentId.key] ?? "", {}])), [transferTo("repairs"), transferTo("sales")]),
);
await Desk.register(
  runtime,
  "repairs",
  () => new Desk(scriptedModel(asks(["refund", { order: 17 }]), "You have your money back."), [refund]),
);
await Desk.register(runtime, "sales", () => new Desk(scriptedModel("How many do you need?"), [transferTo("triage")]));
await ClosureAgent.registerClosure(runtime, "customer", ({ id }, { text }) => console.log(`to ${id.key}: ${text}`), {
  messages: Reply,
  subscriptions: () => [new TypeSubscription("customer", "customer")],
});

runtime.start();
for (const [name, content] of Object.entries({ anna: "The tiles came broken.", ben: "Do you have larger tiles?" })) {
  const history = [UserMessage({ content, source: "user" })];
  await runtime.publishMessage(Conversation({ history }), new TopicId("triage", name));
}
await runtime.stopWhenIdle();
//#endregion
await runtime.close();
