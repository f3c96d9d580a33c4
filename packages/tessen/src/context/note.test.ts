import { afterEach, expect, test } from "vitest";
import { startRecording } from "../../test/capture/recording.ts";
import { note, shutdown, span, withContext } from "../index.ts";

afterEach(async () => void (await shutdown()));

test("a note is an event at its place, with its data", async () => {
  const recording = startRecording();
  note("begun");
  withContext({ runId: "r", agentPath: ["a"] }, () => span("tool", "t", () => note("cold", { entries: 0 })));
  const [begun, cold, tool] = await recording.end();
  expect(begun).toMatchObject({ call_type: "note", provider: "tesserae", status: "ok", note: { text: "begun" } });
  expect(begun).not.toHaveProperty("run_id");
  expect(cold).toMatchObject({ run_id: "r", agent_path: ["a"], note: { text: "cold", data: { entries: 0 } } });
  expect(cold?.parent_id).toBe(tool?.span_id);
});

test("data that are no JSON are left out, and all data where only metadata are recorded", async () => {
  const recording = startRecording();
  for (const data of [new Map(), 1n, undefined, [1n]]) note("text", data);
  expect((await recording.end()).map((event) => event["note"])).toEqual(
    Array.from({ length: 4 }, () => ({ text: "text" })),
  );
  const bare = startRecording({ content: "metadata" });
  note("text", { secret: 1 });
  expect((await bare.end()).map((event) => event["note"])).toEqual([{ text: "text" }]);
});

test("while nothing records, it does nothing", () => {
  expect(note("nothing", { a: 1 })).toBeUndefined();
});
