import { afterEach, describe, expect, test } from "vitest";
import { CHAT } from "../../../test/capture/answers.ts";
import { CLIENTS } from "../../../test/capture/http-clients.ts";
import { sendJson, startModelServer } from "../../../test/capture/model-server.ts";
import { startRecording } from "../../../test/capture/recording.ts";

const cleanUps: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

describe.each(CLIENTS)("%s", (_name, ask) => {
  test("a call of tier 3 tells the user's line that made the request", async () => {
    const server = await startModelServer((reply) => sendJson(reply, CHAT));
    cleanUps.push(() => server.close());
    const recording = startRecording({ hosts: [server.host] });
    cleanUps.push(() => recording.end());
    // Twice: how far up the line is, is learned of the first call.
    for (const _ of [1, 2]) await ask(`${server.url}/v1/chat/completions`, { body: { model: "gpt-4o" } });
    const events = await recording.end();
    expect(events).toHaveLength(2);
    for (const event of events) {
      expect(event).toMatchObject({ _tessen_tier: 3 });
      expect(event.call_site?.file).toMatch(/test\/capture\/http-clients\.ts$/);
      expect(event.call_site?.line).toBeGreaterThan(1);
    }
    expect(events[0]?.call_site).toEqual(events[1]?.call_site);
  });
});

test("a program's own limit of stacks stays, however small it is", async () => {
  const server = await startModelServer((reply) => sendJson(reply, CHAT));
  cleanUps.push(() => server.close());
  const recording = startRecording({ hosts: [server.host] });
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 1;
  try {
    await fetch(`${server.url}/v1/chat/completions`, { method: "POST", body: "{}" });
    expect(Error.stackTraceLimit).toBe(1);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
  const [event] = await recording.end();
  expect(event?.call_site?.file).toMatch(/call-sites\.test\.ts$/);
});
