/** A library of models: actors ask for a kind of model, and one place knows which that is, and what all of them used. */
import {
  AgentId,
  RoutedAgent,
  SingleThreadedAgentRuntime,
  UserMessage,
  addRequestUsage,
  defineMessage,
  rpc,
  type ChatCompletionClient,
  type HandlerDefinition,
  type Infer,
  type MessageContext,
  type RequestUsage,
} from "@tesserae/core";
import { z } from "zod";
import { ask } from "./support/ask.ts";
import { scriptedModel } from "./support/scripted-model.ts";

//#region library
const Prompt = defineMessage("Prompt", z.object({ kind: z.enum(["fast", "thorough"]), text: z.string() }));
const Work = defineMessage("Work", z.object({ text: z.string() }));
type Prompt = Infer<typeof Prompt>;

/** The only one who knows clients and keys. Another model is another line here, and nobody notices. */
class ModelLibrary extends RoutedAgent {
  static override readonly handlers: readonly HandlerDefinition[] = [
    rpc(Prompt, (self: ModelLibrary, prompt, context) => self.ask(prompt, context), { returns: [String] }),
  ];
  readonly #models: Readonly<Record<Prompt["kind"], ChatCompletionClient>>;

  constructor(models: Readonly<Record<Prompt["kind"], ChatCompletionClient>>) {
    super("Asks models for others.");
    this.#models = models;
  }

  /** What all models have used until now. */
  get usage(): RequestUsage {
    return Object.values(this.#models)
      .map((modelClient) => modelClient.totalUsage())
      .reduce(addRequestUsage);
  }

  async ask({ kind, text }: Prompt, context: MessageContext): Promise<string> {
    const source = context.sender?.type ?? "user";
    console.log(`${source} asks a ${kind} model`);
    return ask(context, this.#models[kind], [UserMessage({ content: text, source })]);
  }
}
//#endregion

//#region user
const library = new AgentId("library", "default");

class Clerk extends RoutedAgent {
  static override readonly handlers: readonly HandlerDefinition[] = [
    rpc(Work, (self: Clerk, { text }, context) => self.work(text, context), { returns: [String] }),
  ];

  async work(text: string, context: MessageContext): Promise<string> {
    const question = `Is this hard? Answer yes or no. ${text}`;
    const isHard = (await context.send<string>(Prompt({ kind: "fast", text: question }), library)) === "yes";
    return context.send<string>(Prompt({ kind: isHard ? "thorough" : "fast", text }), library);
  }
}
//#endregion

const fast = scriptedModel("no", "Blue.", "yes");
const thorough = scriptedModel("For 12 square metres take 200 tiles of 25 centimetres: 192, and 8 to spare.");

//#region run
const runtime = new SingleThreadedAgentRuntime();
await ModelLibrary.register(runtime, "library", () => new ModelLibrary({ fast, thorough }));
await Clerk.register(runtime, "clerk", () => new Clerk("Answers customers."));

runtime.start();
for (const text of ["A colour?", "How many tiles for a kitchen of 4 by 3 metres?"]) {
  console.log(await runtime.sendMessage<string>(Work({ text }), new AgentId("clerk", "default")));
}
await runtime.stopWhenIdle();
console.log((await runtime.tryGetUnderlyingAgentInstance(library, ModelLibrary)).usage);
//#endregion
await runtime.close();
