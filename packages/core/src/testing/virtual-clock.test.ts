import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { sleep } from "../run/sleep.ts";
import { SingleThreadedAgentRuntime } from "../runtime/single-threaded-agent-runtime.ts";
import { Recorder } from "../runtime/testing/agents.ts";
import { AgentId } from "../identifiers/agent-id.ts";
import { VirtualClock } from "./virtual-clock.ts";

const MIDNIGHT = Date.UTC(2025, 0, 1);
const REAL = { Date, setTimeout, clearTimeout };
let clock: VirtualClock;

beforeEach(() => {
  clock = new VirtualClock().install();
});
afterEach(() => clock.uninstall());

describe("a virtual clock", () => {
  test("stands still until it is moved", async () => {
    expect([Date.now(), new Date().getTime(), clock.now]).toEqual([MIDNIGHT, MIDNIGHT, MIDNIGHT]);
    await clock.advance(1500);
    expect(new Date().toISOString()).toBe("2025-01-01T00:00:01.500Z");
    expect(Date()).toContain("2025");
    expect(new Date(5).getTime()).toBe(5);
    expect(new Date() instanceof Date).toBe(true);
    expect(Date.UTC(1970, 0, 1)).toBe(0);
  });

  test("fires timers at their times, in order, with what each sets going in between", async () => {
    const seen: string[] = [];
    const note = (what: string): void => void seen.push(`${what} at ${Date.now() - MIDNIGHT}`);
    setTimeout(note, 20, "late");
    setTimeout(() => {
      note("early");
      void Promise.resolve().then(() => note("promise"));
      setTimeout(note, 5, "nested");
    }, 10);
    setTimeout(note, 20, "late too");
    const repeated = setInterval(note, 8, "again");
    await clock.advance(20);
    clearInterval(repeated);
    await clock.advance(1000);
    expect(seen).toEqual([
      "again at 8",
      "early at 10",
      "promise at 10",
      "nested at 15",
      "again at 16",
      "late at 20",
      "late too at 20",
    ]);
  });

  test("lets what was begun before it is moved come to its timer first", async () => {
    const begun = (async () => {
      for (let waits = 0; waits < 50; waits += 1) await Promise.resolve();
      await sleep(10, undefined);
      return Date.now() - MIDNIGHT;
    })();
    await clock.advance(1000);
    expect(await begun).toBe(10);
    expect(Date.now() - MIDNIGHT).toBe(1000);
  });

  test("goes to the next timer, and says how far that is", async () => {
    expect(clock.next).toBeUndefined();
    expect(await clock.advanceToNext()).toBe(false);
    const waited = sleep(3_600_000, undefined);
    expect(clock.next).toBe(3_600_000);
    expect(await clock.advanceToNext()).toBe(true);
    await waited;
    expect(Date.now()).toBe(MIDNIGHT + 3_600_000);
  });

  test("forgets a timer that is cleared, by itself or by its number, and refreshes one", async () => {
    const seen: string[] = [];
    const byItself = setTimeout(() => seen.push("a"), 1);
    const byNumber = setTimeout(() => seen.push("b"), 1);
    const kept = setTimeout(() => seen.push("c"), 10);
    clearTimeout(byItself);
    clearTimeout(Number(byNumber));
    clearTimeout(undefined);
    await clock.advance(5);
    kept.refresh();
    expect(kept.unref().hasRef()).toBe(false);
    await clock.advance(9);
    expect(seen).toEqual([]);
    await clock.advance(1);
    expect(seen).toEqual(["c"]);
  });

  test("passes on what a timer's function throws", async () => {
    setTimeout(() => {
      throw new RangeError("too late");
    }, 1);
    await expect(clock.advance(1)).rejects.toThrow("too late");
  });

  test("refuses to run backwards, and to be installed twice", async () => {
    await expect(clock.advance(-1)).rejects.toThrow("0 milliseconds or more, not -1");
    expect(() => clock.install()).toThrow("installed already");
  });

  test("gives the process its clock back", () => {
    const waiting = setTimeout(() => undefined, 1000);
    clock.uninstall();
    expect({ Date, setTimeout, clearTimeout }).toEqual(REAL);
    expect(Date.now()).not.toBe(MIDNIGHT);
    expect(clock.next).toBeUndefined();
    clearTimeout(waiting);
    const real = setTimeout(() => undefined, 60_000);
    clock.install();
    clearTimeout(real);
    expect(clock.next).toBeUndefined();
  });

  test("lets a runtime's time limit pass in no time", async () => {
    const runtime = new SingleThreadedAgentRuntime();
    await runtime.registerFactory("slow", () => new Recorder(() => new Promise(() => undefined)));
    runtime.start();
    const sent = runtime.sendMessage("hello", new AgentId("slow", "k"), { timeoutMs: 86_400_000 });
    const outcome = expect(sent).rejects.toThrow(/86400000/);
    await clock.advance(86_400_000);
    await outcome;
    await runtime.close();
  });
});
