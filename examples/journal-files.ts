/** Journals in files, encrypted: a codec gets the bytes of each line. */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AssistantAgent, RoundRobinGroupChat } from "@tesserae/agentchat";
import { recordTo } from "@tesserae/core";
import { FileJournalStore, type LineCodec } from "@tesserae/core/journal/file";
import { scriptedModel } from "./support/scripted-model.ts";

const directory = await mkdtemp(join(tmpdir(), "runs-"));
const key = randomBytes(32);

//#region codec
const codec: LineCodec = {
  encode(bytes) {
    const nonce = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", key, nonce);
    return Buffer.concat([nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
  },
  decode(bytes) {
    const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, 12));
    decipher.setAuthTag(bytes.subarray(-16));
    return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]);
  },
};
const store = new FileJournalStore({ directory, durability: "disk", codec });
//#endregion

const team = new RoundRobinGroupChat({
  participants: [new AssistantAgent({ name: "clerk", modelClient: scriptedModel("Written down.") })],
  maxTurns: 1,
});
//#region run
await team.run("A secret task.", { journal: recordTo(store, { runId: "first" }) });
for (const { runId, status, turns } of await store.list()) console.log(runId, status, turns);
//#endregion

const text = await readFile(join(directory, "first", "journal.jsonl"), "utf8");
console.log(text.includes("secret"), text.split("\n")[0]?.slice(0, 5));
await team.close();
await rm(directory, { recursive: true });
