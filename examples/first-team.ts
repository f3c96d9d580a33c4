/** A team of two: one writes, one reviews, until the reviewer approves. The models say what they were told to say. */
import {
  AssistantAgent,
  MaxMessageTermination,
  RoundRobinGroupChat,
  TextMentionTermination,
} from "@tesserae/agentchat";
import { Console } from "@tesserae/agentchat/ui";
import { ReplayChatCompletionClient } from "@tesserae/ext/models/replay";

function model(...answers: string[]): ReplayChatCompletionClient {
  return new ReplayChatCompletionClient({ chatCompletions: answers });
}

const drafts = model("Tiles speak in colour.", "Small tiles, one picture: that is a team.");
const reviews = model("Say what the picture is.", "APPROVE");

const writer = new AssistantAgent({
  name: "writer",
  modelClient: drafts,
  systemMessage: "Write one sentence, and improve it when it is criticised.",
});
const reviewer = new AssistantAgent({
  name: "reviewer",
  modelClient: reviews,
  systemMessage: "Criticise the sentence in a few words, or answer APPROVE.",
});

const team = new RoundRobinGroupChat({
  participants: [writer, reviewer],
  terminationCondition: new TextMentionTermination("APPROVE").or(new MaxMessageTermination(10)),
});

await Console(team.runStream("A slogan for a mosaic workshop."));
await team.close();
