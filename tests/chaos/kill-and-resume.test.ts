import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { JournalEntry } from "@tesserae/core";
import { startScriptedModel } from "../../packages/tesserae/src/demo/scripted-model/server.ts";
import { seededRandom } from "../../packages/tesserae/src/demo/data/random.ts";
import { forEachAtOnce, Lab, type Trial } from "./lab.ts";
import { expectSameReplay } from "./replaying.ts";

/** Processes at once: the tests leave the machine something to do. */
const WIDTH = 2;
const RANDOM_MOMENTS = 20;

const lab = new Lab();
let unbroken: {
  readonly messages: readonly unknown[];
  readonly entries: readonly JournalEntry[];
  readonly requests: readonly string[];
  readonly milliseconds: number;
};

beforeAll(async () => {
  const trial = lab.trial("demo");
  const requests: string[] = [];
  const upstream = await startScriptedModel({ onRequest: (body) => void requests.push(body) });
  const ended = await trial.start("record", { baseUrl: upstream.baseUrl });
  await upstream.close();
  expect(ended).toMatchObject({ code: 0, errors: "" });
  const entries = await trial.entries();
  expect(entries.at(-1)).toMatchObject({ e: "end", o: "finished" });
  const { milliseconds } = ended;
  unbroken = { messages: trial.messages(), entries, requests, milliseconds };
});
afterAll(() => lab.close());

describe("the demo, every effect safe to repeat, no cache anywhere", () => {
  test("makes the same requests, byte for byte, in every run", async () => {
    const requests: string[] = [];
    const upstream = await startScriptedModel({ onRequest: (body) => void requests.push(body) });
    const trial = lab.trial("demo");
    await trial.start("record", { baseUrl: upstream.baseUrl });
    await upstream.close();
    expect(requests).toEqual(unbroken.requests);
    expect(new Set(requests).size).toBe(requests.length);
  });

  test(
    "killed after every journal entry, resumes to the same messages and performs nothing settled again",
    { timeout: 900_000 },
    async () => {
      const moments = unbroken.entries.map((_, index) => index + 1);
      await forEachAtOnce(moments, WIDTH, async (killAfter) => {
        const trial = lab.trial("demo");
        await killAndResume(trial, { killAfter });
        await expectSameReplay(lab.store, trial.job);
      });
    },
  );

  test(`killed at ${RANDOM_MOMENTS} random moments, resumes to the same messages`, { timeout: 900_000 }, async () => {
    const random = seededRandom(Date.now());
    const moments = Array.from({ length: RANDOM_MOMENTS }, () => random() * unbroken.milliseconds);
    await forEachAtOnce(moments, WIDTH, async (killAfterMs) => {
      const trial = lab.trial("demo");
      await killAndResume(trial, { killAfterMs });
    });
  });
});

async function killAndResume(
  trial: Trial,
  kill: { readonly killAfter?: number; readonly killAfterMs?: number },
): Promise<void> {
  const moment = JSON.stringify(kill);
  const requests: string[] = [];
  const upstream = await startScriptedModel({ onRequest: (body) => void requests.push(body) });
  try {
    const { baseUrl } = upstream;
    const killed = await trial.start("record", { baseUrl, ...kill });
    // What it had sent before it died is here, and is read in the next turns of the loop.
    for (let turns = 0; turns < 20; turns += 1) await new Promise((resolve) => setImmediate(resolve));
    // After a random moment the run may be over, or not yet begun.
    if (kill.killAfter !== undefined) expect(killed.signal, moment).toBe("SIGKILL");
    const entries = await trial.entries().catch((): readonly JournalEntry[] => []);
    if (entries.length === 0) return;
    const settled = new Set(entries.flatMap((entry) => (entry.e === "settle" ? [entry.a] : [])));
    const asked = requests.length;
    trial.takePerformed();

    const resumed = await trial.start("resume", { baseUrl });
    expect(resumed, moment).toMatchObject({ code: 0, errors: "" });
    expect(trial.messages(), moment).toEqual(unbroken.messages);
    // Nothing with a settle entry was performed again, and the upstream saw each call once, and one more at most.
    const performed = trial.takePerformed();
    expect(
      performed.filter((address) => settled.has(address)),
      moment,
    ).toEqual([]);
    expect(requests.length - asked, moment).toBe(unbroken.requests.length - settles(entries, "!model:"));
    expect(requests.length, moment).toBeLessThanOrEqual(unbroken.requests.length + 1);
    expect(new Set(requests), moment).toEqual(new Set(unbroken.requests));
  } finally {
    await upstream.close();
  }
}

function settles(entries: readonly JournalEntry[], kind = "!"): number {
  return entries.filter((entry) => entry.e === "settle" && entry.a.includes(kind)).length;
}
