/** The agents of AutoGen 0.2: tools, replies of one's own, histories. */
import {
  AssistantAgent,
  BaseChatAgent,
  RoundRobinGroupChat,
  TEXT_MESSAGE,
  TextMessage,
  messageText,
  type ChatMessage,
  type MessageDefinition,
  type Response,
  type TaskResult,
  type Turn,
} from "@tesserae/agentchat";
import { tool } from "@tesserae/core";
import { z } from "zod";
import { asks, scriptedModel } from "./support/scripted-model.ts";

function show({ messages }: TaskResult): void {
  for (const message of messages) console.log(`${message.type}, ${message.source}: ${messageText(message)}`);
}

{
  const modelClient = scriptedModel(asks(["weather", { city: "Lisbon" }]), "It is 24 degrees in Lisbon.");
  //#region tools
  const weather = tool({
    name: "weather",
    description: "The present weather of a city.",
    parameters: z.object({ city: z.string() }),
    execute: ({ city }) => `${city}: 24 degrees`,
  });
  const assistant = new AssistantAgent({
    name: "assistant",
    modelClient,
    tools: [weather],
    reflectOnToolUse: true, // false: the answer is what the tool returned
  });
  const result = await assistant.run("What is the weather in Lisbon?");
  //#endregion
  show(result);

  const planner = scriptedModel("Ask for Lisbon.");
  const caller = scriptedModel(asks(["weather", { city: "Lisbon" }]));
  //#region group
  const team = new RoundRobinGroupChat({
    participants: [
      new AssistantAgent({ name: "planner", modelClient: planner }),
      new AssistantAgent({ name: "caller", modelClient: caller, tools: [weather] }),
    ],
    maxTurns: 2,
  });
  //#endregion
  show(await team.run("Where shall we go?"));
}

{
  //#region reply
  class Echo extends BaseChatAgent {
    override get producedMessageTypes(): readonly MessageDefinition[] {
      return [TEXT_MESSAGE];
    }

    override async respond(messages: readonly ChatMessage[], { context }: Turn): Promise<Response> {
      const heard = messages.map((message) => messageText(message)).join(" ");
      return { type: "Response", chatMessage: TextMessage({ content: `${heard}!`, source: this.name }, context) };
    }

    override async onReset(): Promise<void> {}
  }
  const echo = new Echo({ name: "echo", description: "Says it louder." });
  //#endregion
  show(await echo.run("Hello"));
}

{
  const modelClient = scriptedModel("Hello, Ada.", "You are Ada.");
  //#region state
  const before = new AssistantAgent({ name: "assistant", modelClient });
  await before.run("I am Ada.");
  const state = JSON.stringify(await before.saveState());

  const after = new AssistantAgent({ name: "assistant", modelClient });
  await after.loadState(JSON.parse(state));
  show(await after.run("Who am I?"));
  //#endregion
}
