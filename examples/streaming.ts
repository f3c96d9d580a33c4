/** An answer while it is written. */
import { AssistantAgent, messageText } from "@tesserae/agentchat";
import { scriptedModel } from "./support/scripted-model.ts";

const modelClient = scriptedModel("Small tiles make a large picture.");

//#region stream
const agent = new AssistantAgent({ name: "poet", modelClient, modelClientStream: true });

for await (const item of agent.runStream("One sentence about mosaics.")) {
  if (item.type === "ModelClientStreamingChunkEvent") {
    process.stdout.write(`[${item.content}]`);
  } else if (item.type === "TaskResult") {
    console.log(`${item.status}: ${item.messages.length} messages`);
  } else {
    console.log(`\n${item.source}: ${messageText(item)}`);
  }
}
//#endregion
