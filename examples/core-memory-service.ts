/** A memory as a service: one actor remembers, and any other asks it by a message. */
import {
  AgentId,
  ListMemory,
  RoutedAgent,
  SingleThreadedAgentRuntime,
  SystemMessage,
  UserMessage,
  defineMessage,
  memoryContentToText,
  rpc,
  type ChatCompletionClient,
  type HandlerDefinition,
  type Infer,
  type Memory,
  type MessageContext,
} from "@tesserae/core";
import { z } from "zod";
import { ask } from "./support/ask.ts";
import { scriptedModel } from "./support/scripted-model.ts";

//#region messages
const Remember = defineMessage("Remember", z.object({ fact: z.string() }));
const Recall = defineMessage("Recall", z.object({ about: z.string() }));
const Recalled = defineMessage("Recalled", z.object({ facts: z.array(z.string()) }));
type Recalled = Infer<typeof Recalled>;
const Question = defineMessage("Question", z.object({ text: z.string() }));
//#endregion

//#region service
class MemoryAgent extends RoutedAgent {
  static override readonly handlers: readonly HandlerDefinition[] = [
    rpc(Remember, (self: MemoryAgent, { fact }) => self.#memory.add({ content: fact, mimeType: "text/plain" })),
    rpc(Recall, (self: MemoryAgent, { about }) => self.recall(about), { returns: [Recalled] }),
  ];
  readonly #memory: Memory;

  constructor(memory: Memory) {
    super("Remembers for all.");
    this.#memory = memory;
  }

  async recall(about: string): Promise<Recalled> {
    const { results } = await this.#memory.query(about);
    return Recalled({ facts: results.map(memoryContentToText) });
  }
}
//#endregion

//#region user
/** The memory of a customer: its key. */
const memoryOf = (customer: string): AgentId => new AgentId("memory", customer);

class Desk extends RoutedAgent {
  static override readonly handlers: readonly HandlerDefinition[] = [
    rpc(Question, (self: Desk, { text }, context) => self.answer(text, context), { returns: [String] }),
  ];
  readonly #modelClient: ChatCompletionClient;

  constructor(description: string, modelClient: ChatCompletionClient) {
    super(description);
    this.#modelClient = modelClient;
  }

  async answer(text: string, context: MessageContext): Promise<string> {
    const memory = memoryOf(this.id.key);
    const { facts } = await context.send<Recalled>(Recall({ about: text }), memory);
    console.log(`${this.id} knows`, facts);
    const answer = await ask(context, this.#modelClient, [
      SystemMessage({ content: `${this.description} You know: ${facts.join("; ")}` }),
      UserMessage({ content: text, source: "customer" }),
    ]);
    await context.send(Remember({ fact: `${this.type} said: ${answer}` }), memory);
    return answer;
  }
}
//#endregion

//#region run
const runtime = new SingleThreadedAgentRuntime();
await MemoryAgent.register(runtime, "memory", () => new MemoryAgent(new ListMemory({ maxItems: 100 })));
await Desk.register(runtime, "sales", () => new Desk("You sell tiles.", scriptedModel("Take blue ones.")));
await Desk.register(runtime, "delivery", () => new Desk("You deliver tiles.", scriptedModel("Blue, on Friday.")));

runtime.start();
await runtime.sendMessage(Remember({ fact: "Anna likes blue." }), memoryOf("anna"));
for (const desk of ["sales", "delivery"]) {
  console.log(await runtime.sendMessage<string>(Question({ text: "What do I get?" }), new AgentId(desk, "anna")));
}
//#endregion
await runtime.stopWhenIdle();
await runtime.close();
