import {
  DivergenceError,
  ListMemory,
  MemoryJournalStore,
  RuntimeError,
  answer,
  readRun,
  recordTo,
  replayFrom,
  resumeFrom,
  type Journal,
} from "@tesserae/core";
import { describe, expect, test } from "vitest";
import { AssistantAgent } from "../agents/assistant-agent/assistant-agent.ts";
import { UserProxyAgent } from "../agents/user-proxy-agent/user-proxy-agent.ts";
import { collect, rejection, typesOf } from "../testing/collect.ts";
import { ScriptedClient, callsOf, type ScriptedAnswer } from "../testing/scripted-client.ts";
import { addTool, failTool } from "../testing/tools.ts";

const ANSWERS: readonly ScriptedAnswer[] = [
  { ...callsOf(["add", { a: 1, b: 2 }], ["fail", {}], ["add", { a: 3, b: 4 }]), thought: "hm" },
  "three and seven",
];

/** A fresh assistant; one that is replayed needs no answers. */
function assistant(answers: readonly ScriptedAnswer[] = [], systemMessage = "Add."): AssistantAgent {
  return new AssistantAgent({
    name: "a",
    modelClient: new ScriptedClient(answers),
    tools: [addTool(), failTool()],
    memory: [new ListMemory({ memoryContents: [{ content: "likes sums", mimeType: "text/plain" }] })],
    modelClientStream: true,
    reflectOnToolUse: true,
    systemMessage,
  });
}

async function recorded(answers = ANSWERS): Promise<{ store: MemoryJournalStore; runId: string; journal: Journal }> {
  const store = new MemoryJournalStore();
  const journal = recordTo(store);
  await assistant(answers).run("1 + 2, 3 + 4?", { journal });
  return { store, runId: journal.runId ?? "", journal };
}

describe("a run with a journal", () => {
  test("replays equal, ids and times included, without a model", async () => {
    const store = new MemoryJournalStore();
    const journal = recordTo(store);
    const first = await collect(assistant(ANSWERS).runStream("1 + 2, 3 + 4?", { journal }));
    const again = await collect(assistant().runStream(undefined, { journal: replayFrom(store, journal.runId ?? "") }));
    expect(again.at(-1)).toEqual(first.at(-1));
    expect(typesOf(again)).toEqual(typesOf(first));
  });

  test("of a finished run resumes to its result, and performs nothing", async () => {
    const { store, runId } = await recorded();
    const result = await assistant().run(undefined, { journal: resumeFrom(store, runId) });
    expect(result.status).toBe("finished");
    expect(typesOf(result.messages).at(-1)).toBe("TextMessage");
    const again = await assistant().run(undefined, { journal: resumeFrom(store, runId) });
    expect(again.messages).toEqual(result.messages);
  });

  test("of a changed prompt is a divergence, told as the run's error", async () => {
    const { store, runId } = await recorded();
    const journal = replayFrom(store, runId);
    const error = await rejection(assistant([], "Add with care.").run(undefined, { journal }));
    expect(error).toBeInstanceOf(DivergenceError);
  });

  test("that failed resumes where it failed", async () => {
    const store = new MemoryJournalStore();
    const journal = recordTo(store);
    const [calls] = ANSWERS;
    await rejection(assistant([calls ?? "", new RuntimeError("no quota")]).run("go", { journal }));
    const result = await assistant(["mended"]).run(undefined, { journal: resumeFrom(store, journal.runId ?? "") });
    expect(result.messages.at(-1)).toMatchObject({ type: "TextMessage", content: "mended" });
  });

  test("starts from the state that the agent had, in a fresh copy too", async () => {
    const store = new MemoryJournalStore();
    const agent = assistant([...ANSWERS, "again"]);
    await agent.run("first");
    const journal = recordTo(store);
    const second = await agent.run("second", { journal });
    const replayed = await assistant().run(undefined, { journal: replayFrom(store, journal.runId ?? "") });
    expect(replayed).toEqual(second);
  });
});

describe("a person who is not there", () => {
  const nobody = (): UserProxyAgent =>
    new UserProxyAgent({
      name: "human",
      inputFunc: () => {
        throw new RuntimeError("nobody is there", { code: "ERR_INPUT_WAITING" });
      },
    });

  test("leaves the run waiting; answered from elsewhere, it goes on under the same request", async () => {
    const store = new MemoryJournalStore();
    const journal = recordTo(store);
    const seen: string[] = [];
    let requestId = "";
    await rejection(
      (async () => {
        for await (const item of nobody().runStream("Proceed?", { journal })) {
          seen.push(item.type);
          if (item.type === "UserInputRequestedEvent") ({ requestId } = item);
          if (item.type === "TaskResult") expect(item.status).toBe("waiting");
        }
      })(),
    );
    expect(seen).toEqual(["TextMessage", "UserInputRequestedEvent", "TaskResult"]);
    const runId = journal.runId ?? "";
    expect((await readRun(store, runId)).status).toBe("waiting");
    await answer(store, runId, requestId, "yes");
    const result = await nobody().run(undefined, { journal: resumeFrom(store, runId) });
    expect(result.messages).toMatchObject([
      { type: "TextMessage", content: "Proceed?" },
      { type: "UserInputRequestedEvent", requestId },
      { type: "TextMessage", content: "yes", source: "human" },
    ]);
  });
});
