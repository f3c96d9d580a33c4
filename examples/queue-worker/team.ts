/** What the worker's team does: it answers a question by a program. Without a key it runs offline. */
import {
  AssistantAgent,
  CodeExecutorAgent,
  MaxMessageTermination,
  RoundRobinGroupChat,
  TextMentionTermination,
  type BaseGroupChat,
} from "@tesserae/agentchat";
import type { CodeExecutor } from "@tesserae/core";
import { LocalCommandLineCodeExecutor } from "@tesserae/ext/code-executors/local";
import { ruleModel } from "../support/rule-model.ts";
import { ContainerExecutor } from "./container-executor.ts";

const offline = ruleModel([/\b42\b/, "It is 42. DONE"], [/./, "```sh\necho $((6 * 7))\n```"]);

//#region executor
/** A container, unless the machine itself may be thrown away. @throws Error where there is no container engine. */
export async function startExecutor(options: { readonly allowLocal: boolean }): Promise<CodeExecutor> {
  if (options.allowLocal) {
    const local = new LocalCommandLineCodeExecutor({ timeout: 60 });
    await local.start();
    return local;
  }
  const container = new ContainerExecutor();
  await container.start().catch((error: Error) => {
    const advice = "Start Docker, or say --local-code where code of a model may do to this machine what it likes.";
    throw new Error(`${error.message}\n${advice}`);
  });
  return container;
}
//#endregion

//#region team
/** A coder, and a terminal that runs its code. */
export function makeTeam(codeExecutor: CodeExecutor): BaseGroupChat {
  const coder = new AssistantAgent({
    name: "coder",
    modelClient: process.env["OPENAI_API_KEY"] === undefined ? offline : "openai/gpt-5-mini",
    systemMessage: "Write a program in sh or Python that finds the answer. When you have it, say it, and DONE.",
  });
  const terminal = new CodeExecutorAgent({
    name: "terminal",
    codeExecutor,
    approvalFunc: () => ({ approved: true, reason: "It runs where it may." }),
  });
  return new RoundRobinGroupChat({
    participants: [coder, terminal],
    terminationCondition: new TextMentionTermination("DONE", { sources: ["coder"] }).or(new MaxMessageTermination(20)),
  });
}
//#endregion
