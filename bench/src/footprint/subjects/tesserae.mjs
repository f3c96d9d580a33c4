import { report } from "./report.mjs";

const result = {
  type: "CreateResult",
  finishReason: "stop",
  content: "The answer is forty-two.",
  usage: { promptTokens: 10, completionTokens: 5 },
  cached: false,
};
const modelInfo = { vision: false, functionCalling: true, jsonOutput: true, structuredOutput: true, family: "unknown" };
const modelClient = {
  model: "scripted",
  modelInfo,
  create: async () => result,
  cost: () => 0,
};

await report(
  async () => {
    const { AssistantAgent } = await import("@tesserae/agentchat");
    void new AssistantAgent({ name: "assistant", modelClient });
    return AssistantAgent;
  },
  async (AssistantAgent) => {
    const { messages } = await new AssistantAgent({ name: "assistant", modelClient }).run("What is the answer?");
    if (messages.at(-1).content !== result.content) throw new Error("wrong answer");
  },
);
