/** Two providers in one team: a large model of one plans, a small one of the other does the work. */
import { AssistantAgent, RoundRobinGroupChat, TextMentionTermination, messageText } from "@tesserae/agentchat";
import { addRequestUsage, type RequestUsage } from "@tesserae/core";
import { model } from "@tesserae/ext/models";
import { startServer } from "@tesserae/tessen/serve";
import { formatDollars } from "@tesserae/wire/cost";

// One server in the place of both: it speaks the protocol of each.
const plans = [{ text: "First the price of 40 tiles." }, { text: "That is in the budget. TERMINATE" }];
const server = await startServer({
  script: {
    rules: [
      { match: { model: "claude-*" }, answers: plans },
      { match: { model: "gpt-*" }, answer: { text: "120 euros." } },
    ],
  },
});
const apiKey = "none is needed here";

//#region team
const planning = model("anthropic/claude-sonnet-4-6", { apiKey, baseUrl: server.url });
const executing = model("openai/gpt-4o-mini", { apiKey, baseUrl: `${server.url}/v1` });

const team = new RoundRobinGroupChat({
  participants: [
    new AssistantAgent({
      name: "planner",
      modelClient: planning,
      systemMessage: "Plan, and say TERMINATE at the end.",
    }),
    new AssistantAgent({ name: "executor", modelClient: executing, systemMessage: "Do what the planner says." }),
  ],
  terminationCondition: new TextMentionTermination("TERMINATE"),
  maxTurns: 10,
});
const { messages, stopReason, usage } = await team.run("May I order 40 tiles?");
//#endregion
for (const message of messages) console.log(`${message.source}: ${messageText(message)}`);
console.log(stopReason);
console.log(server.requests.map(({ path }) => path));

//#region usage
const sum: RequestUsage = addRequestUsage(planning.totalUsage(), executing.totalUsage());
console.log(sum.completionTokens === usage.completionTokens);
for (const client of [planning, executing]) {
  console.log(`${client.model}: ${formatDollars(client.cost(client.totalUsage()) ?? 0)} dollars`);
}
//#endregion
await team.close();
await server.close();
