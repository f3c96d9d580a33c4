import {
  CancelledError,
  RuntimeError,
  UnboundedChatCompletionContext,
  UserMessage,
  isAbortError,
} from "@tesserae/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FunctionalTermination } from "../../conditions/functional-termination.ts";
import { TextMentionTermination } from "../../conditions/text-mention-termination.ts";
import { deferred } from "../../deferred.ts";
import { rejection, typesOf, warningsOf } from "../../testing/collect.ts";
import { linesOf, readStream } from "../../testing/run-items.ts";
import { ScriptedClient, type ScriptedAnswer } from "../../testing/scripted-client.ts";
import { SayingAgent } from "../../testing/team-agents.ts";
import { TEAM_RUNTIMES, type TestedRuntime } from "../../testing/team-runtimes.ts";
import { RoundRobinGroupChat } from "../round-robin-group-chat/round-robin-group-chat.ts";
import { SelectorGroupChat, type SelectorGroupChatOptions } from "./selector-group-chat.ts";

/** Where the team of the test lives. */
let tested: TestedRuntime | undefined;

function teamOf(
  answers: readonly ScriptedAnswer[],
  options: Partial<SelectorGroupChatOptions> = {},
  names: readonly string[] = ["agent1", "agent2", "agent3"],
): { readonly team: SelectorGroupChat; readonly client: ScriptedClient } {
  const client = new ScriptedClient(answers);
  const participants = names.map((name) => new SayingAgent(name, `by ${name}`));
  return {
    team: new SelectorGroupChat({
      participants,
      modelClient: client,
      maxTurns: 3,
      runtime: tested?.runtime,
      ...options,
    }),
    client,
  };
}

async function speakers(team: SelectorGroupChat, task = "Go"): Promise<readonly string[]> {
  return (await team.run(task)).messages.filter(({ type }) => type === "TextMessage").map(({ source }) => source);
}

const textOf = (client: ScriptedClient, call: number): string => {
  const content = client.calls[call]?.messages[0]?.content;
  return typeof content === "string" ? content : "";
};

describe.each(TEAM_RUNTIMES)("with %s", (_name, make) => {
  beforeEach(() => {
    tested = make();
  });
  afterEach(() => tested?.close());

  describe("a choice by a model", () => {
    test("is followed; who has just spoken is not offered again", async () => {
      const { team, client } = teamOf(["agent3", "agent2", "agent1", "agent2", "agent1"], { maxTurns: 5 });
      expect(await speakers(team)).toEqual(["user", "agent3", "agent2", "agent1", "agent2", "agent1"]);
      expect(textOf(client, 1)).toContain('["agent1","agent2"]');
    });

    test("of two participants without repeats needs the model once", async () => {
      const { team, client } = teamOf(["agent2"], { maxTurns: 4 }, ["agent1", "agent2"]);
      expect(await speakers(team)).toEqual(["user", "agent2", "agent1", "agent2", "agent1"]);
      expect(client.calls).toHaveLength(1);
    });

    test("may fall on the same speaker where that is allowed", async () => {
      const { team } = teamOf(["agent2", "agent2", "agent1"], { allowRepeatedSpeaker: true });
      expect(await speakers(team)).toEqual(["user", "agent2", "agent2", "agent1"]);
    });

    test.each([
      ["none", "nobody", /names no participant/],
      ["several", "agent2, agent3", /several participants/],
      ["one who has just spoken", "agent1", /has just spoken/],
    ])("that names %s is asked for again with a reason, in one conversation", async (_name, wrong, reason) => {
      const { team, client } = teamOf(["agent1", wrong, "agent2"], { maxTurns: 2 });
      expect(await speakers(team)).toEqual(["user", "agent1", "agent2"]);
      const asked = client.calls[2]?.messages ?? [];
      expect(asked.map(({ type }) => type)).toEqual(["UserMessage", "AssistantMessage", "UserMessage"]);
      expect(asked[2]?.content).toMatch(reason);
    });

    test("that fails in all attempts falls on the previous speaker, else on the first candidate", async () => {
      await warningsOf(async () => {
        expect(await speakers(teamOf(["x", "y", "z"], { maxTurns: 1 }).team)).toEqual(["user", "agent1"]);
        const { team } = teamOf(["agent2", "agent2", "agent2", "agent2"], { maxTurns: 2 });
        expect(await speakers(team)).toEqual(["user", "agent2", "agent2"]);
      });
    });

    test("that fails never falls on one whom the candidate function does not offer", async () => {
      const { team } = teamOf(["agent2", "x", "y", "z"], {
        maxTurns: 2,
        candidateFunc: (thread) => (thread.length === 1 ? ["agent1", "agent2"] : ["agent1", "agent3"]),
      });
      await warningsOf(async () => {
        expect(await speakers(team)).toEqual(["user", "agent2", "agent1"]);
      });
    });

    test("sees the conversation so far, and only chat messages of it", async () => {
      const { team, client } = teamOf(["agent1", "agent2"], { maxTurns: 2, emitTeamEvents: true });
      await team.run("Go");
      expect(textOf(client, 1)).toContain("user: Go\n\n\nagent1: by agent1");
      expect(textOf(client, 1)).not.toContain("SelectSpeaker");
    });

    test("is asked with the prompt that is given, braces doubled standing for themselves", async () => {
      const { team, client } = teamOf(["agent1"], { maxTurns: 1, selectorPrompt: "{{json}} {participants}\n{roles}" });
      await team.run("Go");
      expect(textOf(client, 0)).toBe(
        '{json} ["agent1","agent2","agent3"]\nagent1: The agent agent1.\nagent2: The agent agent2.\nagent3: The agent agent3.',
      );
    });

    test("is aborted with the run, and its pieces stop", async () => {
      const asked = deferred<void>();
      const { team } = teamOf([
        ({ signal }) => {
          asked.resolve();
          return new Promise((_, reject) => {
            signal?.addEventListener("abort", () => reject(new CancelledError()));
          });
        },
      ]);
      const controller = new AbortController();
      const running = rejection(team.run("Go", { signal: controller.signal }));
      await asked.promise;
      controller.abort();
      expect(isAbortError(await running)).toBe(true);
    });

    test("that streams is shown with the team's events, and not without", async () => {
      const stream = async (emitTeamEvents: boolean): ReturnType<typeof readStream> => {
        const { team } = teamOf(["agent2 speaks"], { maxTurns: 1, modelClientStreaming: true, emitTeamEvents });
        return readStream(team.runStream("Go"));
      };
      const { items, result } = await stream(true);
      expect(typesOf(items)).toEqual([
        "TextMessage",
        "ModelClientStreamingChunkEvent",
        "ModelClientStreamingChunkEvent",
        "SelectorEvent",
        "SelectSpeakerEvent",
        "TextMessage",
      ]);
      expect(items[1]).toMatchObject({ source: "SelectorGroupChatManager", fullMessageId: undefined });
      expect(typesOf(result?.messages ?? [])).not.toContain("ModelClientStreamingChunkEvent");
      expect(typesOf((await stream(false)).items)).toEqual(["TextMessage", "TextMessage"]);
    });

    test("that streams with events works in a nested team", async () => {
      const { team } = teamOf(["agent2"], {
        name: "inner",
        maxTurns: 1,
        modelClientStreaming: true,
        emitTeamEvents: true,
      });
      const outer = new RoundRobinGroupChat({
        runtime: tested?.runtime,
        participants: [team, new SayingAgent("r", "r")],
        maxTurns: 2,
      });
      const result = await outer.run("Go");
      expect(typesOf(result.messages)).toEqual([
        "TextMessage",
        "SelectorEvent",
        "SelectSpeakerEvent",
        "TextMessage",
        "TextMessage",
      ]);
      const twin = new RoundRobinGroupChat({
        runtime: tested?.runtime,
        participants: [teamOf([], { name: "inner", maxTurns: 1 }).team, new SayingAgent("r", "r")],
        maxTurns: 2,
      });
      await twin.loadState(await outer.saveState());
      expect(await twin.saveState()).toEqual(await outer.saveState());
    });
  });

  describe("a choice by a function", () => {
    test("is used as it is and remembered as the previous speaker; nothing leaves it to the model", async () => {
      const { team, client } = teamOf(["agent3"], {
        maxTurns: 3,
        selectorFunc: (thread) => (thread.length === 3 ? null : "agent2"),
      });
      expect(await speakers(team)).toEqual(["user", "agent2", "agent2", "agent3"]);
      expect(textOf(client, 0)).toContain('["agent1","agent3"]');
    });

    test("must be a participant", async () => {
      const { team } = teamOf([], { selectorFunc: () => "agent9" });
      expect(String(await rejection(team.run("Go")))).toMatch(/Selector function returned an invalid speaker name/);
    });

    test("of candidates narrows what the model is offered, and decides about repeats itself", async () => {
      const { team, client } = teamOf(["agent1", "agent1"], { maxTurns: 2, candidateFunc: () => ["agent1", "agent2"] });
      expect(await speakers(team)).toEqual(["user", "agent1", "agent1"]);
      expect(textOf(client, 1)).toContain('["agent1","agent2"]');
    });

    test("of one candidate needs no model", async () => {
      const { team, client } = teamOf([], { candidateFunc: async () => Promise.resolve(["agent3"]) });
      expect(await speakers(team)).toEqual(["user", "agent3", "agent3", "agent3"]);
      expect(client.calls).toEqual([]);
    });

    test.each([
      [[], /must return a non-empty list/],
      [["agent9"], /Candidate function returned invalid/],
    ])("of candidates that gives %j fails", async (candidates, message) => {
      const { team } = teamOf([], { candidateFunc: () => candidates });
      expect(String(await rejection(team.run("Go")))).toMatch(message);
    });

    test("that a model may not go beyond: another participant is asked for again", async () => {
      const { team, client } = teamOf(["agent3", "agent2"], { maxTurns: 1, candidateFunc: () => ["agent1", "agent2"] });
      expect(await speakers(team)).toEqual(["user", "agent2"]);
      expect(client.calls[1]?.messages[2]?.content).toMatch(/may not speak now/);
    });
  });

  describe("the state of a selecting team", () => {
    test("keeps the previous speaker, and its context is built anew at every load, not twice", async () => {
      const { team } = teamOf(["agent2"], { maxTurns: 1 });
      await team.run("Go");
      const state = await team.saveState();
      expect(state).toHaveProperty("agent_states.SelectorGroupChatManager.previous_speaker", "agent2");
      const context = new UnboundedChatCompletionContext();
      const twin = teamOf(["agent1"], { maxTurns: 1, modelContext: context });
      await twin.team.loadState(state);
      await twin.team.loadState(state);
      await twin.team.run();
      expect(textOf(twin.client, 0).match(/user: Go/g)).toHaveLength(1);
      expect(textOf(twin.client, 0)).toContain('["agent1","agent3"]');
    });

    test("a context that was filled before stays until a reset", async () => {
      const context = new UnboundedChatCompletionContext();
      context.addMessage(UserMessage({ content: "before", source: "user" }));
      const { team, client } = teamOf(["agent1", "agent2"], { maxTurns: 1, modelContext: context });
      await team.run("Go");
      expect(textOf(client, 0)).toContain("user: before");
      await team.reset();
      await team.run("Go");
      expect(textOf(client, 1)).not.toContain("user: before");
    });

    test("after a model that failed, the choice is made again by the next run", async () => {
      const { team } = teamOf([new RuntimeError("no quota"), "agent2"], { maxTurns: 1 });
      expect(String(await rejection(team.run("Go")))).toMatch(/no quota/);
      expect(linesOf((await team.run()).messages)).toEqual(["agent2: by agent2"]);
    });
  });

  test("a team of both conditions and functions stops by its condition", async () => {
    const { team } = teamOf([], {
      maxTurns: undefined,
      selectorFunc: () => "agent1",
      terminationCondition: new TextMentionTermination("agent1", { sources: ["agent1"] }).and(
        new FunctionalTermination((delta) => delta.length === 1),
      ),
    });
    expect((await team.run("Go")).messages).toHaveLength(2);
  });
});

test("a selecting team needs two participants, and an attempt", () => {
  expect(() => teamOf([], {}, ["agent1"])).toThrow(/At least two participants/);
  expect(() => teamOf([], { maxSelectorAttempts: 0 })).toThrow(/greater than 0/);
});
