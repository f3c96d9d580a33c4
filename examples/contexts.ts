/** What a model sees of a long conversation. */
import { AssistantAgent } from "@tesserae/agentchat";
import { BufferedChatCompletionContext, TokenLimitedChatCompletionContext } from "@tesserae/core";
import { scriptedModel } from "./support/scripted-model.ts";

const QUESTIONS = ["one", "two", "three", "four"];

{
  const modelClient = scriptedModel("1", "2", "3", "4");
  //#region buffered
  const agent = new AssistantAgent({
    name: "assistant",
    modelClient,
    systemMessage: null,
    modelContext: new BufferedChatCompletionContext({ bufferSize: 3 }),
  });
  for (const question of QUESTIONS) await agent.run(question);
  for (const { messages } of modelClient.createCalls) console.log(messages.map(({ content }) => content));
  //#endregion
}

{
  const modelClient = scriptedModel("1", "2", "3", "4");
  //#region token-limited
  const agent = new AssistantAgent({
    name: "assistant",
    modelClient,
    systemMessage: null,
    modelContext: new TokenLimitedChatCompletionContext({ modelClient, tokenLimit: 5 }),
  });
  for (const question of QUESTIONS) await agent.run(question);
  for (const { messages } of modelClient.createCalls) console.log(messages.map(({ content }) => content));
  //#endregion
}
