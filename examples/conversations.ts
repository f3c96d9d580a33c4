/** A team that talks with many people: each has a conversation, kept in files. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AssistantAgent, messageText, RoundRobinGroupChat } from "@tesserae/agentchat";
import { FileThreadStore } from "@tesserae/ext/threads";
import { scriptedModel } from "./support/scripted-model.ts";

const directory = await mkdtemp(join(tmpdir(), "conversations-"));
const model = scriptedModel("Hello, Ada.", "Hello, Bo.", "You are Ada.", "You are Ada, as before.");

//#region threads
const team = new RoundRobinGroupChat({
  participants: [new AssistantAgent({ name: "clerk", modelClient: model })],
  maxTurns: 1,
});
const store = new FileThreadStore({ directory, versions: 10 });

await team.thread("ada", { store }).run("I am Ada.");
await team.thread("bo", { store }).run("I am Bo.");
const result = await team.thread("ada", { store }).run("Who am I?");
//#endregion
console.log(result.messages.map((message) => messageText(message)).join(" "));

//#region look
const ada = team.thread("ada", { store });
for (const message of await ada.messages()) console.log(`${message.source}: ${messageText(message)}`);
const other = await ada.fork("ada, another way");
await other.run("Who am I, again?");
//#endregion
console.log((await store.list()).toSorted().join("; "), (await ada.messages()).length, (await other.messages()).length);

//#region history
for (const { version, messageCount } of await ada.history()) {
  console.log(`after run ${version}: ${messageCount} messages`);
}
const first = await ada.fork("ada, after her first run", { version: 1 });
//#endregion
console.log((await first.messages()).map((message) => messageText(message)).join(" "));
await team.close();
await rm(directory, { recursive: true });
