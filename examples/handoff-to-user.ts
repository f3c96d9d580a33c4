/** An agent that asks the user: the run ends with the handoff, and the next one goes on with the answer. */
import {
  AssistantAgent,
  HandoffMessage,
  HandoffTermination,
  MaxMessageTermination,
  RoundRobinGroupChat,
  messageText,
} from "@tesserae/agentchat";
import { asks, scriptedModel } from "./support/scripted-model.ts";

const modelClient = scriptedModel(asks(["transfer_to_user", {}]), "Refunded: flight 507.");

//#region team
const agent = new AssistantAgent({ name: "refunds", modelClient, handoffs: ["user"] });
const team = new RoundRobinGroupChat({
  participants: [agent],
  terminationCondition: new HandoffTermination("user").or(new MaxMessageTermination(10)),
  maxTurns: 1,
});

const first = await team.run("I want my flight refunded.");
console.log(first.stopReason);
//#endregion

//#region answer
const second = await team.run(HandoffMessage({ source: "user", target: "refunds", content: "It was flight 507." }));
console.log(second.stopReason);
for (const message of second.messages) console.log(`${message.source}: ${messageText(message)}`);
//#endregion
await team.close();
