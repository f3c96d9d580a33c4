/** A team of one: it works with its tools until it has an answer in words, or answers one line of a person at a time. */
import { AssistantAgent, RoundRobinGroupChat, TextMessageTermination, messageText } from "@tesserae/agentchat";
import { tool } from "@tesserae/core";
import { z } from "zod";
import { asks, scriptedModel } from "./support/scripted-model.ts";

const increment = tool({
  name: "increment",
  description: "Adds one to a number.",
  parameters: z.object({ number: z.number() }),
  execute: ({ number }) => number + 1,
});

//#region loop
const counter = new AssistantAgent({
  name: "counter",
  modelClient: scriptedModel(
    asks(["increment", { number: 5 }]),
    asks(["increment", { number: 6 }]),
    asks(["increment", { number: 7 }]),
    "It is 8.",
  ),
  tools: [increment],
});
// The results of its tools are messages of another type, so only an answer in words ends the loop.
const loop = new RoundRobinGroupChat({
  participants: [counter],
  terminationCondition: new TextMessageTermination("counter"),
});
const { messages, stopReason } = await loop.run("Add one to 5, three times.");
for (const message of messages) console.log(`${message.type}: ${messageText(message)}`);
console.log(stopReason);
await loop.close();
//#endregion

//#region chatbot
const modelClient = scriptedModel("Good morning, Anna.", "Your name is Anna.");
const chat = new RoundRobinGroupChat({
  participants: [new AssistantAgent({ name: "assistant", modelClient, systemMessage: null })],
  maxTurns: 1,
});
for (const line of ["I am Anna.", "What is my name?"]) {
  const answer = (await chat.run(line)).messages.at(-1);
  if (answer !== undefined) console.log(`${line} ${messageText(answer)}`);
}
//#endregion
console.log(modelClient.createCalls[1]?.messages.map(({ content }) => content));
await chat.close();
