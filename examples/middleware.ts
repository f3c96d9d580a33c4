/** What stands around the calls of a run or an agent: it watches, masks, tries again, and answers from a cache. */
import {
  AssistantAgent,
  RoundRobinGroupChat,
  contentToStr,
  messageText,
  type AgentMiddleware,
} from "@tesserae/agentchat";
import {
  CreateResult,
  MemoryJournalStore,
  UserMessage,
  effect,
  recordTo,
  replayFrom,
  tool,
  toolResultToText,
  type Middleware,
} from "@tesserae/core";
import { z } from "zod";
import { asks, scriptedModel } from "./support/scripted-model.ts";

let asked = 0;
const stock = tool({
  name: "stock",
  description: "How many of an article are there.",
  parameters: z.object({ article: z.string() }),
  execute: ({ article }) => {
    asked += 1;
    if (asked === 1) throw new Error("the warehouse does not answer");
    return `${article}: 12`;
  },
});

//#region watch
const watch: AgentMiddleware = {
  async modelCall({ agent, purpose }, next) {
    const answer = await next();
    const said =
      typeof answer.content === "string" ? answer.content : answer.content.map(({ name }) => name).join(", ");
    console.log(`${agent} ${purpose}: ${said}`);
    return answer;
  },
  async toolCall({ name }, next) {
    const result = await next();
    console.log(`${name}: ${toolResultToText(result)}`);
    return result;
  },
};
//#endregion

//#region mask
const mask: Middleware = {
  modelCall: ({ messages }, next) =>
    next({
      messages: messages.map((message) =>
        message.type === "UserMessage" && typeof message.content === "string"
          ? UserMessage({ ...message, content: message.content.replaceAll(/\S+@\S+/g, "<email>") })
          : message,
      ),
    }),
};
//#endregion

//#region again
const again: Middleware = {
  async toolCall({ context }, next) {
    const result = await next();
    if (!result.isError) return result;
    await context.sleep(5);
    return next();
  },
};
//#endregion

/** Shows what reaches the model in the end. */
const look: Middleware = {
  modelCall({ messages }, next) {
    const last = messages.at(-1);
    if (last?.type === "UserMessage") console.log(`the model sees: ${contentToStr(last.content)}`);
    return next();
  },
};

//#region run
const clerk = new AssistantAgent({
  name: "clerk",
  modelClient: scriptedModel(asks(["stock", { article: "tiles" }]), "There are 12."),
  tools: [stock],
  reflectOnToolUse: true,
  middleware: [again],
});
const team = new RoundRobinGroupChat({ participants: [clerk], maxTurns: 1 });
await team.run("Tiles for ada@example.com?", { middleware: [watch, mask, look] });
//#endregion

//#region cache
const answers = new Map([["What is a tile?", "A thin slab."]]);
const cached: Middleware = {
  name: "cache",
  async modelCall({ messages, context }, next) {
    const last = messages.at(-1);
    if (last?.type !== "UserMessage") return next();
    const key = contentToStr(last.content);
    const hit = await effect(
      context,
      { kind: "cache", name: "answers", request: () => key, repeat: "safe" },
      async () => answers.get(key) ?? null,
    );
    if (hit === null) return next();
    return CreateResult({ content: hit, finishReason: "stop", usage: { promptTokens: 0, completionTokens: 0 } });
  },
};
const store = new MemoryJournalStore();
const journal = recordTo(store);
const reader = new AssistantAgent({ name: "reader", modelClient: scriptedModel(), middleware: [cached] });
const first = await reader.run("What is a tile?", { journal });
answers.clear();
const replayed = await reader.run(undefined, { journal: replayFrom(store, journal.runId ?? "") });
//#endregion
for (const { messages, usage } of [first, replayed]) {
  const last = messages.at(-1);
  console.log(`${last === undefined ? "" : messageText(last)} (${usage.promptTokens} tokens)`);
}
