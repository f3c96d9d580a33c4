/** Code of a model calls functions of this program: the model is told of them, and its code imports them. */
import assert from "node:assert/strict";
import { AssistantAgent, CodeExecutorAgent, RoundRobinGroupChat, messageText } from "@tesserae/agentchat";
import { withRequirements } from "@tesserae/core";
import { LocalCommandLineCodeExecutor } from "@tesserae/ext/code-executors/local";
import { scriptedModel } from "./support/scripted-model.ts";

const modelClient = scriptedModel(`\`\`\`javascript
import { workdays } from "./functions.mjs";
console.log(workdays("2026-12-21", "2026-12-31"));
\`\`\``);

//#region functions
const workdays = withRequirements(
  {
    description: "The days from Monday to Friday between two dates (YYYY-MM-DD), both included.",
    imports: [{ module: "node:assert/strict", default: "assert" }],
  },
  function workdays(from: string, to: string): number {
    assert.ok(from <= to, "The first date is after the last.");
    let days = 0;
    for (let time = Date.parse(from); time <= Date.parse(to); time += 86_400_000) {
      if (new Date(time).getUTCDay() % 6 !== 0) days += 1;
    }
    return days;
  },
);

const codeExecutor = new LocalCommandLineCodeExecutor({
  timeout: 30,
  allowedLanguages: ["javascript"],
  functions: [workdays],
});
const coder = new AssistantAgent({
  name: "coder",
  modelClient,
  systemMessage: `You solve tasks by programs in JavaScript.\n\n${codeExecutor.formatFunctionsForPrompt()}`,
});
//#endregion
const runner = new CodeExecutorAgent({
  name: "runner",
  codeExecutor,
  supportedLanguages: ["javascript"],
  approvalFunc: () => ({ approved: true, reason: "This program is known." }),
});
const team = new RoundRobinGroupChat({ participants: [coder, runner], maxTurns: 2 });

console.log(codeExecutor.formatFunctionsForPrompt());
console.log(`Here, too: ${workdays("2026-12-21", "2026-12-31")}\n`);
const { messages } = await team.run("How many workdays are there from the 21st to the last of December 2026?");
for (const message of messages) console.log(`${message.source}: ${messageText(message).trim()}`);
await team.close();
await codeExecutor.stop();
