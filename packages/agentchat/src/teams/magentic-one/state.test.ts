import {
  ComponentRegistry,
  coreComponents,
  dumpComponent,
  type ComponentDefinition,
  type JsonObject,
} from "@tesserae/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AssistantAgent } from "../../agents/assistant-agent/assistant-agent.ts";
import { agentchatComponents } from "../../components/agentchat-components.ts";
import { SourceMatchTermination } from "../../conditions/source-match-termination.ts";
import { rejection } from "../../testing/collect.ts";
import { ORCHESTRATOR, ledgerOf, magenticTeam, questionOf, shapeOf } from "../../testing/magentic-team.ts";
import { linesOf } from "../../testing/run-items.ts";
import { ScriptedClient, answerOf } from "../../testing/scripted-client.ts";
import { TEAM_RUNTIMES, type TestedRuntime } from "../../testing/team-runtimes.ts";
import { MagenticOneGroupChat } from "./magentic-one-group-chat.ts";

/** Where the team of the test lives. */
let tested: TestedRuntime | undefined;

/** A team of the tested runtime. */
const teamOf = (...[answers, options, names]: Parameters<typeof magenticTeam>): ReturnType<typeof magenticTeam> =>
  magenticTeam(answers, { runtime: tested?.runtime, ...options }, names);

class Model extends ScriptedClient {
  static readonly component: ComponentDefinition<Model> = {
    provider: "test.Model",
    componentType: "model",
    label: "Model",
    description: "A model for tests.",
    schema: { type: "object" },
    toConfig: () => ({}),
    fromConfig: () => new Model([]),
  };
}

const managerState = (state: JsonObject): unknown => (state["agent_states"] as JsonObject)[ORCHESTRATOR];

describe.each(TEAM_RUNTIMES)("with %s", (_name, make) => {
  beforeEach(() => {
    tested = make();
  });
  afterEach(() => tested?.close());

  describe("the state of a team that is led by a model", () => {
    test("is Python's: task, facts, plan, rounds, stalls, and a turn that stays 0", async () => {
      const { team } = teamOf(["F", "P", ledgerOf({ progresses: false }), ledgerOf({ done: "x" }), "end"]);
      await team.run("Go");
      expect(managerState(await team.saveState())).toEqual({
        type: "MagenticOneOrchestratorState",
        version: "1.0.0",
        message_thread: expect.objectContaining({ length: 4 }) as unknown,
        current_turn: 0,
        task: "Go",
        facts: "F",
        plan: "P",
        n_rounds: 2,
        n_stalls: 1,
        // Ours alone: the run has ended.
        round_began: null,
      });
    });

    test("of a run that ended with its last round is loaded with all rounds before it, as in the team that went on", async () => {
      const answers = ["F", "P", ledgerOf(), ledgerOf(), "end"];
      const { team } = teamOf([...answers, ledgerOf(), ledgerOf(), "end"], { maxTurns: 1 });
      await team.run("Go");
      const ended = structuredClone(await team.saveState());
      const there = shapeOf(linesOf((await team.run()).messages));
      const { team: twin } = teamOf([ledgerOf(), ledgerOf(), "end"], { maxTurns: 1 });
      await twin.loadState(ended);
      expect(await twin.saveState()).toEqual(ended);
      expect(shapeOf(linesOf((await twin.run()).messages))).toEqual(there);
      expect(there.length).toBeGreaterThan(2);
    });

    test("has the turn at 0 in the middle of a run too; what was broken off goes on with its rounds, here and elsewhere", async () => {
      const answers = [ledgerOf({ done: "x" }), "end", ledgerOf({ done: "y" }), "end"];
      const { team } = teamOf(["F", "P", ledgerOf(), ledgerOf(), new Error("503"), ...answers]);
      await rejection(team.run("Go"));
      const broken = await team.saveState();
      expect(managerState(broken)).toMatchObject({ current_turn: 0, n_rounds: 3, round_began: { n_rounds: 2 } });
      await team.run();
      expect(managerState(await team.saveState())).toMatchObject({ current_turn: 0, n_rounds: 3 });
      // That one was over.
      await team.run();
      expect(managerState(await team.saveState())).toMatchObject({ n_rounds: 1 });

      const { team: other } = teamOf([...answers, "F", "P", ...answers]);
      await other.loadState(broken);
      await other.run();
      expect(managerState(await other.saveState())).toMatchObject({ n_rounds: 3 });
      await other.loadState(broken);
      await other.run("Another task");
      expect(managerState(await other.saveState())).toMatchObject({ n_rounds: 1 });
    });

    test("saves, loads into another team and saves the same, and goes on there", async () => {
      const condition = (): SourceMatchTermination => new SourceMatchTermination(["a"]);
      const { team } = teamOf(["F", "P", ledgerOf({ progresses: false })], { terminationCondition: condition() });
      await team.run("Go");
      const state = await team.saveState();
      const { team: twin, client } = teamOf(
        [ledgerOf({ progresses: false }), "F2", "P2", ledgerOf({ done: "Done." }), "end"],
        { terminationCondition: condition(), maxStalls: 2 },
      );
      await twin.loadState(structuredClone(state));
      expect(await twin.saveState()).toEqual(state);
      // The stall before the save counts, so one more is too many.
      const { messages, stopReason } = await twin.run();
      expect(shapeOf(linesOf(messages))).toEqual(["LEDGER", "M: end"]);
      expect(stopReason).toBe("Done.");
      expect(questionOf(client, 1)).toMatch(/Go[^]*F/);
    });

    test("of a team that has not run needs a task, and is fresh again after a reset", async () => {
      const { team } = teamOf(["F", "P", ledgerOf({ done: "x" }), "end"]);
      const fresh = managerState(await team.saveState());
      await team.run("Go");
      await team.reset();
      expect(managerState(await team.saveState())).toEqual(fresh);
      const { team: twin } = teamOf([]);
      await twin.loadState(await team.saveState());
      expect(String(await rejection(twin.run()))).toMatch(/no task yet/);
    });

    test("holds chat messages only: what an agent does beside them is shown and judged, not kept", async () => {
      const participants = [
        new AssistantAgent({
          name: "a",
          modelClient: new ScriptedClient([answerOf({ content: "4", thought: "Hm." })]),
        }),
      ];
      const { team } = teamOf(["F", "P", ledgerOf(), ledgerOf({ done: "x" }), "end"], { participants });
      const { messages } = await team.run("Go");
      expect(messages.map(({ type }) => type)).toContain("ThoughtEvent");
      expect(JSON.stringify(managerState(await team.saveState()))).not.toContain("ThoughtEvent");
    });
  });
});

describe("the component of a team that is led by a model", () => {
  const registry = new ComponentRegistry().register(...coreComponents(), ...agentchatComponents(), Model);

  test("has the keys of Python's, and the planning model where there is one", async () => {
    const client = new Model([]);
    const participants = [new AssistantAgent({ name: "a", modelClient: client })];
    const plain = dumpComponent(new MagenticOneGroupChat({ participants, modelClient: client }));
    expect(Object.keys(plain.config)).toEqual([
      "name",
      "description",
      "participants",
      "max_turns",
      "emit_team_events",
      "model_client",
      "max_stalls",
      "final_answer_prompt",
    ]);
    expect(plain).toMatchObject({
      provider: "autogen_agentchat.teams.MagenticOneGroupChat",
      component_type: "team",
      config: { name: "MagenticOneGroupChat", max_turns: 20, max_stalls: 3 },
    });
    expect(plain.config["final_answer_prompt"]).not.toContain("{task}");
    const two = new MagenticOneGroupChat({
      participants,
      modelClient: client,
      planningModelClient: new Model([]),
      maxTurns: null,
      terminationCondition: new SourceMatchTermination(["a"]),
      maxStalls: 7,
      finalAnswerPrompt: "Say it: {task}",
    });
    const dump = dumpComponent(two);
    expect(dump.config).toHaveProperty("planning_model_client");
    for (const one of [plain, dump]) expect(dumpComponent(await registry.load(one))).toEqual(one);
  });

  test("that Python wrote without a limit of turns has none here either", async () => {
    const client = new Model([]);
    const participants = [new AssistantAgent({ name: "a", modelClient: client })];
    const terminationCondition = new SourceMatchTermination(["a"]);
    const team = new MagenticOneGroupChat({ participants, modelClient: client, maxTurns: null, terminationCondition });
    const dump = dumpComponent(team);
    expect(dump.config).not.toHaveProperty("max_turns");
    expect((await registry.load<MagenticOneGroupChat>(dump)).maxTurns).toBeUndefined();
  });

  test("must say its stalls and its final prompt", async () => {
    const { errors } = await registry.validate({
      provider: "autogen_agentchat.teams.MagenticOneGroupChat",
      config: { participants: [] },
    });
    expect(errors.map(({ message }) => message).join()).toMatch(/model_client.*max_stalls.*final_answer_prompt/s);
  });
});
