/** One agent writes a program, another runs it in a container; where no container can be had, it says so. */
import {
  AssistantAgent,
  CodeExecutorAgent,
  RoundRobinGroupChat,
  TextMentionTermination,
  messageText,
} from "@tesserae/agentchat";
import type { CodeExecutor } from "@tesserae/core";
import { DockerCommandLineCodeExecutor } from "@tesserae/ext/code-executors/docker";
import { LocalCommandLineCodeExecutor } from "@tesserae/ext/code-executors/local";
import { scriptedModel } from "./support/scripted-model.ts";

const PROGRAM = `\`\`\`sh
a=0 b=1 n=0
while [ $n -lt 30 ]; do
  c=$((a + b)) a=$b b=$c n=$((n + 1))
done
echo $a
\`\`\``;
const modelClient = scriptedModel(PROGRAM, "The 30th Fibonacci number is 832040. TERMINATE");

//#region sandbox
/** A container without a network, with little memory, few processes and no rights. */
const sandbox = new DockerCommandLineCodeExecutor({
  image: process.env["SANDBOX_IMAGE"] ?? "python:3-slim",
  timeout: 30,
  networkDisabled: true,
  hostConfig: {
    Memory: 512 * 1024 * 1024,
    PidsLimit: 128,
    CapDrop: ["ALL"],
    ReadonlyRootfs: true,
    Tmpfs: { "/tmp": "" },
  },
});

async function startExecutor(): Promise<CodeExecutor> {
  try {
    await sandbox.start();
    console.error(`Code runs in the container ${sandbox.containerName}.`);
    return sandbox;
  } catch (error) {
    // Only because this program is known: code of a model belongs into a container.
    console.error(`Code runs on this machine. ${error instanceof Error ? error.message : String(error)}`);
    const local = new LocalCommandLineCodeExecutor({ timeout: 30 });
    await local.start();
    return local;
  }
}
//#endregion

//#region team
const codeExecutor = await startExecutor();
const coder = new AssistantAgent({ name: "coder", modelClient });
const runner = new CodeExecutorAgent({
  name: "runner",
  codeExecutor,
  supportedLanguages: ["sh", "python"],
  approvalFunc: () => ({ approved: true, reason: "It runs where it can do no harm." }),
});
const team = new RoundRobinGroupChat({
  participants: [coder, runner],
  terminationCondition: new TextMentionTermination("TERMINATE"),
  maxTurns: 6,
});
try {
  const { messages } = await team.run("What is the 30th Fibonacci number?");
  for (const message of messages) console.log(`${message.source}: ${messageText(message).trim()}`);
} finally {
  await team.close();
  await codeExecutor.stop();
}
//#endregion
