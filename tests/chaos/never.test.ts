import { afterAll, beforeAll, expect, test } from "vitest";
import { isObject } from "@tesserae/core";
import type { TestServer } from "@tesserae/ext/testing";
import { forEachAtOnce, Lab } from "./lab.ts";
import { expectSameReplay } from "./replaying.ts";
import { startLetterModel } from "./upstream.ts";

const lab = new Lab();
let upstream: TestServer;

beforeAll(async () => {
  upstream = await startLetterModel();
});
afterAll(async () => {
  await upstream.close();
  lab.close();
});

test(
  "a tool that may not be repeated is performed at most once, and the model is told when its outcome is unknown",
  { timeout: 900_000 },
  async () => {
    const baseUrl = `${upstream.url}/v1`;
    const unbroken = lab.trial("letters");
    expect(await unbroken.start("record", { baseUrl })).toMatchObject({ code: 0, errors: "" });
    const entries = await unbroken.entries();
    expect(unbroken.letters()).toBe(1);
    const begun = entries.findIndex((entry) => entry.e === "begin" && entry.k === "tool") + 1;
    const settled = entries.findIndex((entry) => entry.e === "settle" && entry.a.includes("!tool:")) + 1;
    expect(begun).toBeGreaterThan(0);

    const moments = entries.map((_, index) => index + 1);
    await forEachAtOnce(moments, 2, async (killAfter) => {
      const moment = `killed after entry ${killAfter}`;
      const trial = lab.trial("letters");
      expect(await trial.start("record", { baseUrl, killAfter }), moment).toMatchObject({ signal: "SIGKILL" });
      expect(await trial.start("resume", { baseUrl }), moment).toMatchObject({ code: 0, errors: "" });
      const last = trial.messages().at(-1);
      const told = isObject(last) ? last["content"] : undefined;
      if (killAfter >= begun && killAfter < settled) {
        // The process died between the begin and the settle: perhaps the letter is sent, perhaps not, and never twice.
        expect(trial.letters(), moment).toBeLessThanOrEqual(1);
        expect(told, moment).toMatch(/^I was told: .*unknown/s);
      } else {
        expect(trial.letters(), moment).toBe(1);
        expect(told, moment).toBe("I was told: The letter to Ada is on its way.");
      }
      await expectSameReplay(lab.store, trial.job);
    });
  },
);
