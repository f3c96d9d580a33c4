/** What an agent knows beyond its conversation. */
import { AssistantAgent } from "@tesserae/agentchat";
import { ListMemory } from "@tesserae/core";
import { scriptedModel } from "./support/scripted-model.ts";

const modelClient = scriptedModel("It is 24 °C in Lisbon.");

//#region memory
const preferences = new ListMemory({ name: "preferences" });
await preferences.add({ content: "Temperatures are wanted in degrees Celsius.", mimeType: "text/plain" });

const agent = new AssistantAgent({ name: "assistant", modelClient, memory: [preferences] });
const { messages } = await agent.run("How warm is it in Lisbon?");
console.log(messages.map((message) => message.type).join(" → "));
//#endregion

console.log(modelClient.createCalls[0]?.messages.map(({ type }) => type).join(", "));
