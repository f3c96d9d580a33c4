import { AssistantAgent } from "@tesserae/agentchat";
import { providerTool, tool } from "@tesserae/core";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { message, setUp } from "../../../test/anthropic-server.ts";
import { startRecordedServer, type Recording } from "../../testing/recorded-server.ts";
import { recordedExchanges, RECORDINGS, SKIPPED } from "../../../../wire/test/recordings.ts";
import { AnthropicChatCompletionClient } from "./anthropic-chat-completion-client.ts";

type Body = Record<string, unknown>;

const SEARCH = {
  type: "server_tool_use",
  id: "srvtoolu_1",
  name: "web_search",
  input: { query: "weather in Utrecht" },
};
const FOUND = {
  type: "web_search_tool_result",
  tool_use_id: "srvtoolu_1",
  content: [{ type: "web_search_result", title: "Weather", url: "https://example.org", encrypted_content: "x" }],
};
const CALL = { type: "tool_use", id: "toolu_1", name: "note", input: { text: "rain" } };
const usage = { input_tokens: 10, output_tokens: 5, server_tool_use: { web_search_requests: 1 } };
const price = { input: 1, output: 1, webSearch: 1000 };

describe("an agent whose model has a tool that the provider runs", () => {
  test("runs its own tools alone, and gives the provider's blocks back as they came", async () => {
    const notes: string[] = [];
    const { server, client, bodies } = await setUp(
      [message([SEARCH, FOUND, CALL], { usage }), message("It rains."), message("Still.")],
      { price },
    );
    const note = tool({
      name: "note",
      description: "Keeps a note.",
      parameters: z.object({ text: z.string() }),
      execute: ({ text }) => {
        notes.push(text);
        return "kept";
      },
    });
    const agent = new AssistantAgent({
      name: "reader",
      modelClient: client,
      tools: [providerTool({ type: "web_search", max_uses: 1 }), note],
      maxToolIterations: 3,
    });
    const result = await agent.run("What is the weather in Utrecht?");
    expect(result.messages.at(-1)).toMatchObject({ content: "It rains." });
    expect(notes).toEqual(["rain"]);
    expect(bodies()[0]?.["tools"]).toMatchObject([
      { type: "web_search_20250305", name: "web_search", max_uses: 1 },
      { name: "note" },
    ]);
    expect(bodies()[1]).toHaveProperty("messages.1", { role: "assistant", content: [SEARCH, FOUND, CALL] });
    // 10 and 5 tokens and a search, then 10 and 5 tokens.
    expect(result.cost).toBe(1000 + 15 + 15);
    await agent.run("And now?");
    expect(bodies()[2]).toHaveProperty("messages.1", { role: "assistant", content: [SEARCH, FOUND, CALL] });
    await client.close();
    await server.close();
  });

  const recorded = recordedExchanges((path) => path.endsWith("/v1/messages")).find(
    ({ name, status }) => name.includes("anthropic-web-search-tool.json") && status === 200,
  );

  test.skipIf(RECORDINGS === undefined)(
    `answers with what the provider found, as it was recorded ${SKIPPED}`,
    async () => {
      expect(recorded).toBeDefined();
      if (recorded === undefined) return;
      const { name, url, status, headers, body, request } = recorded;
      const recording: Recording = {
        recording: name,
        interactions: [
          {
            request: { method: "POST", url, headers: {}, body: {} },
            response: { status, headers, body: body as string },
          },
        ],
      };
      const server = await startRecordedServer(recording);
      const model = String((request as Body)["model"]);
      const modelClient = new AnthropicChatCompletionClient({ model, apiKey: "sk-test", baseUrl: server.url });
      const agent = new AssistantAgent({ name: "reader", modelClient, tools: [providerTool({ type: "web_search" })] });
      const result = await agent.run("What is in the news?");
      expect(result.messages.at(-1)).toMatchObject({ type: "TextMessage", content: expect.stringMatching(/\w{3}/) });
      expect(result.messages.map(({ type }) => type)).not.toContain("ToolCallRequestEvent");
      expect(result.cost).toBeGreaterThanOrEqual(10_000_000_000);
      await modelClient.close();
      await server.close();
    },
  );
});
