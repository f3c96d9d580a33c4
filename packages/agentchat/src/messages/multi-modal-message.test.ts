import {
  audioPart,
  filePart,
  imageFromBytes,
  imageFromUrl,
  MemoryJournalStore,
  recordTo,
  replayFrom,
  UnboundedChatCompletionContext,
} from "@tesserae/core";
import { expect, test } from "vitest";
import { AssistantAgent } from "../agents/assistant-agent/assistant-agent.ts";
import { addToModelContext, forModel } from "../agents/model-context.ts";
import { ScriptedClient } from "../testing/scripted-client.ts";
import { messageText } from "./message-text.ts";
import { MultiModalMessage } from "./factories.ts";
import { MessageRegistry } from "./registry.ts";

const INFO = { vision: true, functionCalling: true, jsonOutput: true, structuredOutput: true, family: "x" };
const pdf = filePart({ mediaType: "application/pdf", base64: "JVBERi0=", name: "a.pdf" });
const picture = imageFromUrl("https://example.org/a.png");
const content = [
  "Compare",
  pdf,
  picture,
  imageFromBytes(Uint8Array.of(0xff, 0xd8, 0xff)),
  audioPart({ base64: "AA==" }),
];
const message = MultiModalMessage({ source: "user", content });
const registry = new MessageRegistry();

test("files are words in a text, for people and for models", () => {
  expect(messageText(message)).toBe("Compare\n<file>\n<image>\n<image>\n<audio>");
  expect(registry.toModelText(message)).toBe("Compare [file] [image] [image] [audio]");
});

test("files round-trip in the message's JSON", () => {
  const json: unknown = JSON.parse(JSON.stringify(registry.toJson(message)));
  expect(registry.create(json)).toEqual(message);
});

test("a model context holds the files, also when it was saved and loaded", async () => {
  const context = new UnboundedChatCompletionContext();
  await addToModelContext(context, [message]);
  const seen = [{ type: "UserMessage", source: "user", content }];
  expect(context.getMessages()).toEqual(seen);
  const other = new UnboundedChatCompletionContext();
  other.loadState(JSON.parse(JSON.stringify(context.saveState())));
  expect(other.getMessages()).toEqual(seen);
});

test("a model that cannot see gets the files, and a word in the place of each image", async () => {
  const context = new UnboundedChatCompletionContext();
  await addToModelContext(context, [message]);
  expect(forModel(context.getMessages(), { ...INFO, vision: false })).toEqual([
    { type: "UserMessage", source: "user", content: ["Compare", pdf, "<image>", "<image>", content[4]] },
  ]);
});

test("a run whose task has files is recorded with them, and replayed without a model", async () => {
  const store = new MemoryJournalStore();
  const client = new ScriptedClient(["120 euros"]);
  const agent = (): AssistantAgent => new AssistantAgent({ name: "clerk", modelClient: client, systemMessage: null });
  const recorded = await agent().run(message, { journal: recordTo(store, { runId: "r" }) });
  expect(client.calls).toHaveLength(1);
  const again = await agent().run(message, { journal: replayFrom(store, "r") });
  expect(client.calls).toHaveLength(1);
  expect(again.messages).toEqual(recorded.messages);
  const other = MultiModalMessage({ ...message, content: [{ ...pdf, base64: "AAAA" }, "Compare"] });
  await expect(agent().run(other, { journal: replayFrom(store, "r") })).rejects.toMatchObject({
    code: "ERR_JOURNAL_DIVERGED",
  });
});
