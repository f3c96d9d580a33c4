/** A team whose next speaker a model chooses. */
import { AssistantAgent, MaxMessageTermination, SelectorGroupChat, messageText } from "@tesserae/agentchat";
import { scriptedModel } from "./support/scripted-model.ts";

const selector = scriptedModel("researcher", "photographer or writer", "writer");

const researcher = new AssistantAgent({
  name: "researcher",
  description: "Finds facts.",
  modelClient: scriptedModel("The Alhambra has tiles from the 14th century."),
});
const photographer = new AssistantAgent({
  name: "photographer",
  description: "Takes pictures.",
  modelClient: scriptedModel("Click."),
});
const writer = new AssistantAgent({
  name: "writer",
  description: "Writes the text.",
  modelClient: scriptedModel("Seven centuries on one wall."),
});

//#region team
const team = new SelectorGroupChat({
  participants: [researcher, photographer, writer],
  modelClient: selector,
  selectorPrompt: "Who of {participants} should speak next? Answer with one name.",
  terminationCondition: new MaxMessageTermination(3),
  emitTeamEvents: true,
});

const result = await team.run("A caption for a photograph of the Alhambra.");
for (const message of result.messages) console.log(`${message.source}: ${messageText(message)}`);
console.log(result.stopReason);
//#endregion

console.log(`${selector.createCalls.length} questions to the selector`);
await team.close();
