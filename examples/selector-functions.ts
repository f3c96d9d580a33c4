/** Speakers chosen by code: a planner after everyone else, and the model where code has no opinion. */
import {
  AssistantAgent,
  MaxMessageTermination,
  SelectorGroupChat,
  TextMentionTermination,
  messageText,
} from "@tesserae/agentchat";
import { asks, scriptedModel } from "./support/scripted-model.ts";
import { tool } from "@tesserae/core";
import { z } from "zod";

const search = tool({
  name: "search",
  description: "Looks a number up.",
  parameters: z.object({ query: z.string() }),
  execute: ({ query }) => {
    if (query.includes("points")) return "Haslem: 844 points, Wade: 1397 points, Posey: 550 points";
    return query.includes("2006") ? "214 rebounds" : "398 rebounds";
  },
});
const percentageChange = tool({
  name: "percentage_change",
  description: "By how many percent a number has changed.",
  parameters: z.object({ from: z.number(), to: z.number() }),
  execute: ({ from, to }) => `${(((to - from) / from) * 100).toFixed(2)} %`,
});

const planner = new AssistantAgent({
  name: "planner",
  description: "Plans, and hands out tasks.",
  modelClient: scriptedModel(
    "1. searcher: the points of the season 2006-2007. 2. searcher: his rebounds. 3. analyst: the change.",
    "searcher: the rebounds of Dwyane Wade in both seasons.",
    "analyst: the change from 214 to 398.",
    "Dwyane Wade, with 1397 points. The number of his rebounds rose by 85.98 %. TERMINATE",
  ),
});
const searcher = new AssistantAgent({
  name: "searcher",
  description: "Looks numbers up.",
  modelClient: scriptedModel(
    asks(["search", { query: "points of the Miami Heat, 2006-2007" }]),
    asks(["search", { query: "rebounds, 2006-2007" }], ["search", { query: "rebounds, 2008-2009" }]),
  ),
  tools: [search],
});
const analyst = new AssistantAgent({
  name: "analyst",
  description: "Calculates.",
  modelClient: scriptedModel(asks(["percentage_change", { from: 214, to: 398 }])),
  tools: [percentageChange],
});
/** A small model will do. */
const selector = scriptedModel("searcher", "searcher", "analyst");

//#region team
const team = new SelectorGroupChat({
  participants: [planner, searcher, analyst],
  modelClient: selector,
  selectorFunc: (thread) => (thread.at(-1)?.source === "planner" ? undefined : "planner"),
  candidateFunc: (thread) => (thread.length > 10 ? ["planner"] : ["searcher", "analyst"]),
  terminationCondition: new TextMentionTermination("TERMINATE").or(new MaxMessageTermination(25)),
});
//#endregion

const { messages, stopReason } = await team.run(
  "Who of the Miami Heat scored most in 2006-2007, and by how much did his rebounds change until 2008-2009?",
);
for (const message of messages) {
  if (!message.type.endsWith("Event")) console.log(`${message.source}: ${messageText(message)}`);
}
console.log(stopReason);
await team.close();
