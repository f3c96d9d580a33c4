/** An agent with a team inside: what the team says shows, and the answer stands alone. */
import { AssistantAgent, RoundRobinGroupChat, SocietyOfMindAgent, messageText } from "@tesserae/agentchat";
import { scriptedModel } from "./support/scripted-model.ts";

const optimist = new AssistantAgent({ name: "optimist", modelClient: scriptedModel("It will sell.") });
const pessimist = new AssistantAgent({ name: "pessimist", modelClient: scriptedModel("Not in winter.") });

//#region agent
const board = new SocietyOfMindAgent({
  name: "board",
  team: new RoundRobinGroupChat({ participants: [optimist, pessimist], maxTurns: 2 }),
  modelClient: scriptedModel("Start in spring."),
});

const { messages } = await board.run("Shall we sell garden tiles?");
for (const message of messages) console.log(`${message.source}: ${messageText(message)}`);
//#endregion
