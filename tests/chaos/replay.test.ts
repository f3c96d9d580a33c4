import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DivergenceError, isTesseraeError } from "@tesserae/core";
import { startScriptedModel } from "../../packages/tesserae/src/demo/scripted-model/server.ts";
import { WRITER_PROMPT } from "../../packages/tesserae/src/demo/team/prompts.ts";
import { Lab, type Trial } from "./lab.ts";
import { expectSameReplay, replay } from "./replaying.ts";

const lab = new Lab();
let trial: Trial;

beforeAll(async () => {
  trial = lab.trial("demo");
  const upstream = await startScriptedModel();
  const ended = await trial.start("record", { baseUrl: upstream.baseUrl });
  // From here on nobody answers any more.
  await upstream.close();
  expect(ended.code).toBe(0);
});
afterAll(() => lab.close());

test("with the network gone, a replay is equal to the byte", async () => {
  const result = await expectSameReplay(lab.store, trial.job);
  expect(JSON.stringify({ messages: result.messages, stopReason: result.stopReason })).toBe(
    readFileSync(trial.job.resultFile, "utf8"),
  );
});

test("with one prompt changed, it fails at the first changed address and shows the difference", async () => {
  const changed = WRITER_PROMPT.replace("at most 120 words", "at most 80 words");
  const error: unknown = await replay(lab.store, trial.job, { writer: changed }).catch((reason: unknown) => reason);
  expect(isTesseraeError(error, "ERR_JOURNAL_DIVERGED")).toBe(true);
  expect(error).toBeInstanceOf(DivergenceError);
  expect(error).toMatchObject({ address: "/team[0]/writer[0]!model:reply[0]", turn: 2 });
  const { message } = error as DivergenceError;
  expect(message).toContain("120 words");
  expect(message).toContain("80 words");
});
