/*
 * A process that runs a journaled team and may be killed at any moment. It has no part in the checks: what it did is
 * seen from outside, in the journal, at the upstream and in the files that its effects leave.
 */
import { appendFileSync, writeFileSync } from "node:fs";
import { subscribe } from "node:diagnostics_channel";
import { isObject, recordTo, resumeFrom } from "@tesserae/core";
import { demoData } from "../../packages/tesserae/src/demo/data/demo-data.ts";
import { DEMO_QUESTION, demoTask } from "../../packages/tesserae/src/demo/team/prompts.ts";
import { prepareWorkspace } from "../../packages/tesserae/src/demo/team/workspace.ts";
import { preparing } from "../../packages/tesserae/src/runs/preparing.ts";
import type { Job } from "./job.ts";
import { killingStore } from "./killing-store.ts";
import { chaosTeam } from "./teams.ts";

process.removeAllListeners("warning");
process.on("warning", () => {});
const job = JSON.parse(process.argv[2] ?? "") as Job;

subscribe("tracing:tesserae:effect:asyncEnd", (message) => {
  if (isObject(message) && message["source"] === "world") {
    appendFileSync(job.performedFile, `${String(message["address"])}\n`);
  }
});

const store = killingStore(job.runsDir, job.killAfter);
const { team, close, folder } = chaosTeam(job);
const prepare = (): void => {
  if (job.team === "demo") prepareWorkspace(folder, [demoData()]);
};
const opened = job.mode === "record" ? recordTo(store, { runId: job.runId }) : resumeFrom(store, job.runId);
const task = job.team === "demo" ? demoTask(DEMO_QUESTION, [demoData().name]) : "Send a letter to Ada.";
// The parent counts random moments from here.
process.stdout.write("ready\n");
const result = await team.run(job.mode === "record" ? task : undefined, { journal: preparing(opened, prepare) });
writeFileSync(job.resultFile, JSON.stringify({ messages: result.messages, stopReason: result.stopReason }));
await close();
