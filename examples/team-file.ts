/** A team in a file: saved, changed by hand, loaded, and run. `tesserae run FILE "task"` runs it, too. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AssistantAgent, RoundRobinGroupChat, TextMentionTermination, type Team } from "@tesserae/agentchat";
import { dumpComponent } from "@tesserae/core";
import { defaultRegistry } from "@tesserae/ext/components";
import { scriptedModel } from "./support/scripted-model.ts";

//#region helpers
async function saveTeam(path: string, team: Team): Promise<void> {
  await writeFile(path, `${JSON.stringify(dumpComponent(team), null, 2)}\n`);
}

async function loadTeam(path: string): Promise<Team> {
  return defaultRegistry().load<Team>(JSON.parse(await readFile(path, "utf8")), { expected: "team" });
}
//#endregion

const directory = await mkdtemp(join(tmpdir(), "teams-"));
const path = join(directory, "team.json");
const modelClient = scriptedModel("A poem. DONE");
const poet = new AssistantAgent({ name: "poet", modelClient, systemMessage: "Write poems." });
const team = new RoundRobinGroupChat({
  participants: [poet],
  terminationCondition: new TextMentionTermination("DONE"),
});

await saveTeam(path, team);
const text = await readFile(path, "utf8");
console.log(text.split("\n").slice(0, 4).join("\n"));
await writeFile(path, text.replace("A poem.", "A longer poem."));

const loaded = await loadTeam(path);
const { messages, stopReason } = await loaded.run("A poem about tiles.");
console.log(messages.map((message) => JSON.stringify(message.type === "TextMessage" ? message.content : "")).join(" "));
console.log(stopReason);

await saveTeam(path, loaded);
console.log((await readFile(path, "utf8")) === text.replace("A poem.", "A longer poem."));
await Promise.all([team.close(), loaded.close()]);
await rm(directory, { recursive: true });
