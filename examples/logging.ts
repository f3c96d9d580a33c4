/** AutoGen's log events of everything that runs: a counter of tokens, and who was chosen to speak. */
import { AssistantAgent, MaxMessageTermination, SelectorGroupChat, subscribeTeamLog } from "@tesserae/agentchat";
import { CreateResult, consoleSink, eventSink, subscribeLog, tool } from "@tesserae/core";
import { z } from "zod";
import { asks, scriptedModel } from "./support/scripted-model.ts";

/** An answer as a provider counts it; plain words of a scripted model count as cached. */
const says = (content: string): CreateResult =>
  CreateResult({ finishReason: "stop", content, usage: { promptTokens: 20, completionTokens: 5 } });

const archive = tool({
  name: "archive",
  description: "What the archive has about a place.",
  parameters: z.object({ place: z.string() }),
  execute: ({ place }) => `${place}: tiles from the 14th century`,
});
const researcher = new AssistantAgent({
  name: "researcher",
  description: "Finds facts.",
  modelClient: scriptedModel(asks(["archive", { place: "Alhambra" }])),
  tools: [archive],
});
const writer = new AssistantAgent({
  name: "writer",
  description: "Writes the text.",
  modelClient: scriptedModel(says("Seven centuries on one wall.")),
});
const critic = new AssistantAgent({
  name: "critic",
  description: "Judges.",
  modelClient: scriptedModel(says("Good.")),
});

//#region subscribe
let calls = 0;
let tokens = 0;
const counter = eventSink((event) => {
  if (event.type !== "LLMCall") return;
  calls += 1;
  tokens += event.promptTokens + event.completionTokens;
});

// What AgentChat tells is at level debug, which this sink would not show by default.
const lines = consoleSink({
  levels: { autogen_agentchat: "debug" },
  write: (line) => console.log(line.replace(/^\S+ /, "")),
});

const stops = [subscribeLog(counter), subscribeTeamLog(lines)];
//#endregion

const team = new SelectorGroupChat({
  participants: [researcher, writer, critic],
  modelClient: scriptedModel(says("researcher"), says("writer")),
  terminationCondition: new MaxMessageTermination(3),
});
await team.run("A caption for a photograph of the Alhambra.");
for (const stop of stops) stop();
console.log(`${calls} calls of models, ${tokens} tokens`);
await team.close();
