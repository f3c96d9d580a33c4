/** A model chooses among those who did not speak last: the names are all that it is told. */
import { AssistantAgent, SelectorGroupChat, TextMentionTermination } from "@tesserae/agentchat";
import { scriptedModel } from "./support/scripted-model.ts";

/** Each knows six sentences. */
function member(name: string, description: string): AssistantAgent {
  const sentences = Array.from({ length: 6 }, (_, index) => `${name}, ${index + 1}.`);
  return new AssistantAgent({ name, description, modelClient: scriptedModel(...sentences) });
}

const names = "planner mason painter mason painter planner mason painter mason planner painter planner";
const chooser = scriptedModel(...names.split(" "));

//#region team
const team = new SelectorGroupChat({
  participants: [member("planner", "Plans."), member("mason", "Lays."), member("painter", "Paints.")],
  modelClient: chooser,
  selectorPrompt: "One of {participants} speaks next. Answer with the name alone.",
  terminationCondition: new TextMentionTermination("TERMINATE"),
  maxTurns: 12,
  allowRepeatedSpeaker: false, // as it is by default
});
const { messages, stopReason } = await team.run("Renew the bathroom.");
//#endregion

for (const { messages: asked } of chooser.createCalls.slice(0, 3)) console.log(asked.at(-1)?.content);
console.log(messages.map(({ source }) => source).join(" → "));
console.log(stopReason);
await team.close();
