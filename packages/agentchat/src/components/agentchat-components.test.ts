import {
  BufferedChatCompletionContext,
  ComponentRegistry,
  HeadAndTailChatCompletionContext,
  ListMemory,
  StaticWorkbench,
  TokenLimitedChatCompletionContext,
  UnboundedChatCompletionContext,
  coreComponents,
  dumpComponent,
  tool,
  type ChatCompletionContext,
  type ComponentDefinition,
  type Json,
  type JsonObject,
  type LoadOptions,
} from "@tesserae/core";
import { describe, expect, test } from "vitest";
import { AssistantAgent } from "../agents/assistant-agent/assistant-agent.ts";
import { CodeExecutorAgent } from "../agents/code-executor-agent/code-executor-agent.ts";
import { contentType } from "../messages/content-type.ts";
import { Handoff } from "../base/handoff.ts";
import { ScriptedClient } from "../testing/scripted-client.ts";
import { ScriptedExecutor } from "../testing/scripted-executor.ts";
import { agentchatComponents } from "./agentchat-components.ts";

class Model extends ScriptedClient {
  static readonly component: ComponentDefinition<Model> = {
    provider: "test.Model",
    componentType: "model",
    label: "Model",
    description: "A model for tests.",
    schema: { type: "object", properties: { vision: { type: "boolean" } } },
    toConfig: () => ({}),
    fromConfig: () => new Model([]),
  };
}

class Executor extends ScriptedExecutor {
  static readonly component: ComponentDefinition<Executor> = {
    provider: "test.Executor",
    componentType: "code_executor",
    label: "Executor",
    description: "An executor for tests.",
    schema: { type: "object" },
    toConfig: () => ({}),
    fromConfig: () => new Executor([]),
  };
}

const ping = tool({
  name: "ping",
  description: "Pings.",
  parameters: { type: "object", properties: {} },
  execute: () => "pong",
});
const registry = new ComponentRegistry().register(...coreComponents(), ...agentchatComponents(), Model, Executor);
const options: LoadOptions = { resolve: { tool: { ping } } };
const MODEL = { provider: "test.Model", config: {} };

const full = (): AssistantAgent =>
  new AssistantAgent({
    name: "a",
    modelClient: new Model([]),
    description: "Does it.",
    systemMessage: "Be kind.",
    workbench: [new StaticWorkbench({ tools: [ping] })],
    handoffs: ["b", new Handoff({ target: "c", message: "Over." })],
    memory: [new ListMemory({ memoryContents: [{ content: "x", mimeType: "text/plain" }] })],
    modelContext: new BufferedChatCompletionContext({ bufferSize: 3 }),
    modelClientStream: true,
    maxToolIterations: 4,
    parallelToolCalls: false,
    tagToolCallSummary: true,
    toolCallSummaryFormat: "{tool_name}: {result}",
    metadata: { k: "v" },
    outputContentType: contentType("Answer", { type: "object", properties: { n: { type: "integer" } } }),
    outputContentTypeFormat: "{n}",
  });

describe("an assistant in JSON", () => {
  test("dump → load → dump is equal, with every option", async () => {
    const dump = dumpComponent(full());
    const loaded = await registry.load<AssistantAgent>(dump, options);
    expect(dumpComponent(loaded)).toEqual(dump);
    expect(loaded.settings).toMatchObject({ parallelToolCalls: false, tagToolCallSummary: true, ownsResources: true });
  });

  test("has the keys that Python needs, and no functions", () => {
    const dump = dumpComponent(
      new AssistantAgent({ name: "a", modelClient: new Model([]), toolCallSummaryFormatter: () => "x" }),
    );
    expect(dump).toMatchObject({
      provider: "autogen_agentchat.agents.AssistantAgent",
      component_type: "agent",
      version: 2,
    });
    for (const key of ["name", "model_client", "description", "reflect_on_tool_use", "tool_call_summary_format"]) {
      expect(dump.config).toHaveProperty(key);
    }
    expect(dump.config["workbench"]).toMatchObject([
      { provider: "autogen_core.tools.StaticStreamWorkbench", config: { tools: [], tool_overrides: {} } },
    ]);
    expect(Object.keys(dump.config)).not.toContain("tools");
    expect(JSON.stringify(dump)).not.toContain("formatter");
  });

  test("structured output keeps its schema, name and format, and reflects on tool use", () => {
    expect(dumpComponent(full()).config).toMatchObject({
      reflect_on_tool_use: true,
      structured_message_factory: {
        component_type: "structured_message",
        config: { content_model_name: "Answer", format_string: "{n}" },
      },
    });
  });

  const minimal = {
    name: "a",
    model_client: MODEL,
    description: "d",
    reflect_on_tool_use: false,
    tool_call_summary_format: "{result}",
  };
  const model = (config: JsonObject): JsonObject => ({ provider: "autogen_agentchat.agents.AssistantAgent", config });

  test("with tools instead of a workbench loads", async () => {
    const tools = [{ provider: "tesserae.tools.FunctionTool", config: { name: "ping" } }];
    const loaded = await registry.load<AssistantAgent>(model({ ...minimal, tools }), options);
    expect(loaded.settings.offered?.tools.map(({ name }) => name)).toEqual(["ping"]);
  });

  test("without a system message has none", async () => {
    for (const config of [minimal, { ...minimal, system_message: null }]) {
      const loaded = await registry.load<AssistantAgent>(model(config));
      expect(loaded.settings.system).toEqual([]);
      expect(dumpComponent(loaded).config).not.toHaveProperty("system_message");
    }
  });

  test("handoffs are read from names, from targets alone, and whole", async () => {
    const handoffs = ["b", { target: "c" }, { target: "d", name: "to_d", description: "x", message: "y" }];
    const loaded = await registry.load<AssistantAgent>(model({ ...minimal, handoffs }));
    expect([...loaded.settings.handoffs.keys()]).toEqual(["transfer_to_b", "transfer_to_c", "to_d"]);
  });

  test("of version 1 is refused", async () => {
    const report = await registry.validate({ ...model(minimal), component_version: 1 });
    expect(report.errors).toEqual([
      { pointer: "/component_version", message: expect.stringMatching(/is not implemented/) },
    ]);
  });

  test.each<readonly [JsonObject, readonly string[]]>([
    [{ ...minimal, name: "two words" }, ["/config/name"]],
    [{ ...minimal, max_tool_iterations: 0, metadata: { a: 1 } }, ["/config/max_tool_iterations", "/config/metadata/a"]],
    [
      { ...minimal, model_client: { provider: "autogen_core.memory.ListMemory", config: {} } },
      ["/config/model_client/provider"],
    ],
    [
      { ...minimal, memory: [{ provider: "autogen_core.memory.ListMemory", config: { memory_contents: [{}] } }] },
      ["/config/memory/0/config/memory_contents/0", "/config/memory/0/config/memory_contents/0"],
    ],
    [{ ...minimal, workbench: [MODEL] }, ["/config/workbench/0/provider"]],
    [{ ...minimal, handoffs: [{}] }, ["/config/handoffs/0"]],
    [{ ...minimal, handoffs: ["b", "b"] }, ["/config"]],
    [
      { ...minimal, tools: [{ provider: "tesserae.tools.FunctionTool", config: { name: "unknown" } }] },
      ["/config/tools/0/config"],
    ],
    [
      {
        ...minimal,
        model_context: {
          provider: "autogen_core.model_context.BufferedChatCompletionContext",
          config: { buffer_size: 0 },
        },
      },
      ["/config/model_context/config/buffer_size"],
    ],
    [
      {
        ...minimal,
        model_context: {
          provider: "autogen_core.model_context.UnboundedChatCompletionContext",
          config: { initial_messages: [{ type: "UserMessage", content: "x" }] },
        },
      },
      ["/config/model_context/config/initial_messages/0"],
    ],
    [{ name: "a" }, ["/config", "/config", "/config", "/config"]],
  ])("what is wrong in %j is told at its place", async (config, pointers) => {
    const { errors } = await registry.validate(model(config), options);
    expect(errors.map(({ pointer }) => pointer)).toEqual(pointers);
  });
});

const CONTEXTS: readonly (readonly [string, () => ChatCompletionContext])[] = [
  ["Unbounded", () => new UnboundedChatCompletionContext()],
  ["Buffered", () => new BufferedChatCompletionContext({ bufferSize: 2 })],
  ["HeadAndTail", () => new HeadAndTailChatCompletionContext({ headSize: 1, tailSize: 2 })],
  ["TokenLimited", () => new TokenLimitedChatCompletionContext({ modelClient: new Model([]), tokenLimit: 9 })],
];

describe.each(CONTEXTS)("a model context of kind %s survives", (_, make) => {
  const providerOf = (config: JsonObject): Json => (config["model_context"] as JsonObject)["provider"] ?? null;

  test("on an AssistantAgent and a CodeExecutorAgent", async () => {
    const agents = [
      new AssistantAgent({ name: "a", modelClient: new Model([]), modelContext: make() }),
      new CodeExecutorAgent({
        name: "c",
        codeExecutor: new Executor([]),
        modelClient: new Model([]),
        modelContext: make(),
      }),
    ];
    for (const agent of agents) {
      const dump = dumpComponent(agent);
      const again = dumpComponent(await registry.load(dump));
      expect(again).toEqual(dump);
      expect(providerOf(again.config)).toBe(`autogen_core.model_context.${make().constructor.name}`);
    }
  });
});

test("a code executor agent's retries and the person's timeout are extra keys, written when they say something", async () => {
  const coder = new CodeExecutorAgent({
    name: "c",
    codeExecutor: new Executor([]),
    modelClient: new Model([]),
    maxRetriesOnError: 2,
  });
  expect(dumpComponent(coder).config).toMatchObject({ max_retries_on_error: 2, supported_languages: ["python", "sh"] });
  const loaded = await registry.load<CodeExecutorAgent>(dumpComponent(coder));
  expect(loaded.settings.maxRetriesOnError).toBe(2);
  const plain = dumpComponent(new CodeExecutorAgent({ name: "c", codeExecutor: new Executor([]) }));
  expect(plain.config).not.toHaveProperty("max_retries_on_error");
});
