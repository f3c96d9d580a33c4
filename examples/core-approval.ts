/** A person approves what tools do: an intervention handler sees every call on its way, and may refuse it. */
import {
  AgentId,
  DefaultInterventionHandler,
  FunctionCallMessage,
  RoutedAgent,
  SingleThreadedAgentRuntime,
  ToolAgent,
  ToolException,
  UserMessage,
  defineMessage,
  rpc,
  tool,
  toolAgentCallerLoop,
  type ChatCompletionClient,
  type HandlerDefinition,
  type LLMMessage,
  type MessageContext,
  type Tool,
} from "@tesserae/core";
import { z } from "zod";
import { asks, scriptedModel } from "./support/scripted-model.ts";

const Request = defineMessage("Request", z.object({ content: z.string() }));

//#region handler
/** Asks a person about every call of a tool. The model gets the refusal as the result of its call. */
class ApprovalHandler extends DefaultInterventionHandler {
  readonly #askPerson: (question: string) => Promise<string>;

  constructor(askPerson: (question: string) => Promise<string>) {
    super();
    this.#askPerson = askPerson;
  }

  override async onSend(message: unknown): Promise<unknown> {
    if (!FunctionCallMessage.is(message)) return message;
    const answer = await this.#askPerson(`May I run ${message.name} with ${message.arguments}? (y/n)`);
    if (answer === "y") return message;
    throw new ToolException("ERR_TOOL_FAILED", message, "The user does not want this call.");
  }
}
//#endregion

//#region agent
class Assistant extends RoutedAgent {
  static override readonly handlers: readonly HandlerDefinition[] = [
    rpc(Request, (self: Assistant, { content }, context) => self.answer(content, context)),
  ];
  readonly #modelClient: ChatCompletionClient;
  readonly #tools: readonly Tool[];

  constructor(modelClient: ChatCompletionClient, tools: readonly Tool[]) {
    super("Uses tools.");
    this.#modelClient = modelClient;
    this.#tools = tools;
  }

  answer(content: string, context: MessageContext): Promise<readonly LLMMessage[]> {
    return toolAgentCallerLoop({
      caller: this,
      toolAgentId: new AgentId("tools", this.id.key),
      modelClient: this.#modelClient,
      inputMessages: [UserMessage({ content, source: "user" })],
      toolSchema: this.#tools,
      context: context.run,
    });
  }
}
//#endregion

const remove = tool({
  name: "remove",
  description: "Removes files.",
  parameters: z.object({ pattern: z.string() }),
  execute: ({ pattern }) => `removed ${pattern}`,
});
const modelClient = scriptedModel(
  asks(["remove", { pattern: "*.tmp" }], ["remove", { pattern: "*" }]),
  "I removed the temporary files, and left the others.",
);

//#region run
async function askAtTheDesk(question: string): Promise<string> {
  const answer = question.includes("*.tmp") ? "y" : "n";
  console.log(`${question} ${answer}`);
  return answer;
}

const runtime = new SingleThreadedAgentRuntime({ interventionHandlers: [new ApprovalHandler(askAtTheDesk)] });
await ToolAgent.register(runtime, "tools", () => new ToolAgent("Runs tools.", [remove]));
await Assistant.register(runtime, "assistant", () => new Assistant(modelClient, [remove]));

runtime.start();
const request = Request({ content: "Tidy up." });
const messages = await runtime.sendMessage<readonly LLMMessage[]>(request, new AgentId("assistant", "default"));
for (const message of messages) console.log(message.type, message.content);
//#endregion
await runtime.close();
