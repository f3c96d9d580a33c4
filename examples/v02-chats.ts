/** The chats of AutoGen 0.2, as runs: two agents, one with a person, one after another. */
import {
  AssistantAgent,
  MaxMessageTermination,
  RoundRobinGroupChat,
  TextMentionTermination,
  UserProxyAgent,
  messageText,
} from "@tesserae/agentchat";
import { scriptedModel } from "./support/scripted-model.ts";

{
  const modelClient = scriptedModel("A tile fell in love with a wall. TERMINATE");
  //#region chat
  const writer = new AssistantAgent({ name: "writer", modelClient });
  const team = new RoundRobinGroupChat({
    participants: [writer],
    terminationCondition: new TextMentionTermination("TERMINATE").or(new MaxMessageTermination(10)),
  });
  for await (const item of team.runStream("A story in one sentence.")) {
    if (item.type === "TaskResult") console.log(item.stopReason);
    else console.log(`${item.source}: ${messageText(item)}`);
  }
  //#endregion
}

{
  const modelClient = scriptedModel("A tile fell.", "A tile fell in love.");
  const ask = (): string => "More feeling, please. TERMINATE";
  //#region human
  const team = new RoundRobinGroupChat({
    participants: [
      new AssistantAgent({ name: "writer", modelClient }),
      new UserProxyAgent({ name: "user_proxy", inputFunc: ask, timeoutMs: 60_000 }),
    ],
    terminationCondition: new TextMentionTermination("TERMINATE", { sources: ["user_proxy"] }),
  });
  const result = await team.run("A story in one sentence.");
  //#endregion

  //#region result
  const said = result.messages.filter(({ type }) => type === "TextMessage"); // without the events
  const chatHistory = said.map((message) => `${message.source}: ${messageText(message)}`);
  const humanInput = said.filter(({ source }) => source === "user_proxy").map((message) => messageText(message));
  //#endregion
  console.log(chatHistory, humanInput, result.usage.completionTokens, result.cost);
}

{
  const researcher = new AssistantAgent({ name: "researcher", modelClient: scriptedModel("Azulejos came in 1498.") });
  const writer = new AssistantAgent({ name: "writer", modelClient: scriptedModel("In 1498 a king bought tiles.") });
  //#region sequence
  const found = await researcher.run("When did azulejos come to Portugal?");
  const carryover = found.messages.at(-1);
  const story = await writer.run(
    `A story in one sentence. Context: ${carryover === undefined ? "" : messageText(carryover)}`,
  );
  //#endregion
  for (const message of story.messages) console.log(`${message.source}: ${messageText(message)}`);
}
