import { MemoryJournalStore, RuntimeError, recordTo, resumeFrom } from "@tesserae/core";
import { describe, expect, test, vi } from "vitest";
import { UserProxyAgent, type InputFunction } from "../agents/user-proxy-agent/user-proxy-agent.ts";
import { RoundRobinGroupChat } from "../teams/round-robin-group-chat/round-robin-group-chat.ts";
import { rejection, warningsOf } from "../testing/collect.ts";
import { SayingAgent } from "../testing/team-agents.ts";
import { Console } from "./console.ts";
import { UserInputManager } from "./user-input-manager.ts";

describe.each<[string, (log: string[]) => InputFunction]>([
  ["at once", (log) => () => (log.push("asked"), "fine")],
  ["later", (log) => async () => (log.push("asked"), Promise.resolve("fine"))],
])("a person who answers %s", (_name, ask) => {
  test("is asked in a team after everything before was printed", async () => {
    const log: string[] = [];
    const manager = new UserInputManager(ask(log));
    const team = new RoundRobinGroupChat({
      participants: [
        new SayingAgent("a", "How are you?"),
        new UserProxyAgent({ name: "person", inputFunc: manager.getWrappedCallback() }),
      ],
      maxTurns: 2,
    });
    const result = await Console(team.runStream("Go"), { userInputManager: manager, write: (text) => log.push(text) });
    expect(log.indexOf("asked")).toBeGreaterThan(log.findIndex((line) => line.includes("How are you?")));
    expect(result.messages.at(-1)).toMatchObject({ content: "fine", source: "person" });
  });

  test("is asked by an agent alone, whether the console sees the request before or after", async () => {
    const log: string[] = [];
    const manager = new UserInputManager(ask(log));
    const agent = new UserProxyAgent({ name: "person", inputFunc: manager.getWrappedCallback() });
    const result = await Console(agent.runStream("Go"), { userInputManager: manager, write: () => undefined });
    expect(result.messages.at(-1)).toMatchObject({ content: "fine" });
  });
});

describe("a question that waits for the console", () => {
  test("says what is missing when no console shows it, and is asked when one does", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const manager = new UserInputManager(() => "fine");
    const agent = new UserProxyAgent({ name: "person", inputFunc: manager.getWrappedCallback() });
    const stream = agent.runStream("Go");
    try {
      const warnings = await warningsOf(async () => {
        for await (const item of stream) {
          if (item.type !== "UserInputRequestedEvent") continue;
          await vi.advanceTimersByTimeAsync(2000);
          manager.notifyEventReceived(item.requestId);
        }
      });
      expect(warnings).toEqual([expect.stringContaining("Console(stream, { userInputManager })")]);
      expect((await stream.result).messages.at(-1)).toMatchObject({ content: "fine" });
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  test("ends with the run when that is aborted", async () => {
    const manager = new UserInputManager(() => "never");
    const agent = new UserProxyAgent({ name: "person", inputFunc: manager.getWrappedCallback() });
    // Nobody reads the stream for the manager.
    const error = await rejection(agent.run("Go", { signal: AbortSignal.timeout(5) }));
    expect(error).toMatchObject({ code: "ERR_ABORTED" });
  });

  test("is asked in a resumed run, whose request was shown before", async () => {
    const store = new MemoryJournalStore();
    const absent = new UserProxyAgent({
      name: "person",
      inputFunc: () => Promise.reject(new RuntimeError("Nobody is there.", { code: "ERR_INPUT_WAITING" })),
    });
    await rejection(absent.run("Go", { journal: recordTo(store, { runId: "r" }) }));
    const manager = new UserInputManager(() => "here I am");
    const agent = new UserProxyAgent({ name: "person", inputFunc: manager.getWrappedCallback() });
    const stream = agent.runStream(undefined, { journal: resumeFrom(store, "r") });
    const result = await Console(stream, { userInputManager: manager, write: () => undefined });
    expect(result.messages.at(-1)).toMatchObject({ content: "here I am" });
  });
});
