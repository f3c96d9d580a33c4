/** Journals of many runs in one SQLite database, written by several processes at once. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AssistantAgent, messageText, RoundRobinGroupChat } from "@tesserae/agentchat";
import { recordTo, replayFrom } from "@tesserae/core";
import { SqliteJournalStore } from "@tesserae/core/journal/sqlite";
import { scriptedModel } from "./support/scripted-model.ts";

const directory = await mkdtemp(join(tmpdir(), "runs-"));

//#region store
const store = new SqliteJournalStore({ path: join(directory, "journals.db"), durability: "disk" });
//#endregion

const team = new RoundRobinGroupChat({
  participants: [
    new AssistantAgent({ name: "clerk", modelClient: scriptedModel("Written down.", "Written down, too.") }),
  ],
  maxTurns: 1,
});
await team.run("A first task.", { journal: recordTo(store, { runId: "first" }) });
await team.run("A second task.", { journal: recordTo(store, { runId: "second" }) });
for (const { runId, status, task } of (await store.list()).toReversed()) console.log(runId, status, task);

const again = await team.run(undefined, { journal: replayFrom(store, "first") });
console.log(again.messages.map((message) => messageText(message)).join(" "));
await team.close();
store.close();
await rm(directory, { recursive: true });
