import { AssistantAgent, RoundRobinGroupChat, UserProxyAgent, type BaseGroupChat } from "@tesserae/agentchat";
import { MemoryJournalStore, RuntimeError, answer, raceSignal, readRun, recordTo, tool } from "@tesserae/core";
import { ScriptedClient, callsOf, type ScriptedAnswer } from "@tesserae/core/testing";
import { afterEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { MemoryQueue } from "../../examples/queue-worker/memory-queue.ts";
import type { Delivery, Outcome } from "../../examples/queue-worker/queue.ts";
import { work, type WorkerOptions } from "../../examples/queue-worker/worker.ts";
import { SilentModel } from "./desk.ts";

function teamOf(model: ScriptedClient): BaseGroupChat {
  const participants = ["architect", "mason"].map((name) => new AssistantAgent({ name, modelClient: model }));
  return new RoundRobinGroupChat({ participants, maxTurns: 2 });
}

/** A queue whose delays are over at once, and that tells what it was told. */
class WatchedQueue extends MemoryQueue {
  readonly finished: Outcome[] = [];
  /** Resolves when the task was kept so many times. */
  #kept: { readonly times: number; readonly resolve: () => void } | undefined;
  #times = 0;
  /** Called after each end of a delivery. */
  onFinish: () => void = () => undefined;
  /** Answers instead of the queue. */
  isLost = false;

  override extend(delivery: Delivery, leaseMs: number): Promise<boolean> {
    this.#times += 1;
    if (this.#times === this.#kept?.times) this.#kept.resolve();
    return this.isLost ? Promise.resolve(false) : super.extend(delivery, leaseMs);
  }

  kept(times: number): Promise<void> {
    return new Promise((resolve) => (this.#kept = { times, resolve }));
  }

  override async finish(delivery: Delivery, outcome: Outcome): Promise<boolean> {
    this.finished.push(outcome);
    const told = await super.finish(delivery, outcome.type === "again" ? { ...outcome, delayMs: 0 } : outcome);
    this.onFinish();
    return told;
  }
}

/** Lets a worker work on one task until the queue was told so many times. */
async function workOnTask(
  queue: WatchedQueue,
  options: Pick<WorkerOptions, "makeTeam"> & Partial<WorkerOptions>,
  times = 1,
): Promise<void> {
  const leaving = new AbortController();
  queue.onFinish = () => queue.finished.length === times && leaving.abort();
  queue.add("task", "A floor of tiles.");
  await work({ queue, journals: new MemoryJournalStore(), signal: leaving.signal, idleMs: 1, ...options });
}

afterEach(() => {
  vi.useRealTimers();
});

describe("a worker", () => {
  test("leaves when there is nothing to do, also when it was told before it began", async () => {
    const leaving = new AbortController();
    const options = {
      queue: new MemoryQueue(),
      journals: new MemoryJournalStore(),
      makeTeam: () => teamOf(new ScriptedClient([])),
    };
    const working = work({ ...options, signal: leaving.signal, idleMs: 3_600_000 });
    leaving.abort();
    await working;
    await work({ ...options, signal: AbortSignal.abort() });
  });

  test("posts the result, then finishes the task with it", async () => {
    const queue = new WatchedQueue();
    const posted: unknown[] = [];
    await workOnTask(queue, {
      makeTeam: () => teamOf(new ScriptedClient(["Draw.", "Lay."])),
      post: async (id, outcome) => void posted.push([id, outcome, queue.finished.length]),
    });
    const outcome = { type: "done", result: expect.objectContaining({ status: "finished" }) };
    expect(queue.finished).toEqual([outcome]);
    expect(posted).toEqual([["task", outcome, 0]]);
    expect(queue.outcome("task")).toMatchObject({
      result: { messages: [{ content: "A floor of tiles." }, { content: "Draw." }, { content: "Lay." }] },
    });
  });

  test("keeps a snapshot of the state after every turn", async () => {
    const queue = new WatchedQueue();
    const journals = new MemoryJournalStore();
    await workOnTask(queue, { journals, makeTeam: () => teamOf(new ScriptedClient(["Draw.", "Lay."])) });
    const marks = [];
    for await (const entry of journals.read("task")) if (entry.e === "mark") marks.push(entry.state !== undefined);
    // After the last turn there is nothing to go on with.
    expect(marks[0]).toBe(true);
    expect((await readRun(journals, "task")).turns).toEqual([1, 2]);
  });

  test("tries again what failed, goes on where it broke, and fails when it was tried often enough", async () => {
    const script: readonly ScriptedAnswer[] = ["Draw.", new Error("ill"), new Error("still ill"), "Lay."];
    const queue = new WatchedQueue();
    const model = new ScriptedClient(script);
    await workOnTask(queue, { makeTeam: () => teamOf(model) }, 3);
    expect(queue.finished.map(({ type }) => type)).toEqual(["again", "again", "done"]);
    expect(queue.finished.slice(0, 2)).toMatchObject([{ delayMs: 2000 }, { delayMs: 4000 }]);
    expect(model.calls.length).toBe(4);

    const other = new WatchedQueue();
    const ill = new ScriptedClient(script);
    await workOnTask(other, { makeTeam: () => teamOf(ill), maxAttempts: 2 }, 2);
    expect(other.finished).toMatchObject([
      { type: "again" },
      { type: "failed", error: expect.stringContaining("ill") },
    ]);
  });

  test("gives a task up that no worker came to the end of, without another call", async () => {
    const queue = new WatchedQueue();
    queue.add("task", "A floor of tiles.");
    // Taken, and never heard of again.
    for (let times = 0; times < 3; times += 1) await queue.take(0);
    const model = new ScriptedClient(["Draw.", "Lay."]);
    await workOnTask(queue, { makeTeam: () => teamOf(model), maxAttempts: 3 });
    expect(queue.finished).toEqual([{ type: "failed", error: "Given up: 3 workers did not come to its end." }]);
    expect(model.calls.length).toBe(0);
  });

  test("does not try again what waits for a person, and goes on when the answer is there", async () => {
    const nobody = (): never => {
      throw new RuntimeError("Nobody is there.", { code: "ERR_INPUT_WAITING" });
    };
    const queue = new WatchedQueue();
    const journals = new MemoryJournalStore();
    const makeTeam = (): BaseGroupChat =>
      new RoundRobinGroupChat({ participants: [new UserProxyAgent({ name: "boss", inputFunc: nobody })], maxTurns: 1 });
    await workOnTask(queue, { journals, makeTeam });
    expect(queue.finished).toEqual([{ type: "failed", error: "Nobody is there." }]);
    const { status, summary } = await readRun(journals, "task");
    expect(status).toBe("waiting");
    await answer(journals, "task", summary.inputs[0]?.requestId ?? "", "Yes, 40.");
    await workOnTask(queue, { journals, makeTeam }, 2);
    expect(queue.outcome("task")).toMatchObject({
      type: "done",
      result: { messages: expect.arrayContaining([expect.objectContaining({ source: "boss", content: "Yes, 40." })]) },
    });
  });

  test.each([
    ["never", "done"],
    ["ask", "failed"],
  ] as const)("does not send a letter twice that may be sent again: %s; the task is %s", async (repeat, type) => {
    let sent = 0;
    let tell: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => (tell = resolve));
    const letter = tool({
      name: "send_letter",
      description: "Sends a letter.",
      parameters: z.object({}),
      repeat,
      execute: async (_args, { signal }) => {
        sent += 1;
        tell();
        return raceSignal(new Promise<string>(() => undefined), signal);
      },
    });
    const modelClient = new ScriptedClient(() => callsOf(["send_letter", {}]));
    const makeTeam = (): BaseGroupChat =>
      new RoundRobinGroupChat({
        participants: [new AssistantAgent({ name: "clerk", modelClient, tools: [letter] })],
        maxTurns: 1,
      });
    // What the journal of a process holds that was killed while the letter was being sent.
    const [alive, journals] = [new MemoryJournalStore(), new MemoryJournalStore()];
    const dying = new AbortController();
    const run = makeTeam().run("A letter.", { journal: recordTo(alive, { runId: "task" }), signal: dying.signal });
    await begun;
    const writer = await journals.open("task", "create");
    for await (const entry of alive.read("task")) await writer.append([entry]);
    await writer.close();
    dying.abort();
    await expect(run).rejects.toMatchObject({ code: "ERR_ABORTED" });

    const queue = new WatchedQueue();
    await workOnTask(queue, { journals, makeTeam });
    expect(queue.finished).toMatchObject([{ type }]);
    expect(sent).toBe(1);
  });

  test("keeps its task while a model thinks, and drops it when somebody else has it", async () => {
    // The clock stands still: a machine that is busy for longer than the lease does not end it.
    vi.useFakeTimers({ toFake: ["Date"] });
    const queue = new WatchedQueue();
    const model = new SilentModel();
    const kept = queue.kept(3);
    const leaving = new AbortController();
    queue.add("task", "A floor of tiles.");
    const options = {
      queue,
      journals: new MemoryJournalStore(),
      makeTeam: () => teamOf(model),
      signal: leaving.signal,
    };
    const working = work({ ...options, leaseMs: 60, idleMs: 1 });
    await model.asked;
    await kept;
    queue.isLost = true;
    await model.aborted;
    leaving.abort();
    await working;
    expect(queue.finished).toEqual([]);
  });

  test("gives the recorded result, without another call, when it could not be posted before", async () => {
    const queue = new WatchedQueue();
    const model = new ScriptedClient(["Draw.", "Lay."]);
    let times = 0;
    const post = async (): Promise<void> => {
      times += 1;
      if (times === 1) throw new Error("503");
    };
    await workOnTask(queue, { makeTeam: () => teamOf(model), post }, 2);
    expect(queue.finished.map(({ type }) => type)).toEqual(["again", "done"]);
    expect(model.calls.length).toBe(2);
  });

  test("begins a task whose worker died before the first entry of its journal", async () => {
    const queue = new WatchedQueue();
    const journals = new MemoryJournalStore();
    await (await journals.open("task", "create")).close();
    await workOnTask(queue, { journals, makeTeam: () => teamOf(new ScriptedClient(["Draw.", "Lay."])) });
    expect(queue.finished).toMatchObject([{ type: "done" }]);
  });
});
