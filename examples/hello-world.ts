/** The smallest program: one agent, one question. */
import { AssistantAgent, messageText } from "@tesserae/agentchat";
import { scriptedModel } from "./support/scripted-model.ts";

//#region agent
const agent = new AssistantAgent({
  name: "assistant",
  modelClient: scriptedModel("Hello World!"), // or a name: "openai/gpt-5-mini"
});
const { messages } = await agent.run("Say 'Hello World!'");
for (const message of messages) console.log(`${message.source}: ${messageText(message)}`);
//#endregion
