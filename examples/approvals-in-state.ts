/** An order that a person approves later, in another process, without a journal: what is asked stands in the saved state. */
import { AgentTool, AssistantAgent, RoundRobinGroupChat, answerInput, pendingInputs } from "@tesserae/agentchat";
import { isTesseraeError, tool, type ChatCompletionClient, type JsonObject } from "@tesserae/core";
import { z } from "zod";
import { asks, scriptedModel } from "./support/scripted-model.ts";

const order = tool({
  name: "order",
  description: "Orders tiles.",
  parameters: z.object({ tiles: z.number().int() }),
  requiresApproval: true,
  execute: ({ tiles }) => `ordered ${tiles} tiles`,
});

/** A boss whose tool is a buyer. Each process makes the team anew. */
function makeTeam(boss: ChatCompletionClient, buyer: ChatCompletionClient): RoundRobinGroupChat {
  const inner = new AssistantAgent({ name: "buyer", modelClient: buyer, tools: [order] });
  const tools = [new AgentTool({ agent: inner, returnValueAsLastMessage: true })];
  return new RoundRobinGroupChat({
    participants: [new AssistantAgent({ name: "boss", modelClient: boss, tools, reflectOnToolUse: true })],
    maxTurns: 1,
  });
}

/** The request handler that begins: nobody is there to approve. */
async function begin(): Promise<string> {
  //#region save
  const team = makeTeam(
    scriptedModel(asks(["buyer", { task: "400 tiles, please." }])),
    scriptedModel(asks(["order", { tiles: 400 }])),
  );
  try {
    await team.run("A floor.");
  } catch (error) {
    console.log(isTesseraeError(error) ? error.code : error);
  }
  return JSON.stringify(await team.saveState());
  //#endregion
}

/** The page on which somebody decides: it needs the state alone. */
function decide(saved: string): string {
  //#region answer
  const state = JSON.parse(saved) as JsonObject;
  const [input] = pendingInputs(state);
  console.log(input?.path, input?.prompt);
  return JSON.stringify(answerInput(state, input?.requestId ?? "", { approved: true, arguments: { tiles: 300 } }));
  //#endregion
}

/** Another process: the models are asked for what comes next only. */
async function goOn(saved: string): Promise<void> {
  //#region continue
  const team = makeTeam(scriptedModel("The floor is ordered."), scriptedModel());
  await team.loadState(JSON.parse(saved) as JsonObject);
  const { messages } = await team.run();
  for (const { source, ...message } of messages) {
    if ("content" in message && typeof message.content === "string") console.log(`${source}: ${message.content}`);
  }
  //#endregion
}

await goOn(decide(await begin()));
