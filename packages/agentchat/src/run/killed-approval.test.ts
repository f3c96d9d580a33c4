import { answer, readRun } from "@tesserae/core";
import { FileJournalStore } from "@tesserae/core/journal/file";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

/**
 * A process of its own: a boss whose tool is an assistant whose tool pays, when somebody approves. Its arguments: the
 * folder, and the run to go on with. It says when it asks, and prints its result.
 */
const PROGRAM = `
import { appendFileSync } from "node:fs";
import { recordTo, resumeFrom, tool } from ${JSON.stringify(import.meta.resolve("@tesserae/core"))};
import { FileJournalStore } from ${JSON.stringify(import.meta.resolve("@tesserae/core/journal/file"))};
import { AgentTool, AssistantAgent, RoundRobinGroupChat } from ${JSON.stringify(import.meta.resolve("@tesserae/agentchat"))};
import { ScriptedClient, callsOf } from ${JSON.stringify(import.meta.resolve("@tesserae/agentchat/testing"))};

const [directory, run] = process.argv.slice(2);
const store = new FileJournalStore({ directory });
const pay = tool({
  name: "pay",
  description: "Pays.",
  parameters: { type: "object", properties: { euros: { type: "integer" } } },
  requiresApproval: ({ euros }) => euros > 10,
  execute: ({ euros }) => {
    appendFileSync(directory + "/paid", euros + "\\n");
    return "paid " + euros;
  },
});
const model = (...answers) => new ScriptedClient(run === undefined ? answers : answers.slice(1));
const buyer = new AssistantAgent({ name: "buyer", modelClient: model(callsOf(["pay", { euros: 50 }])), tools: [pay] });
const boss = new AssistantAgent({
  name: "boss",
  modelClient: model(callsOf(["buyer", { task: "Buy." }]), "done"),
  tools: [new AgentTool({ agent: buyer, returnValueAsLastMessage: true })],
  reflectOnToolUse: true,
});
const team = new RoundRobinGroupChat({ participants: [boss], maxTurns: 1 });
const approve = ({ path }) => {
  console.log("asked " + path);
  return new Promise(() => setInterval(() => undefined, 1000));
};
const journal = run === undefined ? recordTo(store, { runId: "r" }) : resumeFrom(store, run);
const result = await team.run(run === undefined ? "Buy." : undefined, { journal, approve });
console.log(JSON.stringify(result.messages.map(({ source, content }) => [source, content])));
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tesserae-approval-"));
  writeFileSync(join(folder, "program.mjs"), PROGRAM);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the program to its end; `onLine` gets what it says and how to kill it. */
function start(args: readonly string[], onLine: (line: string, kill: () => void) => void): Promise<string> {
  const child = spawn(
    process.execPath,
    ["--conditions=source", "--disable-warning=ExperimentalWarning", join(folder, "program.mjs"), folder, ...args],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  let said = "";
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
    for (const line of text.split("\n")) onLine(line, () => child.kill("SIGKILL"));
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      if (code === 0 || signal === "SIGKILL") resolve(said);
      else reject(new Error(`The program ended with ${code}: ${errors}`));
    });
  });
}

test("a process that is killed while somebody is asked leaves a run that waits; answered from here, another process goes on with it", async () => {
  const killWhenAsked = (line: string, kill: () => void): void => {
    if (line.startsWith("asked")) kill();
  };
  const path = "/team[0]/boss[0]/call[0]/buyer[0]";
  expect(await start([], killWhenAsked)).toBe(`asked ${path}\n`);
  // Resumed without an answer it asks again, and may be killed again.
  expect(await start(["r"], killWhenAsked)).toBe(`asked ${path}\n`);

  const store = new FileJournalStore({ directory: folder });
  const { status, summary } = await readRun(store, "r");
  expect(status).toBe("waiting");
  expect(summary.inputs).toMatchObject([{ path, tool: { name: "pay", arguments: { euros: 50 } } }]);
  const [input] = summary.inputs;
  await answer(store, "r", input?.requestId ?? "", { approved: true, arguments: { euros: 20 } });
  await expect(answer(store, "r", input?.requestId ?? "", "deny")).rejects.toMatchObject({
    code: "ERR_INPUT_ANSWERED",
  });

  const said = await start(["r"], () => undefined);
  expect(JSON.parse(said)).toEqual(expect.arrayContaining([["boss", "done"]]));
  expect(said).toContain("paid 20");
  expect(readFileSync(join(folder, "paid"), "utf8")).toBe("20\n");
  expect((await readRun(store, "r")).status).toBe("finished");
});
