import { describe, expect, test } from "vitest";
import { callModel } from "../effects/call-model.ts";
import { scope } from "../effects/effect.ts";
import { ScriptedClient } from "../effects/testing/scripted-client.ts";
import type { Json } from "../json.ts";
import { AssistantMessage, UserMessage, type LLMMessage } from "../models/messages.ts";
import { openRun } from "../run/open-run.ts";
import { FileJournalStore } from "./file/file-store.ts";
import { recordTo, replayFrom } from "./journals.ts";
import { MemoryFileSystem } from "../testing/memory-file-system.ts";

/** A text that has nothing in common with the others. */
function text(turn: number, length: number): string {
  let words = "";
  for (let at = 0; words.length < length; at += 1) words += `${(turn * 7919 + at * 104_729) % 99_991} `;
  return words.slice(0, length);
}

async function converse(journal: ReturnType<typeof recordTo>, turns: number): Promise<number> {
  const client = new ScriptedClient(Array.from({ length: turns }, (_, turn) => text(turn, 4096)));
  const run = await openRun({ name: "team", task: "go", journal });
  const conversation: LLMMessage[] = [];
  const messages: Json[] = [];
  await scope(run.context, "team", async (team) => {
    for (let turn = 1; turn <= turns; turn += 1) {
      await scope(team, "agent", async (context) => {
        const result = await callModel(context, client, conversation, { purpose: "reply" });
        const content = typeof result.content === "string" ? result.content : "";
        messages.push({ id: context.id(), at: context.now(), type: "TextMessage", source: "agent", content });
        conversation.push(
          AssistantMessage({ content, source: "agent" }),
          UserMessage({ content: "go on", source: "user" }),
        );
      });
      run.mark(turn);
    }
  });
  await run.end({ status: "finished", messages });
  return JSON.stringify(messages).length;
}

describe("the log of a long conversation", () => {
  test("of 200 turns of 4 kB is under 3 times the size of the messages", async () => {
    const fileSystem = new MemoryFileSystem();
    const store = new FileJournalStore({ directory: "/runs", fileSystem });
    const size = await converse(recordTo(store, { runId: "r" }), 200);
    const log = fileSystem.content("/runs/r/journal.jsonl").length;
    expect(size).toBeGreaterThan(200 * 4096);
    expect(log).toBeLessThan(3 * size);
    await converse(replayFrom(store, "r"), 200);
  });

  test("grows with the conversation, not with its square", async () => {
    const sizes: number[] = [];
    for (const turns of [100, 200, 400]) {
      const fileSystem = new MemoryFileSystem();
      const store = new FileJournalStore({ directory: "/runs", fileSystem });
      await converse(recordTo(store, { runId: "r" }), turns);
      sizes.push(fileSystem.content("/runs/r/journal.jsonl").length / turns);
    }
    const [first = 0, , last = 0] = sizes;
    expect(last).toBeLessThan(1.1 * first);
  });
});
