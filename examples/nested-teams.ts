/** A team as a member of a team: its run is one turn of the outer one. */
import { AssistantAgent, MaxMessageTermination, RoundRobinGroupChat, messageText } from "@tesserae/agentchat";
import { scriptedModel } from "./support/scripted-model.ts";

const writer = new AssistantAgent({ name: "writer", modelClient: scriptedModel("A first draft.") });
const editor = new AssistantAgent({ name: "editor", modelClient: scriptedModel("A better draft.") });
const publisher = new AssistantAgent({ name: "publisher", modelClient: scriptedModel("Printed.") });

//#region team
const desk = new RoundRobinGroupChat({ name: "desk", participants: [writer, editor], maxTurns: 2 });
const house = new RoundRobinGroupChat({
  participants: [desk, publisher],
  terminationCondition: new MaxMessageTermination(4),
});

const { messages, stopReason } = await house.run("A leaflet.");
for (const message of messages) console.log(`${message.source}: ${messageText(message)}`);
console.log(stopReason);
//#endregion
await house.close();
