import type { ComponentIssue } from "../components/component-error.ts";
import type { ComponentDefinition, DumpContext, LoadContext } from "../components/component.ts";
import type { JsonObject } from "../json.ts";
import { llmMessageFromJson, llmMessageToConfig } from "../models/message-json.ts";
import type { LLMMessage } from "../models/messages.ts";
import { errorToText } from "../tools/tool-result.ts";

interface ContextWithInitialMessages {
  readonly initialMessages: readonly LLMMessage[] | undefined;
}

/** What the component definitions of the model contexts share: the envelope and the initial messages. */
export function defineContextComponent<T extends ContextWithInitialMessages, Config extends JsonObject>(definition: {
  readonly name: string;
  readonly description: string;
  readonly properties: JsonObject;
  readonly required: readonly string[];
  readonly toConfig: (context: T, dump: DumpContext) => JsonObject;
  fromConfig(config: Config, initialMessages: readonly LLMMessage[] | undefined, load: LoadContext): T | Promise<T>;
}): ComponentDefinition<T> {
  return {
    provider: `autogen_core.model_context.${definition.name}`,
    componentType: "chat_completion_context",
    label: definition.name,
    description: definition.description,
    schema: {
      type: "object",
      properties: {
        ...definition.properties,
        initial_messages: { anyOf: [{ type: "array" }, { type: "null" }] },
      },
      required: definition.required,
    },
    // What reads a message says what is wrong with it.
    check: ({ initial_messages: messages }) => (Array.isArray(messages) ? messages.flatMap(faultOf) : []),
    toConfig: (context, dump) => ({
      ...definition.toConfig(context, dump),
      ...(context.initialMessages === undefined
        ? {}
        : { initial_messages: context.initialMessages.map(llmMessageToConfig) }),
    }),
    fromConfig(config: Config, load) {
      const messages = config["initial_messages"];
      return definition.fromConfig(
        config,
        Array.isArray(messages) ? messages.map((message) => llmMessageFromJson(message)) : undefined,
        load,
      );
    },
  };
}

function faultOf(message: unknown, index: number): readonly ComponentIssue[] {
  try {
    llmMessageFromJson(message);
    return [];
  } catch (error) {
    return [{ pointer: `/initial_messages/${index}`, message: errorToText(error) }];
  }
}
