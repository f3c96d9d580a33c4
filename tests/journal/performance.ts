import { answer, resumeFrom, type Journal, type JournalStore, type JsonObject } from "@tesserae/core";
import type { BaseGroupChat, RunOptions, StreamItem, TaskResult } from "@tesserae/agentchat";

/** What a run of a team gave, as JSON. */
export interface Performed {
  readonly result: TaskResult | undefined;
  readonly error: unknown;
  /** The result's messages, byte for byte. */
  readonly messages: readonly string[];
  /** What was streamed, chunks included. */
  readonly streamed: readonly StreamItem[];
}

/** Runs a team to its end, whatever the end is. */
export async function perform(
  team: BaseGroupChat,
  task: string | undefined,
  journal: Journal,
  options: RunOptions = {},
): Promise<Performed> {
  const streamed: StreamItem[] = [];
  let result: TaskResult | undefined;
  let error: unknown;
  try {
    for await (const item of team.runStream(task, { ...options, journal })) {
      if (item.type === "TaskResult") result = item;
      else streamed.push(item);
    }
  } catch (thrown) {
    error = thrown;
  }
  const messages = (result?.messages ?? []).map((message) => JSON.stringify(team.messages.toJson(message)));
  return { result, error, messages, streamed };
}

/** Whether a tool call may be done: what a person would say to it, always the same. */
export function isApproved({ arguments: args }: { readonly arguments: JsonObject }): boolean {
  return !JSON.stringify(args["at"] ?? null).endsWith('1"');
}

/** Goes on with a run until it ends, answering every question that it waits with. */
export async function resumeToTheEnd(
  make: () => BaseGroupChat,
  store: JournalStore,
  runId: string,
  first?: Performed,
): Promise<Performed> {
  let performed = first;
  for (let attempt = 0; attempt < 20; attempt += 1) {
    if (performed !== undefined && performed.result?.status !== "waiting") return performed;
    const [run] = performed === undefined ? [] : await store.list({ name: "top" });
    for (const { requestId, tool } of run?.inputs ?? []) {
      const given = tool === undefined ? "answered" : isApproved(tool) ? "approve" : "deny";
      await answer(store, runId, requestId, given);
    }
    performed = await perform(make(), undefined, resumeFrom(store, runId));
  }
  throw new Error("The run does not come to an end.");
}

/** Chunks that were streamed, joined by the message that they make. */
export function chunksOf(streamed: readonly StreamItem[]): { readonly [messageId: string]: string } {
  const joined: { [messageId: string]: string } = {};
  for (const item of streamed) {
    if (item.type !== "ModelClientStreamingChunkEvent" || item.fullMessageId === undefined) continue;
    const before = item.restarted === true ? "" : (joined[item.fullMessageId] ?? "");
    joined[item.fullMessageId] = before + item.content;
  }
  return joined;
}
