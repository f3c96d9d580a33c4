import { fileURLToPath } from "node:url";
import { RoundRobinGroupChat, RunLimitTermination } from "@tesserae/agentchat";
import { RemoteParticipant } from "@tesserae/agentchat/distributed";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { OtherProcess } from "./src/other-process.ts";
import type { HostPeer } from "./src/peers.ts";
import { HAS_PYTHON, PYTHON } from "./src/python.ts";
import { Talker, lineOf } from "./src/talker.ts";
import { TypeScriptWorker, startHost } from "./src/typescript.ts";

const PROGRAM = fileURLToPath(new URL("python/participant.py", import.meta.url));

describe.skipIf(!HAS_PYTHON)("a participant in Python's own container", () => {
  let host: HostPeer;
  let worker: TypeScriptWorker;
  let python: OtherProcess;

  beforeEach(async () => {
    host = await startHost();
    worker = await TypeScriptWorker.start(host.address);
    python = await OtherProcess.start(PYTHON, [PROGRAM, host.address]);
  });

  afterEach(async () => {
    await python.end();
    await worker.kill();
    await host.stop();
  });

  const team = (maxTurns: number, terminationCondition?: RunLimitTermination): RoundRobinGroupChat =>
    new RoundRobinGroupChat({
      terminationCondition,
      participants: [
        new Talker("writer", (_heard, _turn, count) => `line ${count}`),
        new RemoteParticipant({ name: "critic", description: "Says what it has heard." }),
      ],
      maxTurns,
      runtime: worker.runtime,
      // Where that container publishes to.
      teamId: "default",
    });

  test("hears what the team says and is heard by it, for several runs", async () => {
    const both = team(2);
    expect((await both.run("a poem")).messages.map(lineOf)).toEqual([
      "user: a poem",
      "writer: line 1",
      "critic: heard user: a poem | writer: line 1",
    ]);
    expect((await both.run()).messages.map(lineOf)).toEqual(["writer: line 2", "critic: heard writer: line 2"]);
  });

  test("ends the run with its error", async () => {
    await expect(team(2).run("fail")).rejects.toThrow("ValueError: no opinion");
  });

  test("takes turns of the run, and has used what its messages say; what it has paid is not known", async () => {
    const result = await team(9).run("spend", { limits: { maxTurns: 2, maxModelCalls: 9, maxToolCalls: 9 } });
    expect(result.stopReason).toBe("Maximum number of turns 2 reached.");
    expect(result).toMatchObject({ usage: { promptTokens: 40, completionTokens: 14 }, cost: undefined });
  });

  test("has called the tools that its messages tell of", async () => {
    const condition = new RunLimitTermination({ maxToolCalls: 2 });
    expect((await team(9, condition).run("spend")).stopReason).toContain("maxToolCalls 2, used 2");
  });

  test("has paid nothing where it says that it used no model", async () => {
    const result = await team(2).run("a poem", { limits: { maxCost: 1000 } });
    expect(result).toMatchObject({ usage: { promptTokens: 0, completionTokens: 0 }, cost: 0 });
  });

  test("ends the run when its process is killed in its turn", async () => {
    const running = team(2).run("hang");
    running.catch(() => undefined);
    await python.says("asked");
    await python.end();
    await expect(running).rejects.toThrow("UndeliverableException");
  });

  test("keeps no run from being aborted", async () => {
    const abort = new AbortController();
    const running = team(2).run("hang", { signal: abort.signal });
    running.catch(() => undefined);
    await python.says("asked");
    abort.abort();
    await expect(running).rejects.toMatchObject({ name: "AbortError" });
  });
});
