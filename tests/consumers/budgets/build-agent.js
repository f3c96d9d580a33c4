/* What the import time is measured of: everything up to an agent that could answer. */
import { AssistantAgent } from "@tesserae/agentchat";

const usage = { promptTokens: 0, completionTokens: 0 };

/** The agent. */
export const agent = new AssistantAgent({
  name: "assistant",
  modelClient: {
    model: "none",
    modelInfo: { vision: false, functionCalling: true, jsonOutput: true, structuredOutput: true, family: "unknown" },
    create: () => Promise.reject(new Error("Nobody asks.")),
    createStream: () => [],
    actualUsage: () => usage,
    totalUsage: () => usage,
    countTokens: () => 0,
    remainingTokens: () => 0,
    cost: () => undefined,
    maxCost: () => undefined,
    close: () => Promise.resolve(),
  },
});
