/** A person as a member of a team. */
import { AssistantAgent, RoundRobinGroupChat, TextMentionTermination, UserProxyAgent } from "@tesserae/agentchat";
import { Console, UserInputManager } from "@tesserae/agentchat/ui";
import { scriptedModel } from "./support/scripted-model.ts";

const modelClient = scriptedModel("Shall I send the letter?");
const askAtTheDesk = async (prompt: string): Promise<string> => {
  console.log(prompt);
  return "APPROVE";
};

//#region team
const input = new UserInputManager(askAtTheDesk);
const team = new RoundRobinGroupChat({
  participants: [
    new AssistantAgent({ name: "secretary", modelClient }),
    new UserProxyAgent({ name: "boss", inputFunc: input.getWrappedCallback() }),
  ],
  terminationCondition: new TextMentionTermination("APPROVE", { sources: ["boss"] }),
});
await Console(team.runStream("Write the letter."), { userInputManager: input });
//#endregion
await team.close();
