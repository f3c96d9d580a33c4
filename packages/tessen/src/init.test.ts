import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import OpenAI from "openai";
import { CHAT } from "../test/capture/answers.ts";
import { sendJson, startModelServer } from "../test/capture/model-server.ts";
import { startRecording } from "../test/capture/recording.ts";
import type { TessenEvent } from "./events/tessen-event.ts";
import { flush, init, instrument, shutdown, stats, version } from "./index.ts";

const cleanUps: (() => unknown)[] = [];

afterEach(async () => {
  await shutdown();
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "tessen-"));
  cleanUps.push(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

async function ask(model = "gpt-4o"): Promise<unknown> {
  const server = await startModelServer((reply) => sendJson(reply, CHAT));
  try {
    const client = new OpenAI({ apiKey: "sk-test", baseURL: `${server.url}/v1` });
    return await client.chat.completions.create({ model, messages: [{ role: "user", content: "Hi" }] });
  } finally {
    await server.close();
  }
}

test("the version is the package's", () => {
  const manifest: unknown = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  expect(manifest).toMatchObject({ version });
});

describe("one recording a process", () => {
  test("a second init gives the same handle, and warns when it asks for something else", () => {
    const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
    cleanUps.push(() => warn.mockRestore());
    const logDir = folder();
    const first = init({ agentName: "a", logDir });
    expect(init()).toBe(first);
    expect(init({ agentName: "a", logDir })).toBe(first);
    expect(warn).not.toHaveBeenCalled();
    expect(init({ agentName: "b", logDir })).toBe(first);
    expect(warn).toHaveBeenCalledOnce();
  });

  test("force ends the first and begins another; a call is in the second only", async () => {
    const first = init({ agentName: "a", logDir: folder() });
    const second = init({ agentName: "b", logDir: folder(), force: true });
    expect(second).not.toBe(first);
    await ask();
    expect([first.stats().events, second.stats().events, stats()?.events]).toEqual([0, 1, 1]);
    expect(await flush()).toBe(true);
  });

  test("two copies of tessen record once", async () => {
    const first = init({ agentName: "a", logDir: folder() });
    vi.resetModules();
    const copy = await import("./index.ts");
    expect(copy.init).not.toBe(init);
    expect(copy.init()).toBe(first);
    await ask();
    expect(first.stats().events).toBe(1);
  });

  test("switched off, nothing is patched and nothing written", async () => {
    const trunk: unknown = Reflect.get(OpenAI.prototype, "makeRequest");
    const handle = init({ enabled: false, logDir: folder() });
    expect(Reflect.get(OpenAI.prototype, "makeRequest")).toBe(trunk);
    await ask();
    expect(handle.stats()).toEqual({ events: 0, open: 0, ownedRequests: 0, failures: {}, log: null });
    expect([handle.logFile, await handle.flush(), await handle.shutdown()]).toEqual([null, true, true]);
  });

  test("the end takes every patch away", async () => {
    const trunk: unknown = Reflect.get(OpenAI.prototype, "makeRequest");
    const listeners = process.listenerCount("SIGTERM");
    const handle = init({ logDir: folder() });
    expect(Reflect.get(OpenAI.prototype, "makeRequest")).not.toBe(trunk);
    await handle.shutdown();
    expect(Reflect.get(OpenAI.prototype, "makeRequest")).toBe(trunk);
    expect(process.listenerCount("SIGTERM")).toBe(listeners);
    expect(stats()).toBeUndefined();
  });

  test("a client that is not found by itself can be given", async () => {
    expect(instrument(OpenAI)).toBe(false);
    const handle = init({ logDir: folder(), vendors: [] });
    await ask();
    expect(handle.stats().events).toBe(0);
    expect(instrument({})).toBe(false);
    expect(instrument(new OpenAI({ apiKey: "sk-test" }))).toBe(true);
    await ask();
    expect(handle.stats().events).toBe(1);
  });
});

describe("what is written", () => {
  test("hooks may change an event, drop it, or look at it; what they throw is nothing", async () => {
    const seen: (string | undefined)[] = [];
    const recording = startRecording({
      beforeWrite: (event) => {
        if (event.model === "drop") return null;
        if (event.model === "throw") throw new Error("hook");
        return { ...event, model: "changed" };
      },
      onEvent: (event) => {
        seen.push(event.model);
        throw new Error("hook");
      },
    });
    cleanUps.push(() => recording.end());
    for (const model of ["keep", "drop", "throw"]) await ask(model);
    const events = await recording.end();
    expect(events.map(({ model }) => model)).toEqual(["changed", "throw"]);
    expect(seen).toEqual(["changed", "throw"]);
    expect(events[0]?.["response_body"]).toEqual(CHAT);
  });

  test("hooks that give no event, or a promise that fails, change nothing and end nothing", async () => {
    const failed: unknown[] = [];
    const note = (error: unknown): void => void failed.push(error);
    process.on("unhandledRejection", note);
    cleanUps.push(() => void process.off("unhandledRejection", note));
    const given: (() => unknown)[] = [() => 5, () => ({}), () => Promise.reject(new Error("late")), () => undefined];
    const recording = startRecording({
      beforeWrite: () => given.shift()?.() as never,
      onEvent: () => Promise.reject(new Error("later")) as unknown as void,
    });
    cleanUps.push(() => recording.end());
    for (const model of ["a", "b", "c", "d"]) await ask(model);
    expect((await recording.end()).map(({ model }) => model)).toEqual(["a", "b", "c", "d"]);
    expect(failed).toEqual([]);
  });

  test("metadata alone, and no second copy of answers", async () => {
    const bare = startRecording({ content: "metadata" });
    await ask();
    const [event] = await bare.end();
    expect(Object.keys(event ?? {}).filter((name) => /body|casted/.test(name))).toEqual([]);
    expect(event).toMatchObject({ usage: { input_tokens: 1000 }, finish_reason: "stop" });
    const once = startRecording({ cast: "never" });
    await ask();
    expect((await once.end())[0]).not.toHaveProperty("casted_response");
  });

  test("prices of the user's own, as an option and as a file", async () => {
    const prices = { "gpt-4o-2024-08-06": { input: 1, output: 2, cache_read: 0 } };
    const own = startRecording({ prices });
    await ask();
    expect((await own.end())[0]).toMatchObject({ cost_usd: 0.0008, cost: { source: "override" } });
    const file = join(folder(), "prices.json");
    writeFileSync(file, JSON.stringify(prices));
    vi.stubEnv("TESSEN_PRICES_FILE", file);
    cleanUps.push(() => vi.unstubAllEnvs());
    const read = startRecording();
    await ask();
    expect((await read.end())[0]).toMatchObject({ cost_usd: 0.0008, cost: { source: "override" } });
  });

  test("the members stand in the order that readers rely on: the id first, bodies last", async () => {
    const recording = startRecording();
    await ask();
    const names = Object.keys((await recording.end())[0] ?? {});
    expect(names[0]).toBe("event_id");
    expect(names.slice(-4)).toEqual(["response_headers", "request_body", "casted_response", "response_body"]);
  });
});

describe("nothing that is wrong with tessen reaches the program", () => {
  test("a log that cannot be written", async () => {
    const file = join(folder(), "file");
    writeFileSync(file, "");
    const quiet = vi.spyOn(process.stderr, "write").mockImplementation(() => true);
    cleanUps.push(() => quiet.mockRestore());
    const handle = init({ agentName: "a", logDir: join(file, "below") });
    expect(JSON.parse(JSON.stringify(await ask()))).toEqual(CHAT);
    expect(handle.stats()).toMatchObject({ events: 1, failures: {} });
    expect(handle.stats().log?.degraded).toBe(true);
  });

  test("a recorder that throws is counted, told of once, and changes nothing", async () => {
    const lines: string[] = [];
    const quiet = vi.spyOn(process.stderr, "write").mockImplementation((line) => lines.push(String(line)) > 0);
    cleanUps.push(() => quiet.mockRestore());
    const handle = init({ agentName: "a", logDir: folder() });
    const state: { active: { session: { recorder: object } } } = Reflect.get(globalThis, Symbol.for("tessen.state.v1"));
    Reflect.set(state.active.session.recorder, "request", () => {
      throw new Error("broken recorder");
    });
    for (const _time of [1, 2]) expect(JSON.parse(JSON.stringify(await ask()))).toEqual(CHAT);
    expect(handle.stats()).toMatchObject({ events: 0, failures: { record: 2 } });
    expect(lines.filter((line) => line.includes("broken recorder"))).toHaveLength(1);
  });
});

test("events of one process count up, and name it", async () => {
  const events: TessenEvent[] = [];
  const recording = startRecording({ onEvent: (event) => events.push(event), sessionId: "sess_mine" });
  for (const _time of [1, 2]) await ask();
  await recording.end();
  expect(events.map(({ seq }) => seq)).toEqual([1, 2]);
  expect(events[0]).toMatchObject({
    session_id: "sess_mine",
    agent_name: "test",
    pid: process.pid,
    _tessen_lang: "ts",
  });
  expect(events[0]?.event_id).toMatch(/^evt_[0-9a-f]{24}$/);
});
