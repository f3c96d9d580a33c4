import { once } from "node:events";
import { expect, test } from "vitest";
import { OpenAIAssistantAgent } from "./openai-assistant-agent.ts";

test("the agent warns that its interface is gone, and says what to use", async () => {
  const warned = once(process, "warning");
  const agent = new OpenAIAssistantAgent({
    name: "a",
    description: "d",
    model: "gpt-4o",
    instructions: "i",
    client: { apiKey: "k" },
  });
  const [warning] = await warned;
  await agent.close();
  expect(warning).toMatchObject({ name: "DeprecationWarning", code: "TESSERAE_DEPRECATED_INTERFACE" });
  expect(String(warning)).toContain("Use OpenAIAgent");
});
