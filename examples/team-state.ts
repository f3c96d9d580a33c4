/** A conversation that outlives its process: the state of a team to a file, and into another team. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AssistantAgent, RoundRobinGroupChat, messageText } from "@tesserae/agentchat";
import { scriptedModel } from "./support/scripted-model.ts";

const folder = await mkdtemp(join(tmpdir(), "team-state-"));
const file = join(folder, "team.json");

function makeTeam(modelClient: ReturnType<typeof scriptedModel>): RoundRobinGroupChat {
  return new RoundRobinGroupChat({
    participants: [new AssistantAgent({ name: "poet", modelClient })],
    maxTurns: 1,
  });
}

//#region save
const team = makeTeam(scriptedModel("A robot lays one tile a day."));
await team.run("A story of a robot, in one sentence.");
await writeFile(file, JSON.stringify(await team.saveState()));
await team.close();
//#endregion

const later = scriptedModel("Ein Roboter legt jeden Tag eine Fliese.");
//#region load
const restored = makeTeam(later);
await restored.loadState(JSON.parse(await readFile(file, "utf8")));
const { messages } = await restored.run("Translate it to German.");
for (const message of messages) console.log(`${message.source}: ${messageText(message)}`);
//#endregion
console.log(later.createCalls[0]?.messages.map(({ type, content }) => `${type}: ${JSON.stringify(content)}`).slice(1));
await restored.close();
await rm(folder, { recursive: true });
