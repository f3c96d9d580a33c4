import { ValueError, type ComponentDefinition, type JsonObject } from "@tesserae/core";
import { GENERATED_CONTENT_NAME, contentType } from "./content-type.ts";
import type { ContentType, MessageDefinition } from "./definition.ts";
import { structuredMessageDefinition } from "./structured-message.ts";
import type { StructuredMessage } from "./types.ts";

/** What makes a {@link StructuredMessageFactory}; one of `jsonSchema` and `contentType` is needed. */
export interface StructuredMessageFactoryOptions {
  /** Wins over `contentType`. */
  readonly jsonSchema?: JsonObject | undefined;
  readonly contentType?: ContentType<unknown> | undefined;
  /** A template over the content's fields, for people. */
  readonly formatString?: string | undefined;
  /** With `jsonSchema`: the name in the tag. Default `GeneratedContentModel`. */
  readonly contentModelName?: string | undefined;
}

type FactoryConfig = {
  readonly json_schema: JsonObject;
  readonly format_string?: string;
  readonly content_model_name: string;
};

/** A kind of structured message as a component: the schema of its content, its name, how it is shown. */
export class StructuredMessageFactory {
  static readonly component: ComponentDefinition<StructuredMessageFactory> = {
    provider: "autogen_agentchat.messages.StructuredMessageFactory",
    componentType: "structured_message",
    label: "StructuredMessageFactory",
    description: "A kind of message whose content follows a JSON Schema.",
    schema: {
      type: "object",
      properties: {
        json_schema: { type: "object" },
        format_string: { anyOf: [{ type: "string" }, { type: "null" }] },
        content_model_name: { type: "string", minLength: 1 },
      },
      required: ["json_schema", "content_model_name"],
    },
    toConfig: (factory) => ({
      json_schema: factory.contentType.jsonSchema,
      ...(factory.formatString === undefined ? {} : { format_string: factory.formatString }),
      content_model_name: factory.contentType.name,
    }),
    fromConfig: (config: FactoryConfig) =>
      new StructuredMessageFactory({
        jsonSchema: config.json_schema,
        formatString: config.format_string,
        contentModelName: config.content_model_name,
      }),
  };

  readonly contentType: ContentType<unknown>;
  readonly formatString: string | undefined;
  /** The definition of the messages, to be registered with a team. */
  readonly definition: MessageDefinition<StructuredMessage<unknown>>;

  constructor(options: StructuredMessageFactoryOptions) {
    if (options.jsonSchema !== undefined) {
      this.contentType = contentType(options.contentModelName ?? GENERATED_CONTENT_NAME, options.jsonSchema);
    } else if (options.contentType !== undefined) {
      this.contentType = options.contentType;
    } else {
      throw new ValueError("Either jsonSchema or contentType must be provided for a structured message.");
    }
    this.formatString = options.formatString;
    this.definition = structuredMessageDefinition(this.contentType);
  }
}
