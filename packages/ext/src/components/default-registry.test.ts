import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { dumpComponent, isObject } from "@tesserae/core";
import { LocalCommandLineCodeExecutor } from "../code-executors/local/index.ts";
import { defaultRegistry } from "./default-registry.ts";
import { extComponents } from "./ext-components.ts";

const FIXTURES = join(import.meta.dirname, "../../../../tests/interop/fixtures/components");
/** Components of AutoGen's that come with later parts of this package. */
const LATER = ["autogen_ext.models.ollama.OllamaChatCompletionClient"];

function providersOfToday(): readonly string[] {
  const manifest: unknown = JSON.parse(readFileSync(join(FIXTURES, "manifest.json"), "utf8"));
  const rows = Object.values(isObject(manifest) ? manifest : {}).filter(isObject);
  return [...new Set(rows.filter(({ scope }) => scope === "now").map(({ provider }) => String(provider)))];
}

describe("the registry of everything", () => {
  test.each(providersOfToday().filter((provider) => !LATER.includes(provider)))("knows %s", async (provider) => {
    const definition = await defaultRegistry().definition(provider);
    expect(definition?.provider).toBe(provider);
  });

  test.each([
    ["openai_chat_completion_client", "autogen_ext.models.openai.OpenAIChatCompletionClient"],
    ["OpenAIChatCompletionClient", "autogen_ext.models.openai.OpenAIChatCompletionClient"],
    ["azure_openai_chat_completion_client", "autogen_ext.models.openai.AzureOpenAIChatCompletionClient"],
    ["AzureOpenAIChatCompletionClient", "autogen_ext.models.openai.AzureOpenAIChatCompletionClient"],
    ["AnthropicChatCompletionClient", "autogen_ext.models.anthropic.AnthropicChatCompletionClient"],
    ["AssistantAgent", "autogen_agentchat.agents.AssistantAgent"],
    ["SelectorGroupChat", "autogen_agentchat.teams.SelectorGroupChat"],
  ])("knows %s by its short name", async (alias, provider) => {
    expect((await defaultRegistry().definition(alias))?.provider).toBe(provider);
  });

  test("a name that two classes have stands for neither", () => {
    expect(defaultRegistry().definition("FunctionTool")).toBeUndefined();
  });

  test.each(extComponents())(
    "loads $provider as what its entry says",
    async ({ provider, componentType, aliases, load }) => {
      const definition = await load();
      expect(definition).toMatchObject({ provider, componentType });
      for (const alias of definition.aliases ?? []) expect(aliases).toContain(alias);
    },
  );

  test("is another one each time: what is added to one is in no other", () => {
    const mine = { provider: "my.Agent", componentType: "agent", load: () => Promise.reject(new Error("not needed")) };
    defaultRegistry().register(mine);
    expect(defaultRegistry().definition("my.Agent")).toBeUndefined();
  });
});

test("a local executor is written as AutoGen writes it, and read again", async () => {
  const dump = dumpComponent(new LocalCommandLineCodeExecutor({ workDir: "/tmp/w", timeout: 5 }));
  expect(dump).toMatchObject({
    provider: "autogen_ext.code_executors.local.LocalCommandLineCodeExecutor",
    component_type: "code_executor",
    config: { timeout: 5, work_dir: "/tmp/w", functions_module: "functions", cleanup_temp_files: true },
  });
  const loaded = await defaultRegistry().load(dump, { expected: "code_executor" });
  expect(dumpComponent(loaded)).toEqual(dump);
});
