import { AssistantAgent, type ModelClientLike } from "@tesserae/agentchat";
import {
  ValueError,
  isObject,
  type ChatCompletionClient,
  type ComponentDefinition,
  type JsonObject,
} from "@tesserae/core";

const DESCRIPTION =
  "Writes programs in Python and commands for a Linux shell, and mends them when they fail. Knows much else as well, and is " +
  "good with words.";

const SYSTEM_MESSAGE = `You solve tasks with words and with code that somebody runs for you.
- Without a plan, make one first, and say which steps need code.
- Code goes into one fenced block of a message, marked python or sh. It is run as it stands: nobody completes or changes it, and nobody can answer it. What is not to be run stands in no block.
- Print whatever you need to know: contents of files and pages, dates, versions, results.
- A file is kept when the first line of its block is "# filename: NAME".
- When code fails, find out why and write all of it anew. When it ran and the task is still not solved, question what you took for granted, look up what is missing, and try another way.
- Before you give the answer, check it, and show what speaks for it.`;

/** What makes a `MagenticOneCoderAgent`. */
export interface MagenticOneCoderAgentOptions {
  readonly name: string;
  /** A client, or the name of a model such as `"openai/gpt-5"`. */
  readonly modelClient: ModelClientLike;
}

/**
 * The member of Magentic-One that writes code. Its description and instructions are fixed; an `AssistantAgent` takes others.
 * It runs nothing: a `CodeExecutorAgent` beside it does.
 */
export class MagenticOneCoderAgent extends AssistantAgent {
  static override readonly component: ComponentDefinition<MagenticOneCoderAgent> = {
    provider: "autogen_ext.agents.magentic_one.MagenticOneCoderAgent",
    componentType: "agent",
    // That of the class that it is made of.
    version: 2,
    label: "MagenticOneCoderAgent",
    description: "An agent that writes code for a team that a model leads.",
    // The keys of an assistant: they are written, and but for two of no account when they are read.
    schema: { ...AssistantAgent.component.schema, required: ["name", "model_client"] },
    toConfig: (agent, dump) => AssistantAgent.component.toConfig(agent, dump),
    fromConfig: async (config: { readonly name: string; readonly model_client: JsonObject }, load) =>
      new MagenticOneCoderAgent({
        name: config.name,
        modelClient: await load.component<ChatCompletionClient>(config.model_client, "/model_client"),
      }),
  };

  constructor(options: MagenticOneCoderAgentOptions) {
    const given: unknown = options;
    if (!isObject(given)) {
      throw new ValueError("MagenticOneCoderAgent takes an object with its options: { name, modelClient }.");
    }
    const { name, modelClient } = options;
    super({ name, modelClient, description: DESCRIPTION, systemMessage: SYSTEM_MESSAGE });
  }
}
