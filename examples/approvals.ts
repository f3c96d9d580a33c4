/** A tool that spends money: a policy, a person who approves, a run that waits for one, and a limit that is not passed. */
import { AgentTool, AssistantAgent } from "@tesserae/agentchat";
import {
  MemoryJournalStore,
  answer,
  isTesseraeError,
  readRun,
  recordTo,
  resumeFrom,
  tool,
  type ChatCompletionClient,
} from "@tesserae/core";
import { z } from "zod";
import { asks, scriptedModel } from "./support/scripted-model.ts";

const store = new MemoryJournalStore();

//#region tool
const order = tool({
  name: "order",
  description: "Orders tiles.",
  parameters: z.object({ tiles: z.number().int() }),
  requiresApproval: ({ tiles }) => tiles > 100, // or true: always
  execute: ({ tiles }) => `ordered ${tiles} tiles`,
});
//#endregion

function makeBuyer(modelClient: ChatCompletionClient): AssistantAgent {
  return new AssistantAgent({ name: "buyer", modelClient, tools: [order], maxToolIterations: 2 });
}

//#region approve
const buyer = makeBuyer(scriptedModel(asks(["order", { tiles: 400 }]), "Then I leave it."));
const { messages } = await buyer.run("A floor.", {
  approve: ({ agent, name, arguments: args }) => {
    console.log(`${agent}: ${name} ${JSON.stringify(args)}?`);
    return { approved: false, reason: "Ask again in spring." };
  },
});
for (const message of messages) {
  if (message.type === "ToolCallExecutionEvent") console.log(message.content[0]?.content);
}
//#endregion

//#region policy
const careful = makeBuyer(scriptedModel(asks(["order", { tiles: 400 }]), "Ordered what I may."));
const bought = await careful.run("A floor.", {
  toolPolicy: ({ name }) => (name === "order" ? { approved: true, arguments: { tiles: 100 } } : undefined),
});
for (const message of bought.messages) {
  if (message.type === "ToolCallExecutionEvent") console.log(message.content[0]?.content);
}
//#endregion

const bossModel = scriptedModel(asks(["buyer", { task: "Order 400." }]), "Good.");
const buyerModel = scriptedModel(asks(["order", { tiles: 400 }]), "Done.");

//#region wait
function makeBoss(): AssistantAgent {
  const inner = new AgentTool({ agent: makeBuyer(buyerModel) });
  return new AssistantAgent({ name: "boss", modelClient: bossModel, tools: [inner], maxToolIterations: 2 });
}

const journal = recordTo(store);
try {
  await makeBoss().run("A floor.", { journal });
} catch (error) {
  console.log(isTesseraeError(error) ? error.code : error);
}
const runId = journal.runId ?? "";
const [input] = (await readRun(store, runId)).summary.inputs;
console.log(input?.path, input?.tool?.arguments);
//#endregion

//#region answer
// Later, perhaps in another process: "approve", "deny", or a decision with a reason or other arguments.
await answer(store, runId, input?.requestId ?? "", { approved: true, arguments: { tiles: 300 } });
const resumed = await makeBoss().run(undefined, { journal: resumeFrom(store, runId) });
for (const message of resumed.messages) {
  if (message.source === "buyer" && message.type === "ToolCallExecutionEvent") console.log(message.content[0]?.content);
}
//#endregion

//#region limit
const frugal = new AssistantAgent({
  name: "frugal",
  modelClient: scriptedModel("never asked"),
  onLimit: ({ limit }) => `I may use no more (${limit}).`,
});
const poor = await frugal.run("A floor.", { limits: { maxModelCalls: 0 } });
console.log(poor.status, poor.messages.at(-1)?.metadata["limit"]);
//#endregion
