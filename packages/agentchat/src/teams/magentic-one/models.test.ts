import { imageFromBase64 } from "@tesserae/core";
import { describe, expect, test } from "vitest";
import { MultiModalMessage } from "../../messages/factories.ts";
import { rejection } from "../../testing/collect.ts";
import { ORCHESTRATOR, ledgerOf, magenticTeam, questionOf } from "../../testing/magentic-team.ts";
import { linesOf } from "../../testing/run-items.ts";
import { callsOf, ScriptedClient } from "../../testing/scripted-client.ts";
import { SayingAgent } from "../../testing/team-agents.ts";
import { MagenticOneGroupChat } from "./magentic-one-group-chat.ts";

describe("the models", () => {
  test("may be two: one plans and answers, the other keeps the ledger", async () => {
    const planning = new ScriptedClient(["F", "P", "F2", "P2", "end"]);
    const stuck = ledgerOf({ progresses: false });
    const { team, client } = magenticTeam([stuck, ledgerOf({ done: "x" })], {
      planningModelClient: planning,
      maxStalls: 1,
    });
    expect(linesOf((await team.run("Go")).messages).at(-1)).toBe(`${ORCHESTRATOR}: end`);
    expect([client.calls.length, planning.calls.length]).toEqual([2, 5]);
  });

  test("see no images where they have no eyes", async () => {
    const image = imageFromBase64("iVBORw0KGgo=");
    class Painter extends SayingAgent {
      override respond(...[messages, turn]: Parameters<SayingAgent["respond"]>): ReturnType<SayingAgent["respond"]> {
        return super.respond(messages, turn).then((response) => ({
          ...response,
          chatMessage: MultiModalMessage({ content: ["painted", image], source: this.name }, turn.context),
        }));
      }
    }
    const client = new ScriptedClient(["F", "P", ledgerOf(), ledgerOf({ done: "x" }), "end"], { vision: false });
    await new MagenticOneGroupChat({ participants: [new Painter("a")], modelClient: client }).run("Go");
    expect(client.calls[3]?.messages[2]?.content).toBe("painted\n<image>");
  });

  test("are asked for the final answer with a prompt that may name the task, whatever else is in it", async () => {
    const { team, client } = magenticTeam(["F", "P", ledgerOf({ done: "x" }), "end"], {
      finalAnswerPrompt: 'Answer {task} as {"answer": …}, and {task} only.',
    });
    await team.run("$& it");
    expect(questionOf(client, 3)).toBe('Answer $& it as {"answer": …}, and $& it only.');
  });

  test("that call a tool are told that there is none", async () => {
    expect(String(await rejection(magenticTeam([callsOf(["x", {}])]).team.run("Go")))).toMatch(/called a tool/);
  });
});
