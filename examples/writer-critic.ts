/** A writer and a critic in turns: until the critic approves, or eight turns are over. */
import { AssistantAgent, RoundRobinGroupChat, TextMentionTermination, messageText } from "@tesserae/agentchat";
import { scriptedModel } from "./support/scripted-model.ts";

type Model = ReturnType<typeof scriptedModel>;

//#region team
function makeTeam(drafts: Model, remarks: Model): RoundRobinGroupChat {
  const writer = new AssistantAgent({
    name: "writer",
    modelClient: drafts,
    systemMessage: "Write one sentence, and improve it when it is criticised.",
  });
  const critic = new AssistantAgent({
    name: "critic",
    modelClient: remarks,
    systemMessage: "Criticise the sentence in a few words, or answer APPROVE.",
  });
  return new RoundRobinGroupChat({
    participants: [writer, critic],
    // Only the critic may end it: the writer's text, or the task, may have the word in it.
    terminationCondition: new TextMentionTermination("APPROVE", { sources: ["critic"] }),
    maxTurns: 8,
  });
}
//#endregion

async function show(team: RoundRobinGroupChat): Promise<void> {
  const { messages, stopReason } = await team.run("A sentence about tiles that critics APPROVE.");
  for (const message of messages.slice(-2)) console.log(`${message.source}: ${messageText(message)}`);
  console.log(`${messages.length - 1} turns: ${stopReason}\n`);
  await team.close();
}

await show(
  makeTeam(
    scriptedModel("Tiles are small.", "A tile is small, and a floor is not."),
    scriptedModel("And?", "Good. APPROVE"),
  ),
);
await show(makeTeam(scriptedModel("One.", "Two.", "Three.", "Four."), scriptedModel("No.", "No.", "No.", "Never.")));
