import { AssistantAgent } from "@tesserae/agentchat";
import { providerTool, tool, type JsonObject } from "@tesserae/core";
import { describe, expect, test } from "vitest";
import { OpenAIAgent } from "./openai-agent.ts";
import type { OpenAIAgentOptions } from "./options.ts";

const agent = (tools: OpenAIAgentOptions["tools"], model = "gpt-4.1"): OpenAIAgent =>
  new OpenAIAgent({ name: "a", description: "d", model, instructions: "i", tools, client: { apiKey: "k" } });

describe("a tool of OpenAI's", () => {
  test.each([
    ["web_search_preview", "gpt-4.1"],
    ["image_generation", "gpt-4.1"],
    ["local_shell", "codex-mini-latest"],
  ])("%s may be given by its name", (name, model) => {
    expect(agent([name], model).tools).toEqual([{ type: name }]);
  });

  test.each([
    ["file_search", "vector_store_ids"],
    ["code_interpreter", "container"],
    ["computer_use_preview", "display_height"],
    ["mcp", "server_label"],
  ])("%s may not: the error names what it needs (%s)", (name, member) => {
    expect(() => agent([name])).toThrow(/requires specific parameters/);
    expect(() => agent([name])).toThrow(member);
  });

  test("that nobody knows is refused", () => {
    expect(() => agent(["telepathy"])).toThrow("Unsupported built-in tool type: 'telepathy'");
  });

  test.each(["local_shell", { type: "local_shell" }])("%o is there for one model only", (given) => {
    expect(() => agent([given])).toThrow(/only supported with the model 'codex-mini-latest', and this is 'gpt-4.1'/);
  });

  test.each<JsonObject>([
    { type: "file_search", vector_store_ids: ["vs_1"], max_num_results: 3, ranking_options: {}, filters: {} },
    { type: "code_interpreter", container: { type: "auto" } },
    { type: "code_interpreter", container: "cntr_1" },
    { type: "computer_use_preview", display_height: 1, display_width: 1, environment: "linux" },
    { type: "mcp", server_label: "l", server_url: "https://m.example", headers: { a: "b" }, allowed_tools: ["x"] },
    { type: "mcp", server_label: "l", connector_id: "connector_gmail" },
    { type: "web_search_preview", search_context_size: "low", user_location: { type: "approximate", city: "Bonn" } },
    { type: "image_generation", background: "transparent" },
    { type: "of_tomorrow", whatever: 1 },
  ])("may be given in its form: %o", (form) => {
    expect(agent([form]).tools).toEqual([form]);
  });

  test.each<[JsonObject, string]>([
    [{ type: "file_search" }, "vector_store_ids"],
    [{ type: "file_search", vector_store_ids: [] }, "vector_store_ids"],
    [{ type: "file_search", vector_store_ids: ["v"], max_num_results: "3" }, "max_num_results"],
    [{ type: "code_interpreter" }, "container"],
    [{ type: "computer_use_preview", display_height: 1, display_width: 1 }, "environment"],
    [{ type: "mcp", server_label: "l" }, "server_url"],
    [{ type: "mcp", server_label: "l", server_url: "u", headers: { key: "**********" } }, "masked"],
    [{ type: "web_search_preview", user_location: 1 }, "user_location"],
  ])("%o is refused: %s", (form, member) => {
    expect(() => agent([form])).toThrow(member);
  });

  test("is kept once", () => {
    const mcp = { type: "mcp", server_label: "l", server_url: "https://m.example" };
    const given = [
      "web_search_preview",
      { type: "web_search_preview" },
      "web_search_preview",
      mcp,
      { ...mcp },
      { ...mcp, server_label: "other" },
      providerTool({ type: "code_interpreter", container: "c" }),
    ];
    expect(agent(given).tools).toEqual([
      { type: "web_search_preview" },
      mcp,
      { ...mcp, server_label: "other" },
      { type: "code_interpreter", container: "c" },
    ]);
  });
});

test.each([[1], [null], [() => 1], [{ name: "no type" }]])("%o is no tool", (given) => {
  expect(() => agent([given as never])).toThrow("Unsupported tool type");
});

test("tools that are run here stand beside those of OpenAI's", () => {
  const own = tool({
    name: "own",
    description: "d",
    parameters: { type: "object", properties: {} },
    execute: () => "",
  });
  const made = agent(["web_search_preview", own]);
  expect(made).toBeInstanceOf(AssistantAgent);
  expect(made.settings.workbenches.flatMap(({ staticTools = [] }) => staticTools.map(({ name }) => name))).toEqual([
    "own",
  ]);
});
