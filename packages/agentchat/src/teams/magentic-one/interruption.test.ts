import { CancelledError, isAbortError } from "@tesserae/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { deferred } from "../../deferred.ts";
import { rejection } from "../../testing/collect.ts";
import { ORCHESTRATOR, ledgerOf, magenticTeam, shapeOf } from "../../testing/magentic-team.ts";
import { linesOf } from "../../testing/run-items.ts";
import type { ScriptedAnswer } from "../../testing/scripted-client.ts";
import { SayingAgent } from "../../testing/team-agents.ts";
import { TEAM_RUNTIMES, type TestedRuntime } from "../../testing/team-runtimes.ts";

/** Where the team of the test lives. */
let tested: TestedRuntime | undefined;

/** A team of the tested runtime. */
const teamOf = (...[answers, options, names]: Parameters<typeof magenticTeam>): ReturnType<typeof magenticTeam> =>
  magenticTeam(answers, { runtime: tested?.runtime, ...options }, names);

describe.each(TEAM_RUNTIMES)("with %s", (_name, make) => {
  beforeEach(() => {
    tested = make();
  });
  afterEach(() => tested?.close());

  describe("an abort", () => {
    test("reaches every question, also a model that does not look at the signal", async () => {
      const good = ["F", "P", ledgerOf(), ledgerOf({ done: "x" }), "end"];
      for (const silent of [0, 1, 2, 3, 4]) {
        const asked = deferred<void>();
        const answers: readonly ScriptedAnswer[] = good.map((answer, index) =>
          index === silent
            ? ({ signal }) => {
                expect(signal).toBeDefined();
                asked.resolve();
                return new Promise<string>(() => undefined);
              }
            : answer,
        );
        const controller = new AbortController();
        const { team } = teamOf(answers);
        const running = rejection(team.run("Go", { signal: controller.signal }));
        await asked.promise;
        controller.abort();
        expect(isAbortError(await running)).toBe(true);
      }
    });

    test("before the start ends the run at once", async () => {
      const { team } = teamOf([]);
      const error = await rejection(team.run("Go", { signal: AbortSignal.abort() }));
      expect(error).toBeInstanceOf(CancelledError);
    });

    test("while it plans leaves the task, for which the next run plans", async () => {
      const controller = new AbortController();
      const { team } = teamOf([
        "F",
        () => {
          controller.abort();
          return "late";
        },
        "F2",
        "P2",
        ledgerOf({ done: "x" }),
        "end",
      ]);
      await rejection(team.run("Go", { signal: controller.signal }));
      const { messages } = await team.run();
      expect(linesOf(messages)[0]).toMatch(/F2[\s\S]*P2/);
    });

    test("while it judges is not followed by what a late ledger says", async () => {
      const asked = deferred<void>();
      const late = deferred<string>();
      const controller = new AbortController();
      const { team } = teamOf([
        "F",
        "P",
        () => {
          asked.resolve();
          return late.promise;
        },
      ]);
      const running = rejection(team.run("Go", { signal: controller.signal }));
      await asked.promise;
      controller.abort();
      await running;
      const before = await team.saveState();
      late.resolve(ledgerOf({ progresses: false }));
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
      expect(await team.saveState()).toEqual(before);
    });

    test("while it plans for a second task leaves nothing of the first in the thread", async () => {
      const controller = new AbortController();
      const { team } = teamOf([
        "F",
        "P",
        ledgerOf({ done: "x" }),
        "end",
        () => {
          controller.abort();
          return "F2";
        },
      ]);
      await team.run("one");
      await rejection(team.run("two", { signal: controller.signal }));
      expect(await team.saveState()).toHaveProperty("agent_states.MagenticOneOrchestrator.message_thread", []);
    });

    test("in a turn has the same member asked again; a new task has it forgotten", async () => {
      const fails = [new Error("broke"), undefined];
      const agents = () => {
        const left = [...fails];
        return [
          new SayingAgent("a", () => {
            const error = left.shift();
            if (error !== undefined) throw error;
            return "by a";
          }),
        ];
      };
      const again = teamOf(["F", "P", ledgerOf(), ledgerOf({ done: "x" }), "end"], { participants: agents() });
      expect(String(await rejection(again.team.run("Go")))).toMatch(/broke/);
      expect(linesOf((await again.team.run()).messages)).toEqual(["a: by a", `${ORCHESTRATOR}: end`]);

      const anew = teamOf(["F", "P", ledgerOf(), "F2", "P2", ledgerOf({ done: "x" }), "end"], {
        participants: agents(),
      });
      await rejection(anew.team.run("Go"));
      expect(shapeOf(linesOf((await anew.team.run("Other")).messages))).toEqual(["user: Other", "LEDGER", "M: end"]);
    });
  });
});
