import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Handoff } from "@tesserae/agentchat";
import { dumpComponent, isObject, MASKED_SECRET, providerTool, type JsonObject } from "@tesserae/core";
import { describe, expect, test } from "vitest";
import { defaultRegistry } from "../../../components/default-registry.ts";
import { ReplayChatCompletionClient } from "../../../models/replay/index.ts";
import { OpenAIAgent } from "./openai-agent.ts";
import type { OpenAIAgentOptions } from "./options.ts";

const FOLDER = join(import.meta.dirname, "../../../../../../tests/interop/fixtures/components");

function dumpOfPython(name: string): JsonObject {
  const json: unknown = JSON.parse(readFileSync(join(FOLDER, `${name}.json`), "utf8"));
  return isObject(json) ? (json as JsonObject) : {};
}

const agent = (options: Partial<OpenAIAgentOptions> = {}): OpenAIAgent =>
  new OpenAIAgent({ name: "a", description: "d", model: "gpt-4.1", instructions: "i", ...options });

describe("component JSON", () => {
  test.each(["agent-openai", "agent-openai-tools"])("of Python's (%s) is read, and written equal", async (name) => {
    const theirs = dumpOfPython(name);
    const loaded = await defaultRegistry().load(theirs, { expected: "agent" });
    expect(loaded).toBeInstanceOf(OpenAIAgent);
    expect({ ...dumpComponent(loaded), description: theirs["description"] }).toEqual(theirs);
  });

  test("holds names and forms of tools, whichever way they were given", async () => {
    const first = dumpComponent(agent({ tools: ["web_search_preview", providerTool({ type: "x", y: 1 })] }));
    expect(first.config["tools"]).toEqual([{ type: "web_search_preview" }, { type: "x", y: 1 }]);
    const named = { ...first, config: { ...first.config, tools: ["web_search_preview", { type: "x", y: 1 }] } };
    expect(dumpComponent(await defaultRegistry().load(named))).toEqual(first);
  });

  test("holds what is ours where it says something", async () => {
    const made = agent({
      temperature: null,
      jsonSchema: { name: "r", schema: { type: "object", properties: {} } },
      handoffs: [new Handoff({ target: "b" })],
      maxToolIterations: 3,
      modelClientStream: true,
      parallelToolCalls: false,
      errorsAsMessages: true,
      tools: [{ type: "mcp", server_label: "l", server_url: "https://m.example" }],
    });
    const dump = dumpComponent(made);
    expect(dump.config).toMatchObject({
      json_schema: { name: "r" },
      handoffs: [{ target: "b" }],
      max_tool_iterations: 3,
      model_client_stream: true,
      parallel_tool_calls: false,
      errors_as_messages: true,
    });
    // The workbench of approvals is made again, not read.
    expect(dump.config).not.toHaveProperty("workbench");
    expect(dump.config).not.toHaveProperty("temperature");
    expect(dumpComponent(await defaultRegistry().load(dump))).toEqual(dump);
  });

  test("has the secrets of MCP servers masked, and is refused with them masked", async () => {
    const mcp = { type: "mcp", server_label: "l", server_url: "https://m.example", headers: { "x-key": "secret" } };
    const made = agent({ tools: [{ ...mcp, authorization: "secret" }] });
    const dump = dumpComponent(made);
    expect(JSON.stringify(dump)).not.toContain("secret");
    expect(dump.config["tools"]).toMatchObject([{ headers: { "x-key": MASKED_SECRET }, authorization: MASKED_SECRET }]);
    await expect(defaultRegistry().load(dump)).rejects.toThrow(/masked/);
    expect(JSON.stringify(dumpComponent(made, { includeSecrets: true }))).toContain("secret");
  });

  test("cannot hold functions", () => {
    expect(() => dumpComponent(agent({ toolPolicy: () => "ask" }))).toThrow(/cannot be written to JSON/);
  });
});

describe("options", () => {
  test.each(["model", "instructions"])("without %s are refused", (name) => {
    expect(() => agent({ [name]: undefined })).toThrow(name);
  });

  test("with a chat completion client as the client are refused", () => {
    const client = new ReplayChatCompletionClient({ chatCompletions: [] });
    expect(() => agent({ client: client as never })).toThrow(/Incorrect client passed to OpenAIAgent/);
  });

  test("with a masked key are refused", () => {
    expect(() => agent({ client: { apiKey: MASKED_SECRET } })).toThrow(/masked/);
  });
});
