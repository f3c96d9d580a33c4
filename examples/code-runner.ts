/** One agent writes a program, another runs it. */
import {
  AssistantAgent,
  CodeExecutorAgent,
  RoundRobinGroupChat,
  TextMentionTermination,
  messageText,
} from "@tesserae/agentchat";
import { LocalCommandLineCodeExecutor } from "@tesserae/ext/code-executors/local";
import { scriptedModel } from "./support/scripted-model.ts";

const PROGRAM = `\`\`\`javascript
let [a, b] = [0, 1];
for (let n = 0; n < 30; n += 1) [a, b] = [b, a + b];
console.log(a);
\`\`\``;
const modelClient = scriptedModel(PROGRAM, "The 30th Fibonacci number is 832040. TERMINATE");

//#region team
const executor = new LocalCommandLineCodeExecutor({ timeout: 30, allowedLanguages: ["javascript"] });
const coder = new AssistantAgent({ name: "coder", modelClient });
const runner = new CodeExecutorAgent({
  name: "runner",
  codeExecutor: executor,
  supportedLanguages: ["javascript"],
  approvalFunc: ({ code }) => ({
    approved: !code.includes("node:"),
    reason: "Programs that load modules of Node are refused.",
  }),
});

const team = new RoundRobinGroupChat({
  participants: [coder, runner],
  terminationCondition: new TextMentionTermination("TERMINATE"),
  maxTurns: 6,
});
await executor.start();
try {
  const { messages } = await team.run("What is the 30th Fibonacci number?");
  for (const message of messages) console.log(`${message.source}: ${messageText(message).trim()}`);
} finally {
  await executor.stop();
}
//#endregion
await team.close();
