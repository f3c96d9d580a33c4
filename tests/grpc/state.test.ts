import { AgentId, NotAccessibleError } from "@tesserae/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { HostPeer } from "./src/peers.ts";
import { HAS_PYTHON, PythonWorker, startPythonHost } from "./src/python.ts";
import { TypeScriptWorker, startHost } from "./src/typescript.ts";

describe.each([
  { language: "TypeScript", start: () => startHost() },
  { language: "Python", start: startPythonHost },
])("the states of agents, by way of a host in $language", ({ language, start }) => {
  let host: HostPeer;
  let near: TypeScriptWorker;
  let far: TypeScriptWorker;
  const skip = language === "Python" && !HAS_PYTHON;

  beforeAll(async () => {
    if (skip) return;
    host = await start();
    near = await TypeScriptWorker.start(host.address);
    far = await TypeScriptWorker.start(host.address);
    await near.register("near");
    await far.register("far");
  });

  afterAll(async () => {
    await Promise.all([near?.runtime.close(), far?.runtime.close()]);
    await host?.stop();
  });

  test.skipIf(skip)("are saved and loaded, in this worker and in another", async () => {
    for (const id of [new AgentId("near", "k"), new AgentId("far", "k/with slash")]) {
      await near.runtime.agentLoadState(id, { mood: "fine" });
      expect(await near.runtime.agentSaveState(id)).toEqual({ mood: "fine", of: id.toString() });
    }
  });

  test.skipIf(skip)("of all agents of a worker are saved and loaded with its runtime", async () => {
    await far.send("far/a", "hello");
    const state = await far.runtime.saveState();
    expect(state["far/a"]).toEqual({ of: "far/a" });
    expect(await far.runtime.loadState({ "far/a": { mood: "new" }, "near/x": {} })).toEqual({
      loaded: ["far/a"],
      skipped: ["near/x"],
    });
    expect(await far.runtime.agentSaveState(new AgentId("far", "a"))).toMatchObject({ mood: "new" });
  });
});

test("the state of an agent that nobody has cannot be reached", async () => {
  const host = await startHost();
  const worker = await TypeScriptWorker.start(host.address);
  await expect(worker.runtime.agentSaveState(new AgentId("nobody", "k"))).rejects.toThrow(NotAccessibleError);
  await expect(worker.runtime.agentLoadState(new AgentId("nobody", "k"), {})).rejects.toThrow("nobody/k");
  await worker.runtime.close();
  await host.stop();
});

test.skipIf(!HAS_PYTHON)("the state of an agent of Python cannot be reached, which is said at once", async () => {
  const host = await startHost();
  const worker = await TypeScriptWorker.start(host.address);
  const python = await PythonWorker.start(host.address);
  await python.register("snake");
  await expect(worker.runtime.agentSaveState(new AgentId("snake", "k"))).rejects.toThrow(NotAccessibleError);
  await python.kill();
  await worker.runtime.close();
  await host.stop();
});
