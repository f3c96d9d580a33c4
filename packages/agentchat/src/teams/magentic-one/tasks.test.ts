import { imageFromBase64 } from "@tesserae/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SourceMatchTermination } from "../../conditions/source-match-termination.ts";
import { deferred } from "../../deferred.ts";
import { MultiModalMessage, TextMessage } from "../../messages/factories.ts";
import { rejection } from "../../testing/collect.ts";
import { ORCHESTRATOR, ledgerOf, magenticTeam, questionOf, shapeOf } from "../../testing/magentic-team.ts";
import { linesOf } from "../../testing/run-items.ts";
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

  describe("a task", () => {
    test("is shown before anything is planned", async () => {
      const asked = deferred<void>();
      const answer = deferred<string>();
      const { team } = teamOf([
        () => {
          asked.resolve();
          return answer.promise;
        },
        "P",
        ledgerOf({ done: "x" }),
        "end",
      ]);
      const stream = team.runStream("Go");
      const iterator = stream[Symbol.asyncIterator]();
      expect((await iterator.next()).value).toMatchObject({ content: "Go" });
      await asked.promise;
      answer.resolve("F");
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next());
    });

    test("is not shown with outputTaskMessages off, but planned for", async () => {
      const { team, client } = teamOf(["F", "P", ledgerOf({ done: "x" }), "end"]);
      const { messages } = await team.run("Go", { outputTaskMessages: false });
      expect(shapeOf(linesOf(messages))).toEqual(["LEDGER", "M: end"]);
      expect(questionOf(client, 0)).toContain("Go");
    });

    test("may end the run by the condition, before any planning; a run without one then plans for it", async () => {
      const { team, client } = teamOf(["F", "P", ledgerOf({ done: "x" }), "end"], {
        terminationCondition: new SourceMatchTermination(["user"]),
      });
      expect(linesOf((await team.run("Go")).messages)).toEqual(["user: Go"]);
      expect(client.calls).toEqual([]);
      expect(shapeOf(linesOf((await team.run()).messages))).toEqual(["LEDGER", "M: end"]);
    });

    test("of nothing at the first run is refused, with what to do", async () => {
      expect(String(await rejection(teamOf([]).team.run()))).toMatch(/no task yet/);
    });

    test("of nothing goes on with the last one", async () => {
      const { team, client } = teamOf(["F", "P", ledgerOf(), ledgerOf(), ledgerOf({ done: "x" }), "end"], {
        terminationCondition: new SourceMatchTermination(["a"]),
      });
      await team.run("Go");
      expect(linesOf((await team.run()).messages)).toEqual([`${ORCHESTRATOR}: Go on.`, "a: by a"]);
      expect(client.calls.map(({ options }) => "jsonOutput" in options)).toEqual([false, false, true, true]);
    });

    test("after another is planned for anew, in an empty thread", async () => {
      const answers = ["F", "P", ledgerOf({ done: "x" }), "end"];
      const { team, client, agents } = teamOf([...answers, ...answers]);
      await team.run("first task");
      await team.run("second task");
      expect(client.calls[4]?.messages).toHaveLength(1);
      expect(questionOf(client, 4)).toContain("second task");
      expect(JSON.stringify(client.calls[6]?.messages)).not.toContain("first task");
      expect(agents.map(({ resets }) => resets)).toEqual([2, 2]);
    });

    test("after another has stalls of its own", async () => {
      const stuck = ledgerOf({ progresses: false });
      const run = ["F", "P", stuck, ledgerOf({ done: "x" }), "end"];
      const { team, client } = teamOf([...run, ...run], { maxStalls: 2 });
      await team.run("one");
      expect(shapeOf(linesOf((await team.run("two")).messages))).toEqual([
        "user: two",
        "LEDGER",
        "M: Go on.",
        "a: by a",
        "M: end",
      ]);
      expect(client.calls).toHaveLength(10);
    });

    test("of several messages is joined, images by a note", async () => {
      const { team, client } = teamOf(["F", "P", ledgerOf({ done: "x" }), "end"]);
      const image = imageFromBase64("iVBORw0KGgo=");
      await team.run([
        TextMessage({ content: "Look:", source: "user" }),
        MultiModalMessage({ content: ["a tile", image], source: "user" }),
      ]);
      expect(questionOf(client, 0)).toMatch(/Look: a tile ?\[image\]/);
    });
  });
});
