import { describe, expect, test } from "vitest";
import { effect } from "../effects/effect.ts";
import { isTesseraeError } from "../errors/tesserae-error.ts";
import { openRun } from "../run/open-run.ts";
import { answer } from "./answer.ts";
import type { DecideDoubt } from "./in-doubt.ts";
import { recordTo, replayFrom, resumeFrom } from "./journals.ts";
import { MemoryJournalStore } from "./memory-store.ts";
import { MortalMachine } from "./testing/mortal.ts";
import { runScript, type Step } from "./testing/workload.ts";
import { settled, World } from "./testing/world.ts";

const steps: readonly Step[] = [
  { type: "leaf", name: "a", repeat: "safe" },
  { type: "scope", name: "inner", steps: [{ type: "input" }] },
  { type: "leaf", name: "b", repeat: "safe" },
];

async function waitingRun(machine: MortalMachine, world: World): Promise<string> {
  const first = await runScript(steps, { world, journal: recordTo(machine.start(world), { runId: "r", seed: "s" }) });
  expect(first.error).toBeUndefined();
  expect(first.outcome.status).toBe("waiting");
  const [run] = await machine.start(world).list();
  expect(run).toMatchObject({ status: "waiting", inputs: [{ prompt: "Which colour?", choices: ["red", "blue"] }] });
  expect(run?.inputs[0]?.path).toBe("/team[0]/inner[0]");
  return run?.inputs[0]?.requestId ?? "";
}

describe("an input with nobody to answer", () => {
  test("leaves the run waiting; an answer from another process is what the next resume goes on with", async () => {
    const machine = new MortalMachine();
    const world = new World();
    const requestId = await waitingRun(machine, world);
    await answer(machine.start(world), "r", requestId, "blue");
    const store = machine.start(world);
    const resumed = await runScript(steps, { world, journal: resumeFrom(store, "r") });
    expect(resumed.outcome.status).toBe("finished");
    expect(JSON.stringify(resumed.messages)).toContain("answer blue");
    expect([...world.performed.values()]).toEqual([1, 1]);
    const again = await runScript(steps, { world, journal: replayFrom(store, "r") });
    expect(again.error).toBeUndefined();
    expect(JSON.stringify(again.messages)).toBe(JSON.stringify(resumed.messages));
  });

  test("is asked again under the same id by a resume without an answer", async () => {
    const machine = new MortalMachine();
    const world = new World();
    const requestId = await waitingRun(machine, world);
    const asked: string[] = [];
    const ask = (id: string): Promise<string> => {
      asked.push(id);
      return Promise.resolve("red");
    };
    const resumed = await runScript(steps, { world, ask, journal: resumeFrom(machine.start(world), "r") });
    expect(resumed.outcome.status).toBe("finished");
    expect(asked).toEqual([requestId]);
  });

  test("takes one answer: a second one, one that is no choice, and one for nobody are refused", async () => {
    const machine = new MortalMachine();
    const world = new World();
    const requestId = await waitingRun(machine, world);
    const store = machine.start(world);
    await expect(answer(store, "r", requestId, "green")).rejects.toMatchObject({ code: "ERR_INVALID_ARGUMENT" });
    await expect(answer(store, "r", "nobody", "red")).rejects.toMatchObject({ code: "ERR_NOT_FOUND" });
    await answer(store, "r", requestId, "red");
    await expect(answer(store, "r", requestId, "blue")).rejects.toMatchObject({ code: "ERR_INPUT_ANSWERED" });
    await runScript(steps, { world, journal: resumeFrom(store, "r") });
    await expect(answer(store, "r", requestId, "blue")).rejects.toMatchObject({ code: "ERR_INPUT_ANSWERED" });
  });

  test("takes no answer after the run was aborted", async () => {
    const store = new MemoryJournalStore();
    const controller = new AbortController();
    let requestId = "";
    const ask = (id: string): Promise<string> => {
      requestId = id;
      setImmediate(() => controller.abort());
      return new Promise((_, reject) => {
        controller.signal.addEventListener("abort", () => reject(new DOMException("", "AbortError")));
      });
    };
    const { signal } = controller;
    const first = await runScript(steps, { world: new World(), ask, signal, journal: recordTo(store, { runId: "r" }) });
    expect(first.outcome.status).toBe("aborted");
    await expect(answer(store, "r", requestId, "red")).rejects.toMatchObject({ code: "ERR_INPUT_ANSWERED" });
  });

  test("is refused while the run is being written elsewhere", async () => {
    const store = new MemoryJournalStore();
    const run = await openRun({ name: "x", task: "t", journal: recordTo(store, { runId: "r" }) });
    await expect(answer(store, "r", "x", "red")).rejects.toMatchObject({ code: "ERR_JOURNAL_LOCKED" });
    await run.end({ status: "finished" });
  });

  test("is answered while it is put, by whoever has the run: the question is withdrawn", async () => {
    const store = new MemoryJournalStore();
    const world = new World();
    const journal = recordTo(store, { runId: "r" });
    const never = (): Promise<string> => new Promise(() => undefined);
    const running = runScript(steps, {
      world,
      journal,
      ask: never,
      opened: (run) => {
        void settled().then(async () => {
          await expect(run.answer("nobody", "red")).rejects.toThrow("nobody");
          const id = openId(store);
          await run.answer(await id, "blue");
        });
      },
    });
    const first = await running;
    expect(first.error).toBeUndefined();
    expect(JSON.stringify(first.messages)).toContain("answer blue");
    const again = await runScript(steps, { world, journal: replayFrom(store, "r") });
    expect(again.error).toBeUndefined();
    expect(JSON.stringify(again.messages)).toBe(JSON.stringify(first.messages));
  });
});

async function openId(store: MemoryJournalStore): Promise<string> {
  for await (const entry of store.read("r")) if (entry.e === "begin" && entry.k === "input") return entry.id ?? "";
  return "";
}

describe("an effect in doubt whose owner wants to be asked", () => {
  /** A run that was killed while its effect was under way. */
  async function doubtful(machine: MortalMachine, world: World): Promise<void> {
    const run = await openRun({ name: "x", task: "t", journal: recordTo(machine.start(world), { runId: "r" }) });
    void pay(run, world, true).catch(() => undefined);
    await settled(5);
    expect(world.total).toBe(1);
    machine.disk.frozen = true;
  }

  function pay(run: Awaited<ReturnType<typeof openRun>>, world: World, forEver = false): Promise<string> {
    return effect(
      run.context,
      { kind: "tool", name: "pay", repeat: "ask", request: () => ({ euros: 5 }) },
      async (io) => {
        await world.touch(io.idempotencyKey, "pay", undefined);
        if (forEver) await new Promise(() => undefined);
        return "paid now";
      },
    );
  }

  async function resume(machine: MortalMachine, world: World, decide?: DecideDoubt): Promise<unknown> {
    const run = await openRun({ name: "x", task: "t", journal: resumeFrom(machine.start(world), "r", { decide }) });
    try {
      const paid = await pay(run, world);
      await run.end({ status: "finished", stopReason: paid });
      return paid;
    } catch (error) {
      await run.end({ status: "failed", error });
      return isTesseraeError(error) ? error.code : error;
    }
  }

  async function replayed(machine: MortalMachine, world: World): Promise<string> {
    const run = await openRun({ name: "x", task: "t", journal: replayFrom(machine.start(world), "r") });
    const paid = await pay(run, world);
    await run.end({ status: "finished", stopReason: paid });
    return paid;
  }

  test("was done, with a result", async () => {
    const [machine, world] = [new MortalMachine(), new World()];
    await doubtful(machine, world);
    const decide: DecideDoubt = async ({ address, request }) => {
      expect(address).toBe("!tool:pay[0]");
      expect(request).toEqual({ euros: 5 });
      return { choice: "done", value: "paid before" };
    };
    expect(await resume(machine, world, decide)).toBe("paid before");
    expect(world.total).toBe(1);
    expect(await replayed(machine, world)).toBe("paid before");
  });

  test("is repeated", async () => {
    const [machine, world] = [new MortalMachine(), new World()];
    await doubtful(machine, world);
    expect(await resume(machine, world, async () => ({ choice: "repeat" }))).toBe("paid now");
    expect(world.total).toBe(2);
    expect([...world.performed.values()]).toEqual([2]);
    expect(await replayed(machine, world)).toBe("paid now");
  });

  test("counts as failed, and stays so however often the run is resumed", async () => {
    const [machine, world] = [new MortalMachine(), new World()];
    await doubtful(machine, world);
    expect(await resume(machine, world, async () => ({ choice: "fail" }))).toBe("ERR_EFFECT_IN_DOUBT");
    expect(await resume(machine, world)).toBe("ERR_EFFECT_IN_DOUBT");
    expect(world.total).toBe(1);
  });

  test("waits when nobody is there, and takes the answer of another process", async () => {
    const [machine, world] = [new MortalMachine(), new World()];
    await doubtful(machine, world);
    expect(await resume(machine, world)).toBe("ERR_INPUT_WAITING");
    const [run] = await machine.start(world).list();
    expect(run?.status).toBe("waiting");
    expect(run?.inputs[0]?.choices).toEqual(["done", "repeat", "fail"]);
    const requestId = run?.inputs[0]?.requestId ?? "";
    await answer(machine.start(world), "r", requestId, { choice: "done", value: "paid, says the bank" });
    expect(await resume(machine, world)).toBe("paid, says the bank");
    expect(world.total).toBe(1);
  });
});
