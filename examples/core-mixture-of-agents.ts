/** A mixture of agents: several models answer, the next layer of them sees all the answers, and one makes the last. */
import {
  AgentId,
  RoutedAgent,
  SingleThreadedAgentRuntime,
  SystemMessage,
  UserMessage,
  defineMessage,
  rpc,
  type ChatCompletionClient,
  type HandlerDefinition,
  type Infer,
  type LLMMessage,
  type MessageContext,
} from "@tesserae/core";
import { z } from "zod";
import { ask } from "./support/ask.ts";
import { scriptedModel } from "./support/scripted-model.ts";

const Task = defineMessage("Task", z.object({ task: z.string() }));
const LayerTask = defineMessage("LayerTask", z.object({ task: z.string(), previous: z.array(z.string()) }));
type LayerTask = Infer<typeof LayerTask>;

/** What a model sees: the task, and what the layer before made of it. */
function messagesOf({ task, previous }: Pick<LayerTask, "task" | "previous">): LLMMessage[] {
  const answers = previous.map((answer, index) => `${index + 1}. ${answer}`).join("\n");
  const user = UserMessage({ content: task, source: "user" });
  if (answers === "") return [user];
  return [SystemMessage({ content: `Make one good answer of these, each of which may be wrong:\n${answers}` }), user];
}

//#region worker
class Worker extends RoutedAgent {
  static override readonly handlers: readonly HandlerDefinition[] = [
    rpc(LayerTask, (self: Worker, task, context) => ask(context, self.modelClient, messagesOf(task)), {
      returns: [String],
    }),
  ];
  readonly modelClient: ChatCompletionClient;

  constructor(modelClient: ChatCompletionClient) {
    super("Answers.");
    this.modelClient = modelClient;
  }
}
//#endregion

//#region orchestrator
class Orchestrator extends RoutedAgent {
  static override readonly handlers: readonly HandlerDefinition[] = [
    rpc(Task, (self: Orchestrator, { task }, context) => self.answer(task, context), { returns: [String] }),
  ];
  readonly #modelClient: ChatCompletionClient;
  readonly #workers: readonly string[];
  readonly #layers: number;

  constructor(modelClient: ChatCompletionClient, workers: readonly string[], layers: number) {
    super("Asks layer after layer.");
    this.#modelClient = modelClient;
    this.#workers = workers;
    this.#layers = layers;
  }

  async answer(task: string, context: MessageContext): Promise<string> {
    let previous: string[] = [];
    for (let layer = 1; layer <= this.#layers; layer += 1) {
      const message = LayerTask({ task, previous });
      // The key names the layer, so the workers of a layer remember nothing of another one.
      const ids = this.#workers.map((type) => new AgentId(type, `layer-${layer}`));
      previous = await Promise.all(ids.map((id) => context.send<string>(message, id)));
      for (const [index, id] of ids.entries()) console.log(`${id}: ${previous[index]}`);
    }
    return ask(context, this.#modelClient, messagesOf({ task, previous }));
  }
}
//#endregion

/** What each worker's model says in the first layer and in the second. */
const models: Readonly<Record<string, ReturnType<typeof scriptedModel>>> = {
  quick: scriptedModel("About 200.", "200 with what breaks."),
  careful: scriptedModel("192, and no spare.", "192 and 8 to spare."),
  doubtful: scriptedModel("Measure again.", "192 if the floor is 4 by 3 metres."),
};
const last = scriptedModel("Buy 200: 192 for 4 by 3 metres, 8 to spare.");

//#region run
const runtime = new SingleThreadedAgentRuntime();
for (const [type, modelClient] of Object.entries(models)) {
  await Worker.register(runtime, type, () => new Worker(modelClient));
}
await Orchestrator.register(runtime, "orchestrator", () => new Orchestrator(last, Object.keys(models), 2));

runtime.start();
const task = Task({ task: "How many tiles of 25 centimetres does the kitchen need?" });
console.log(await runtime.sendMessage<string>(task, new AgentId("orchestrator", "default")));
await runtime.stopWhenIdle();
//#endregion
console.log(last.createCalls[0]?.messages[0]?.content);
await runtime.close();
