/** What an assistant does with its tools: one call, several in a row, a summary, a reflection. */
import { AssistantAgent, messageText } from "@tesserae/agentchat";
import { StaticWorkbench, tool } from "@tesserae/core";
import { z } from "zod";
import { asks, scriptedModel } from "./support/scripted-model.ts";

const population = tool({
  name: "population",
  description: "How many people live in a city.",
  parameters: z.object({ city: z.string() }),
  execute: ({ city }) => ({ Oslo: 724_000, Bergen: 294_000 })[city] ?? "unknown",
});

{
  const modelClient = scriptedModel(asks(["population", { city: "Oslo" }], ["population", { city: "Bergen" }]));
  //#region summary
  const agent = new AssistantAgent({
    name: "assistant",
    modelClient,
    tools: [population],
    toolCallSummaryFormat: "{tool_name} {arguments}: {result}",
  });
  const result = await agent.run("How many people live in Oslo and Bergen?");
  for (const message of result.messages) console.log(`${message.type}: ${messageText(message)}`);
  //#endregion
}

{
  const modelClient = scriptedModel(
    asks(["population", { city: "Oslo" }]),
    asks(["population", { city: "Bergen" }]),
    "Oslo has 430,000 more inhabitants than Bergen.",
  );
  //#region iterations
  const agent = new AssistantAgent({ name: "assistant", modelClient, tools: [population], maxToolIterations: 5 });
  const { messages } = await agent.run("How much larger is Oslo than Bergen?");
  console.log(messages.map((message) => message.type).join(" → "));
  //#endregion
}

{
  const modelClient = scriptedModel(asks(["inhabitants", { city: "Oslo" }]));
  const translate = tool({
    name: "translate",
    description: "Translates a word to Norwegian.",
    parameters: z.object({ word: z.string() }),
    execute: ({ word }) => word,
  });
  //#region workbenches
  const cities = new StaticWorkbench({
    tools: [population],
    toolOverrides: { population: { name: "inhabitants", description: "The inhabitants of a Norwegian city." } },
  });
  const words = new StaticWorkbench({ tools: [translate] });

  const agent = new AssistantAgent({ name: "assistant", modelClient, workbench: [cities, words] });
  const { messages } = await agent.run("How many people live in Oslo?");
  console.log(
    messages.at(-1)?.type,
    modelClient.createCalls[0]?.tools?.map(({ name }) => name),
  );
  //#endregion
}
