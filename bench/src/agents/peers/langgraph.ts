/** LangGraph: createReactAgent for turns and tools, a ring of three nodes in one StateGraph for a team. */
import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { AIMessage, HumanMessage, type BaseMessage } from "@langchain/core/messages";
import type { ChatResult } from "@langchain/core/outputs";
import { tool } from "@langchain/core/tools";
import { Annotation, END, MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { createReactAgent } from "@langchain/langgraph/prebuilt";
import { z } from "zod";
import { ANSWER, TEAM_TURNS, atOnce, check, inTurn, type Subject } from "../subject.ts";

class ScriptedModel extends BaseChatModel {
  tools = false;

  _llmType(): string {
    return "scripted";
  }

  override bindTools(): ScriptedModel {
    const bound = new ScriptedModel({});
    bound.tools = true;
    return bound;
  }

  async _generate(messages: BaseMessage[]): Promise<ChatResult> {
    const wantsCall = this.tools && messages.at(-1)?.getType() === "human";
    const message = wantsCall
      ? new AIMessage({ content: "", tool_calls: [{ id: "call_1", name: "add", args: { a: 1, b: 2 } }] })
      : new AIMessage(ANSWER);
    return { generations: [{ text: wantsCall ? "" : ANSWER, message }] };
  }
}

const model = new ScriptedModel({});
const add = tool(async ({ a, b }) => String(a + b), {
  name: "add",
  description: "Adds two numbers.",
  schema: z.object({ a: z.number(), b: z.number() }),
});
const input = (text: string): { messages: HumanMessage[] } => ({ messages: [new HumanMessage(text)] });

async function turn(): Promise<void> {
  const { messages } = await createReactAgent({ llm: model, tools: [] }).invoke(input("What is the answer?"));
  check(messages.at(-1)?.content, ANSWER, "answer");
}

const State = Annotation.Root({ ...MessagesAnnotation.spec, turns: Annotation<number>() });

async function team(): Promise<void> {
  const speak = async ({ messages, turns = 0 }: typeof State.State): Promise<Partial<typeof State.State>> => ({
    messages: [await model.invoke(messages)],
    turns: turns + 1,
  });
  const next = (name: string) => (state: typeof State.State) => (state.turns >= TEAM_TURNS ? END : name);
  const ring = new StateGraph(State)
    .addNode("one", speak)
    .addNode("two", speak)
    .addNode("three", speak)
    .addEdge(START, "one")
    .addConditionalEdges("one", next("two"))
    .addConditionalEdges("two", next("three"))
    .addConditionalEdges("three", next("one"))
    .compile();
  const { messages } = await ring.invoke(input("What is the answer?"), { recursionLimit: TEAM_TURNS + 5 });
  check(messages.length, TEAM_TURNS + 1, "messages");
}

/** LangGraph. */
export const subject: Subject = {
  turn: (units) => inTurn(units, turn),
  "tool call": (units) =>
    inTurn(units, async () => {
      const { messages } = await createReactAgent({ llm: model, tools: [add] }).invoke(input("Add."));
      check(messages.at(-1)?.content, ANSWER, "answer");
      check(messages.length, 4, "messages");
    }),
  "team turn": (units) => inTurn(units / TEAM_TURNS, team),
  "200 at once": (units) => atOnce(units, turn),
};
