import type { Json, JsonObject } from "@tesserae/core";

/** The JSON of a component. */
export function component(provider: string, config: Json): JsonObject {
  return { provider, config };
}

/** A model client that gives these answers, one after the other. */
export function replayModel(...answers: readonly Json[]): JsonObject {
  const info = { vision: false, function_calling: true, json_output: true, structured_output: true, family: "unknown" };
  return component("autogen_ext.models.replay.ReplayChatCompletionClient", {
    chat_completions: answers,
    model_info: info,
  });
}

/** A client of OpenAI's protocol at an address, which tries once. */
export function openAIModel(baseUrl: string | undefined, config: JsonObject = {}): JsonObject {
  const address = baseUrl === undefined ? {} : { base_url: baseUrl, api_key: "test" };
  return component("autogen_ext.models.openai.OpenAIChatCompletionClient", {
    model: "gpt-5-mini",
    max_retries: 0,
    ...address,
    ...config,
  });
}

/** An assistant that streams its answers. */
export function assistant(name: string, model: JsonObject, config: JsonObject = {}): JsonObject {
  return component("autogen_agentchat.agents.AssistantAgent", {
    name,
    description: `The ${name}.`,
    model_client: model,
    model_client_stream: true,
    reflect_on_tool_use: false,
    tool_call_summary_format: "{result}",
    system_message: `You are the ${name}.`,
    ...config,
  });
}

/** A round robin of agents. */
export function roundRobin(participants: readonly JsonObject[], config: JsonObject = {}): JsonObject {
  return component("autogen_agentchat.teams.RoundRobinGroupChat", { participants, ...config });
}

/** A team of two whose models give their answers from the file: writer, critic, writer, critic. */
export function twoAgents(config: JsonObject = {}): JsonObject {
  const writer = assistant("writer", replayModel("First draft.", "Second draft."));
  const critic = assistant("critic", replayModel("Shorter!", "Good."));
  return roundRobin([writer, critic], { max_turns: 4, ...config });
}
