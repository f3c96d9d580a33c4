import { report } from "../subjects/report.mjs";

const model = {
  specificationVersion: "v4",
  provider: "scripted",
  modelId: "scripted",
  supportedUrls: {},
  doGenerate: async () => ({
    content: [{ type: "text", text: "The answer is forty-two." }],
    finishReason: { unified: "stop", raw: "stop" },
    usage: {
      inputTokens: { total: 10, noCache: 10, cacheRead: 0, cacheWrite: 0 },
      outputTokens: { total: 5, text: 5, reasoning: 0 },
    },
    warnings: [],
  }),
};

await report(
  async () => {
    const { ToolLoopAgent } = await import("ai");
    void new ToolLoopAgent({ model });
    return ToolLoopAgent;
  },
  async (ToolLoopAgent) => {
    const { text } = await new ToolLoopAgent({ model }).generate({ prompt: "What is the answer?" });
    if (text !== "The answer is forty-two.") throw new Error("wrong answer");
  },
);
