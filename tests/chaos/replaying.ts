import { unsubscribe, subscribe } from "node:diagnostics_channel";
import { expect } from "vitest";
import type { TaskResult } from "@tesserae/agentchat";
import { replayFrom, type JournalStore } from "@tesserae/core";
import type { DemoTeamOptions } from "../../packages/tesserae/src/demo/team/demo-team.ts";
import { chaosTeam, type TeamJob } from "./teams.ts";

/** Replays a run in this process, with no address to ask. */
export async function replay(
  store: JournalStore,
  job: Omit<TeamJob, "baseUrl">,
  prompts?: DemoTeamOptions["prompts"],
): Promise<TaskResult> {
  const { team, close } = chaosTeam({ ...job, baseUrl: undefined }, prompts);
  try {
    return await team.run(undefined, { journal: replayFrom(store, job.runId) });
  } finally {
    await close();
  }
}

/** Replays a run and checks that it is the same, byte for byte, and that no socket was opened for it. */
export async function expectSameReplay(store: JournalStore, job: Omit<TeamJob, "baseUrl">): Promise<TaskResult> {
  const sockets: unknown[] = [];
  const onSocket = (socket: unknown): void => void sockets.push(socket);
  subscribe("net.client.socket", onSocket);
  try {
    // The replay itself compares status, stop reason and every message with the recorded ones, and rejects.
    const result = await replay(store, job);
    expect(result.status).toBe("finished");
    expect(sockets).toEqual([]);
    return result;
  } finally {
    unsubscribe("net.client.socket", onSocket);
  }
}
