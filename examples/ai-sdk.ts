/** A model of the AI SDK as a model client. */
import { AssistantAgent, messageText } from "@tesserae/agentchat";
import { AISDKChatCompletionAdapter } from "@tesserae/ext/models/ai-sdk";

/** In the place of `openai("gpt-5-mini")` of `@ai-sdk/openai`, or of a model of any other provider of the AI SDK. */
const languageModel = {
  specificationVersion: "v3" as const,
  provider: "written-down",
  modelId: "capital",
  supportedUrls: {},
  doGenerate: async () => ({
    content: [{ type: "text", text: "Lisbon." }],
    finishReason: { unified: "stop", raw: "stop" },
    usage: {
      inputTokens: { total: 12, noCache: 12, cacheRead: 0, cacheWrite: 0 },
      outputTokens: { total: 2, text: 2, reasoning: 0 },
    },
    warnings: [],
  }),
  doStream: async () => {
    throw new Error("This model does not stream.");
  },
};

//#region adapter
const modelClient = new AISDKChatCompletionAdapter({ model: languageModel });
const agent = new AssistantAgent({ name: "assistant", modelClient });
//#endregion

const { messages, usage } = await agent.run("The capital of Portugal?");
for (const message of messages) console.log(`${message.source}: ${messageText(message)}`);
console.log(usage);
