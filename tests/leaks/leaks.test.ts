import { execFile } from "node:child_process";
import { getEventListeners } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { AssistantAgent, RoundRobinGroupChat } from "@tesserae/agentchat";
import {
  AgentId,
  RoutedAgent,
  SingleThreadedAgentRuntime,
  defineMessage,
  isAbortError,
  rpc,
  tool,
  type ChatCompletionClient,
} from "@tesserae/core";
import { describe, expect, test } from "vitest";
import { calculatingModel } from "./calculating-model.ts";

const PROGRAM = fileURLToPath(import.meta.resolve("./program.ts"));
/** All of them run at full length with `TESSERAE_FULL_TESTS=1`. */
const RUNS = 5000;
const FEWER = process.env["TESSERAE_FULL_TESTS"] === "1" ? RUNS : 300;

interface Growth {
  readonly bytesPerRun: number;
  readonly listeners: number;
  readonly timers: number;
}

async function growth(mode: string, runs: number): Promise<Growth> {
  const interpreted = ["--no-opt", "--no-maglev", "--no-sparkplug"];
  const flags = ["--conditions=source", "--expose-gc", "--no-warnings", ...interpreted];
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, PROGRAM, mode, String(runs)], {
    env: { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), "tesserae-test-cache") },
  });
  return JSON.parse(stdout) as Growth;
}

describe("a process that runs teams with tools for ever keeps nothing of them", { timeout: 300_000 }, () => {
  test.each([
    ["round robin", RUNS],
    ["selector", FEWER],
    ["swarm", FEWER],
    ["graph flow", FEWER],
    ["magentic one", FEWER],
    ["a team in a team", FEWER],
    ["the same team", FEWER],
    ["streams that are left", FEWER],
    ["recorded runs", FEWER],
  ])("%s, %d runs", async (mode, runs) => {
    const { bytesPerRun, listeners, timers } = await growth(mode, runs);
    expect(bytesPerRun).toBeLessThan(30);
    expect({ listeners, timers }).toEqual({ listeners: 0, timers: 0 });
  });

  test("and one that keeps eight numbers a run is seen", async () => {
    expect((await growth("a leak", 300)).bytesPerRun).toBeGreaterThan(60);
  });
});

/** The test's own surroundings may have some timers more or less; a timer a run would be a thousand. */
const FEW = 50;
const activeTimers = (): number => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;

describe("many at once", () => {
  test("a thousand runs of teams with tools all finish", async () => {
    const add = tool({
      name: "add",
      description: "Adds.",
      parameters: { type: "object", properties: {} },
      execute: () => 3,
    });
    const teams = Array.from({ length: 1000 }, () => {
      const participants = ["one", "two"].map(
        (name) => new AssistantAgent({ name, modelClient: calculatingModel(), tools: [add] }),
      );
      return new RoundRobinGroupChat({ participants, maxTurns: 2 });
    });
    const { signal } = new AbortController();
    const timers = activeTimers();
    const results = await Promise.all(teams.map((team) => team.run("go", { signal })));
    for (const { status, messages } of results) {
      expect(status).toBe("finished");
      expect(messages.map(({ type, source }) => `${source} ${type}`)).toEqual([
        "user TextMessage",
        ...["one", "two"].flatMap((name) => [
          `${name} ToolCallRequestEvent`,
          `${name} ToolCallExecutionEvent`,
          `${name} ToolCallSummaryMessage`,
        ]),
      ]);
    }
    await Promise.all(teams.map((team) => team.close()));
    expect(getEventListeners(signal, "abort")).toEqual([]);
    expect(activeTimers()).toBeLessThan(timers + FEW);
  });

  test("a thousand runs that are aborted at once all end, and leave no listener and no timer", async () => {
    const controller = new AbortController();
    const timers = activeTimers();
    let asked = 0;
    const teams = Array.from({ length: 1000 }, () => {
      const modelClient: ChatCompletionClient = {
        ...calculatingModel(),
        create: (_messages, options) => {
          asked += 1;
          return new Promise((_resolve, reject) => {
            const { signal } = options ?? {};
            signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
          });
        },
      };
      return new RoundRobinGroupChat({ participants: [new AssistantAgent({ name: "one", modelClient })], maxTurns: 2 });
    });
    const running = teams.map((team) => team.run("go", { signal: controller.signal }).catch((error: unknown) => error));
    while (asked < teams.length) await new Promise((resolve) => setImmediate(resolve));
    controller.abort(new Error("enough"));
    expect((await Promise.all(running)).every((error) => isAbortError(error))).toBe(true);
    await Promise.all(teams.map((team) => team.close()));
    expect(getEventListeners(controller.signal, "abort")).toEqual([]);
    expect(activeTimers()).toBeLessThan(timers + FEW);
  });

  test("ten thousand agents each keep their own", async () => {
    const Add = defineMessage<{ readonly number: number }>("leaks.Add");
    class Adder extends RoutedAgent {
      static override readonly handlers = [rpc(Add, (self: Adder, { number }) => (self.sum += number))];
      sum = 0;
    }
    const runtime = new SingleThreadedAgentRuntime();
    await Adder.register(runtime, "adder", () => new Adder("Adds up."));
    runtime.start();
    const ids = Array.from({ length: 10_000 }, (_, index) => new AgentId("adder", String(index)));
    for (const factor of [1, 2]) {
      const sums = await Promise.all(ids.map((id, index) => runtime.sendMessage(Add({ number: index }), id)));
      expect(sums).toEqual(ids.map((_, index) => factor * index));
    }
    expect(runtime.unprocessedMessagesCount).toBe(0);
    await runtime.close();
  });
});
