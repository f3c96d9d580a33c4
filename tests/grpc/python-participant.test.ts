import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { RoundRobinGroupChat } from "@tesserae/agentchat";
import { RemoteParticipant } from "@tesserae/agentchat/distributed";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { HostPeer } from "./src/peers.ts";
import { HAS_PYTHON, PYTHON } from "./src/python.ts";
import { Talker, lineOf } from "./src/talker.ts";
import { TypeScriptWorker, startHost } from "./src/typescript.ts";

const PROGRAM = fileURLToPath(new URL("python/participant.py", import.meta.url));

describe.skipIf(!HAS_PYTHON)("a participant in Python's own container", () => {
  let host: HostPeer;
  let worker: TypeScriptWorker;
  let python: ChildProcess;

  beforeEach(async () => {
    host = await startHost();
    worker = await TypeScriptWorker.start(host.address);
    const child = spawn(PYTHON, [PROGRAM, host.address], {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1" },
    });
    python = child;
    await once(child.stdout, "data");
  });

  afterEach(async () => {
    python.kill("SIGKILL");
    await worker.kill();
    await host.stop();
  });

  const team = (maxTurns: number): RoundRobinGroupChat =>
    new RoundRobinGroupChat({
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
});
