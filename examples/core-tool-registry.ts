/** A registry of tools: one actor runs them, and several others use it, each with the tools that it is told of. */
import {
  AgentId,
  RoutedAgent,
  SingleThreadedAgentRuntime,
  ToolAgent,
  UserMessage,
  defineMessage,
  rpc,
  tool,
  toolAgentCallerLoop,
  type ChatCompletionClient,
  type HandlerDefinition,
  type MessageContext,
  type Tool,
} from "@tesserae/core";
import { z } from "zod";
import { asks, scriptedModel } from "./support/scripted-model.ts";

const Question = defineMessage("Question", z.object({ text: z.string() }));

//#region tools
const stock = tool({
  name: "stock",
  description: "How many tiles of a colour are left.",
  parameters: z.object({ colour: z.string() }),
  execute: ({ colour }) => ({ blue: 40, red: 0 })[colour] ?? "unknown",
});
const price = tool({
  name: "price",
  description: "What tiles cost.",
  parameters: z.object({ count: z.number() }),
  execute: ({ count }) => `${count * 3} euros`,
});

const runtime = new SingleThreadedAgentRuntime();
await ToolAgent.register(runtime, "tools", () => new ToolAgent("Runs the tools of the shop.", [stock, price]));
const registry = new AgentId("tools", "default");
//#endregion

//#region caller
class Clerk extends RoutedAgent {
  static override readonly handlers: readonly HandlerDefinition[] = [
    rpc(Question, (self: Clerk, { text }, context) => self.answer(text, context), { returns: [String] }),
  ];
  readonly #modelClient: ChatCompletionClient;
  readonly #tools: readonly Tool[];

  constructor(modelClient: ChatCompletionClient, tools: readonly Tool[]) {
    super("Answers customers.");
    this.#modelClient = modelClient;
    this.#tools = tools;
  }

  async answer(text: string, context: MessageContext): Promise<string> {
    const messages = await toolAgentCallerLoop({
      caller: this,
      toolAgentId: registry,
      modelClient: this.#modelClient,
      inputMessages: [UserMessage({ content: text, source: "customer" })],
      toolSchema: this.#tools,
      context: context.run,
    });
    for (const { type, content } of messages) {
      if (type !== "FunctionExecutionResultMessage") continue;
      for (const { name, content: result } of content) console.log(`${this.type} used ${name}: ${result}`);
    }
    const last = messages.at(-1)?.content;
    return typeof last === "string" ? last : "";
  }
}
//#endregion

const storeroom = scriptedModel(asks(["stock", { colour: "blue" }], ["stock", { colour: "red" }]), "40 blue ones.");
// A model may make tools up, and arguments, too: what is wrong is told to it.
const till = scriptedModel(
  asks(["discount", {}], ["price", { count: "forty" }]),
  asks(["price", { count: 40 }]),
  "120 euros.",
);

//#region run
await Clerk.register(runtime, "storeroom", () => new Clerk(storeroom, [stock]));
await Clerk.register(runtime, "till", () => new Clerk(till, [price]));

runtime.start();
for (const type of ["storeroom", "till"]) {
  console.log(await runtime.sendMessage<string>(Question({ text: "40 tiles?" }), new AgentId(type, "default")));
}
//#endregion
await runtime.stopWhenIdle();
await runtime.close();
