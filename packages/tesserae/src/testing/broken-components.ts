import type { Json, JsonObject } from "@tesserae/core";

/** A component file with mistakes in it, and what is said about each. */
export interface BrokenComponent {
  readonly name: string;
  readonly json: Json;
  /** Every error: its pointer, and a part of its text. */
  readonly errors: readonly (readonly [pointer: string, text: string])[];
}

const OPENAI = "autogen_ext.models.openai.OpenAIChatCompletionClient";
const MAX_MESSAGES = "autogen_agentchat.conditions.MaxMessageTermination";
const EXECUTOR = "autogen_ext.code_executors.local.LocalCommandLineCodeExecutor";

function component(provider: string, config: Json): JsonObject {
  return { provider, config };
}

function model(config: JsonObject = {}): JsonObject {
  return component(OPENAI, { model: "gpt-5-mini", ...config });
}

function assistantConfig(config: JsonObject = {}): JsonObject {
  return {
    name: "writer",
    description: "Writes.",
    model_client: model(),
    reflect_on_tool_use: false,
    tool_call_summary_format: "{result}",
    ...config,
  };
}

function assistant(config: JsonObject = {}): JsonObject {
  return component("autogen_agentchat.agents.AssistantAgent", assistantConfig(config));
}

function team(config: JsonObject = {}): JsonObject {
  const usual = { participants: [assistant()], max_turns: 2 };
  return component("autogen_agentchat.teams.RoundRobinGroupChat", { ...usual, ...config });
}

function withAssistant(config: JsonObject): JsonObject {
  return team({ participants: [assistant(config)] });
}

function withModel(config: JsonObject): JsonObject {
  return withAssistant({ model_client: model(config) });
}

function withTool(...tools: readonly JsonObject[]): JsonObject {
  return withAssistant({ tools });
}

function withExecutor(config: JsonObject): JsonObject {
  const coder = { name: "coder", code_executor: component(EXECUTOR, config) };
  return team({ participants: [component("autogen_agentchat.agents.CodeExecutorAgent", coder)] });
}

const without = (config: JsonObject, key: string): JsonObject =>
  Object.fromEntries(Object.entries(config).filter(([name]) => name !== key));

const functionTool = (name: string): JsonObject => component("tesserae.tools.FunctionTool", { name, description: "" });
const AGENT = "/config/participants/0/config";

/** A component that is right. */
export const SOUND_COMPONENT: JsonObject = team();

/** Mistakes that people make in component files, one a file; the last files have several. */
export const BROKEN_COMPONENTS: readonly BrokenComponent[] = [
  { name: "a list", json: [], errors: [["", "expected a component"]] },
  { name: "a text", json: "team", errors: [["", "found a string"]] },
  { name: "null", json: null, errors: [["", "found null"]] },
  { name: "an empty object", json: {}, errors: [["/provider", "the provider's name"]] },
  { name: "a provider that is a number", json: { provider: 7, config: {} }, errors: [["/provider", "name as text"]] },
  {
    name: "an unknown provider",
    json: component("my.Team", {}),
    errors: [["/provider", "unknown provider 'my.Team'"]],
  },
  {
    name: "a class in another module",
    json: component("autogen_agentchat.agents.RoundRobinGroupChat", {}),
    errors: [["/provider", "Did you mean 'autogen_agentchat.teams.RoundRobinGroupChat'"]],
  },
  { name: "a config that is a list", json: component(OPENAI, []), errors: [["/config", "expected an object"]] },
  {
    name: "a version from the future",
    json: { ...team(), component_version: 9 },
    errors: [["/component_version", "version 9 is newer"]],
  },
  {
    name: "a version that is no number",
    json: { ...team(), component_version: "1" },
    errors: [["/component_version", "expected a whole number"]],
  },
  {
    name: "a team without participants",
    json: component("autogen_agentchat.teams.RoundRobinGroupChat", {}),
    errors: [["/config", 'the key "participants"']],
  },
  { name: "an empty team", json: team({ participants: [] }), errors: [["/config/participants", "at least 1"]] },
  {
    name: "one participant, not in a list",
    json: team({ participants: assistant() }),
    errors: [["/config/participants", "expected an array"]],
  },
  {
    name: "a model as participant",
    json: team({ participants: [model()] }),
    errors: [["/config/participants/0/provider", "of type agent or team"]],
  },
  {
    name: "a name as participant",
    json: team({ participants: ["writer"] }),
    errors: [["/config/participants/0", "expected a component"]],
  },
  {
    name: "two agents of one name",
    json: team({ participants: [assistant(), assistant()] }),
    errors: [["/config", "must be unique"]],
  },
  { name: "no turns", json: team({ max_turns: 0 }), errors: [["/config/max_turns", "at least 1"]] },
  { name: "turns as text", json: team({ max_turns: "2" }), errors: [["/config/max_turns", "expected an integer"]] },
  { name: "half a turn", json: team({ max_turns: 1.5 }), errors: [["/config/max_turns", "1.5"]] },
  {
    name: "an agent without a name",
    json: team({
      participants: [component("autogen_agentchat.agents.AssistantAgent", without(assistantConfig(), "name"))],
    }),
    errors: [[AGENT, 'the key "name"']],
  },
  {
    name: "a name with a blank",
    json: withAssistant({ name: "the writer" }),
    errors: [[`${AGENT}/name`, "expected a string that matches"]],
  },
  {
    name: "an agent without a model",
    json: team({
      participants: [component("autogen_agentchat.agents.AssistantAgent", without(assistantConfig(), "model_client"))],
    }),
    errors: [[AGENT, 'the key "model_client"']],
  },
  {
    name: "a model by its name",
    json: withAssistant({ model_client: "gpt-5" }),
    errors: [[`${AGENT}/model_client`, "expected a component"]],
  },
  {
    name: "a model client without a model",
    json: withAssistant({ model_client: component(OPENAI, {}) }),
    errors: [[`${AGENT}/model_client/config`, 'the key "model"']],
  },
  {
    name: "a model that nobody knows",
    json: withModel({ model: "my-model" }),
    errors: [[`${AGENT}/model_client/config`, "my-model"]],
  },
  {
    name: "a hot temperature",
    json: withModel({ temperature: "hot" }),
    errors: [[`${AGENT}/model_client/config/temperature`, "expected a number"]],
  },
  {
    name: "a masked key",
    json: withModel({ api_key: "**********" }),
    errors: [[`${AGENT}/model_client/config/api_key`, "the secret is masked"]],
  },
  {
    name: "an address without a scheme",
    json: withModel({ base_url: "localhost" }),
    errors: [[`${AGENT}/model_client/config`, "localhost"]],
  },
  { name: "tools in an object", json: withAssistant({ tools: {} }), errors: [[`${AGENT}/tools`, "expected an array"]] },
  {
    name: "an unknown tool",
    json: withTool(component("my.Tool", {})),
    errors: [[`${AGENT}/tools/0/provider`, "unknown provider 'my.Tool'"]],
  },
  {
    name: "a tool without a name",
    json: withTool(component("tesserae.tools.FunctionTool", {})),
    errors: [[`${AGENT}/tools/0/config`, 'the key "name"']],
  },
  {
    name: "two tools of one name",
    json: withTool(functionTool("add"), functionTool("add")),
    errors: [[AGENT, "must be unique"]],
  },
  {
    name: "a handoff to nobody",
    json: withAssistant({ handoffs: [{ description: "x" }] }),
    errors: [[`${AGENT}/handoffs/0`, 'the key "target"']],
  },
  {
    name: "a condition without its number",
    json: team({ termination_condition: component(MAX_MESSAGES, {}) }),
    errors: [["/config/termination_condition/config", 'the key "max_messages"']],
  },
  {
    name: "a condition that is an agent",
    json: team({ termination_condition: assistant() }),
    errors: [["/config/termination_condition/provider", "of type termination"]],
  },
  {
    name: "no time",
    json: withExecutor({ timeout: 0 }),
    errors: [[`${AGENT}/code_executor/config/timeout`, "at least 1"]],
  },
  {
    name: "a language that nobody runs",
    json: withExecutor({ allowed_languages: ["cobol"] }),
    errors: [[`${AGENT}/code_executor/config`, "cobol"]],
  },
  {
    name: "an empty buffer",
    json: withAssistant({
      model_context: component("autogen_core.model_context.BufferedChatCompletionContext", { buffer_size: 0 }),
    }),
    errors: [[`${AGENT}/model_context/config/buffer_size`, "at least 1"]],
  },
  {
    name: "mistakes inside of a combined condition",
    json: team({
      termination_condition: component("autogen_agentchat.base.OrTerminationCondition", {
        conditions: [component(MAX_MESSAGES, { max_messages: "3" }), component("my.Condition", {})],
      }),
    }),
    errors: [
      ["/config/termination_condition/config/conditions/0/config/max_messages", "expected an integer"],
      ["/config/termination_condition/config/conditions/1/provider", "unknown provider 'my.Condition'"],
    ],
  },
  {
    name: "mistakes everywhere",
    json: team({
      max_turns: "two",
      participants: [assistant({ name: 5, model_client: model({ temperature: "x" }) }), 7],
      termination_condition: {},
    }),
    errors: [
      ["/config/max_turns", "expected an integer"],
      [`${AGENT}/name`, "found the number 5"],
      [`${AGENT}/model_client/config/temperature`, "expected a number"],
      ["/config/participants/1", "found a number"],
      ["/config/termination_condition/provider", "the provider's name"],
    ],
  },
];
