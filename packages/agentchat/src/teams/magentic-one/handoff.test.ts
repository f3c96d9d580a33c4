import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { BaseChatAgent } from "../../agents/base-chat-agent.ts";
import type { Response, Turn } from "../../base/task.ts";
import { HandoffTermination } from "../../conditions/handoff-termination.ts";
import { HANDOFF_MESSAGE } from "../../messages/built-in-definitions.ts";
import { defineMessage } from "../../messages/define-message.ts";
import type { MessageDefinition } from "../../messages/definition.ts";
import { HandoffMessage } from "../../messages/factories.ts";
import type { ChatMessage } from "../../messages/types.ts";
import { ledgerOf, magenticTeam, shapeOf } from "../../testing/magentic-team.ts";
import { linesOf } from "../../testing/run-items.ts";
import { SayingAgent } from "../../testing/team-agents.ts";
import { TEAM_RUNTIMES, type TestedRuntime } from "../../testing/team-runtimes.ts";
import { resumeWith } from "../swarm/swarm.ts";

/** Where the team of the test lives. */
let tested: TestedRuntime | undefined;

/** A team of the tested runtime. */
const teamOf = (...[answers, options, names]: Parameters<typeof magenticTeam>): ReturnType<typeof magenticTeam> =>
  magenticTeam(answers, { runtime: tested?.runtime, ...options }, names);

/** Answers with messages that a function makes, counting its resets. */
class Answering extends BaseChatAgent {
  heard: (readonly ChatMessage[])[] = [];
  resets = 0;
  readonly #answer: (turn: Turn) => ChatMessage;
  readonly #produces: MessageDefinition;

  constructor(name: string, produces: MessageDefinition, answer: (turn: Turn) => ChatMessage) {
    super({ name, description: "Answers." });
    this.#produces = produces;
    this.#answer = answer;
  }

  override get producedMessageTypes(): readonly MessageDefinition[] {
    return [this.#produces];
  }

  override respond(messages: readonly ChatMessage[], turn: Turn): Promise<Response> {
    this.heard.push([...messages]);
    return Promise.resolve({ type: "Response", chatMessage: this.#answer(turn) });
  }

  override onReset(): Promise<void> {
    this.resets += 1;
    return Promise.resolve();
  }
}

const asker = (target: string): Answering =>
  new Answering("asker", HANDOFF_MESSAGE, (turn) =>
    HandoffMessage({ content: "Which colour?", source: "asker", target }, turn.context),
  );

describe.each(TEAM_RUNTIMES)("with %s", (_name, make) => {
  beforeEach(() => {
    tested = make();
  });
  afterEach(() => tested?.close());

  describe("after a handoff to a person", () => {
    const handedOver = async (target = "user") => {
      const agent = asker(target);
      const { team, client } = teamOf(
        ["F", "P", ledgerOf({ speaker: "asker" }), ledgerOf({ done: "x" }), "end", "F2", "P2", ledgerOf({ done: "y" })],
        {
          participants: [agent, new SayingAgent("b")],
          terminationCondition: new HandoffTermination(target),
        },
      );
      expect((await team.run("Paint.")).stopReason).toMatch(/Handoff to/);
      return { team, client, agent };
    };

    test("the words of the person are added: no new plan, nobody is reset, everybody hears them", async () => {
      const { team, client, agent } = await handedOver();
      const { messages } = await team.run("Blue.");
      expect(shapeOf(linesOf(messages))).toEqual(["user: Blue.", "M: end"]);
      expect(agent.resets).toBe(1);
      const asked = client.calls[3]?.messages.map(({ content }) => content) ?? [];
      expect(asked.slice(2, 4)).toEqual(["Which colour?", "Blue."]);
    });

    test("a team that got the state goes on in the same way", async () => {
      const { team } = await handedOver();
      const { team: twin, client } = teamOf([ledgerOf({ speaker: "b" }), ledgerOf({ done: "x" }), "end"], {
        participants: [asker("user"), new SayingAgent("b", (heard) => shapeOf(linesOf(heard)).join("; "))],
      });
      await twin.loadState(structuredClone(await team.saveState()));
      const { messages } = await twin.run("Blue.");
      expect(linesOf(messages)[2]).toBe("b: LEDGER; M: Go on.; asker: Which colour?; user: Blue.; M: Go on.");
      expect(client.calls).toHaveLength(3);
    });

    test("and its answer, another task is planned for anew", async () => {
      const { team } = await handedOver();
      await team.run("Blue.");
      await expect(team.run("Something else.")).rejects.toThrow(/no further answer/);
      expect(await team.saveState()).toHaveProperty("agent_states.MagenticOneOrchestrator.task", "Something else.");
    });

    test("to a participant, a task is a new one; a handoff as the task goes on", async () => {
      const again = await handedOver("b");
      expect(shapeOf(linesOf((await again.team.run(resumeWith("Blue.", "asker"))).messages))).toEqual([
        "user: Blue.",
        "M: end",
      ]);
      const anew = await handedOver("b");
      await expect(anew.team.run("Blue.")).rejects.toThrow();
      expect(await anew.team.saveState()).toHaveProperty("agent_states.MagenticOneOrchestrator.task", "Blue.");
    });
  });

  test("messages of every kind are put before the model, by their own words for models", async () => {
    const verdict = defineMessage<{ good: boolean }>(
      "Verdict",
      { type: "object", properties: { good: { type: "boolean" } }, required: ["good"] },
      { toText: () => "for people", toModelText: ({ good }) => `a verdict: ${good}` },
    );
    const judge = new Answering("judge", verdict, (turn) =>
      verdict.create({ good: true, source: "judge" }, turn.context),
    );
    const { team, client } = teamOf(["F", "P", ledgerOf({ speaker: "judge" }), ledgerOf({ done: "x" }), "end"], {
      participants: [judge, new SayingAgent("b")],
    });
    await team.run("Judge.");
    expect(client.calls[3]?.messages[2]).toMatchObject({ type: "UserMessage", content: "a verdict: true" });
  });
});
