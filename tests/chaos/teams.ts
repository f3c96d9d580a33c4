import { appendFileSync } from "node:fs";
import {
  AssistantAgent,
  MaxMessageTermination,
  RoundRobinGroupChat,
  SourceMatchTermination,
} from "@tesserae/agentchat";
import { tool } from "@tesserae/core";
import { demoData } from "../../packages/tesserae/src/demo/data/demo-data.ts";
import { filesFolder } from "../../packages/tesserae/src/demo/files-folder.ts";
import { scriptedModelClient } from "../../packages/tesserae/src/demo/scripted-model/scripted-client.ts";
import { demoTeam, type DemoTeamOptions } from "../../packages/tesserae/src/demo/team/demo-team.ts";
import type { Job } from "./job.ts";

/** A team of the chaos tests. */
export interface ChaosTeam {
  readonly team: RoundRobinGroupChat;
  readonly folder: string;
  close(): Promise<void>;
}

/** What a team is made for. */
export type TeamJob = Pick<Job, "team" | "runsDir" | "runId" | "lettersFile"> & {
  /** `undefined`: nothing can be asked. */
  readonly baseUrl: string | undefined;
};

/** Makes the team of a job. No model client caches anything. */
export function chaosTeam(job: TeamJob, prompts?: DemoTeamOptions["prompts"]): ChaosTeam {
  const folder = filesFolder(job.runsDir, job.runId);
  const modelClient = scriptedModelClient(job.baseUrl);
  if (job.team === "demo") {
    const { team, close } = demoTeam({ modelClient, folder, files: [demoData().name], prompts });
    return { team, folder, close: async () => (await close(), modelClient.close()) };
  }
  const sendLetter = tool({
    name: "send_letter",
    description: "Sends a letter. It cannot be taken back.",
    parameters: { type: "object", properties: { to: { type: "string" } }, required: ["to"] },
    repeat: "never",
    execute: ({ to }) => {
      appendFileSync(job.lettersFile, `${String(to)}\n`);
      return `The letter to ${String(to)} is on its way.`;
    },
  });
  const clerk = new AssistantAgent({
    name: "clerk",
    modelClient,
    systemMessage: "You send letters.",
    tools: [sendLetter],
    maxToolIterations: 3,
    reflectOnToolUse: true,
    modelClientStream: true,
  });
  const terminationCondition = new SourceMatchTermination(["clerk"]).or(new MaxMessageTermination(10));
  const team = new RoundRobinGroupChat({ name: "letters", participants: [clerk], terminationCondition });
  return { team, folder, close: () => modelClient.close() };
}
