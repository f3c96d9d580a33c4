import type { AssistantAgentOptions } from "@tesserae/agentchat";
import type { JsonObject, OutputSchema, ProviderTool, Tool } from "@tesserae/core";
import type { OpenAIModelOptions } from "../connection/model-options.ts";
import type { BuiltInTool, BuiltInToolName } from "./built-in-tools.ts";

/** Options of an `OpenAIAgent`; what it has in common with an `AssistantAgent` means the same. */
export interface OpenAIAgentOptions
  extends
    OpenAIModelOptions,
    Pick<
      AssistantAgentOptions,
      | "workbench"
      | "handoffs"
      | "memory"
      | "modelClientStream"
      | "parallelToolCalls"
      | "middleware"
      | "toolPolicy"
      | "onLimit"
      | "ownsResources"
    > {
  /** Unique in a team; an identifier. */
  readonly name: string;
  /** For other agents and for the selection of speakers. */
  readonly description: string;
  /** The name of the model, such as `gpt-4.1`. */
  readonly model: string;
  /** What the model is told first, unless a message of the source `system` says something else. */
  readonly instructions: string;
  /** What OpenAI runs, by name or in its interface's form, and tools that are run here. */
  readonly tools?: readonly (BuiltInToolName | BuiltInTool | ProviderTool | Tool | string | JsonObject)[] | undefined;
  /** Default 1, which models that reason are not told: they take no other. `null`: not sent. */
  readonly temperature?: number | null | undefined;
  readonly maxOutputTokens?: number | null | undefined;
  /** Ask for JSON. Default false. */
  readonly jsonMode?: boolean | undefined;
  /** Ask for JSON of this shape. */
  readonly jsonSchema?: OutputSchema | undefined;
  /**
   * Whether OpenAI keeps the conversation. Default true: then only what is new is sent. Without it the whole conversation
   * goes out each time.
   */
  readonly store?: boolean | undefined;
  /** `disabled` (default), or `auto`: OpenAI leaves out what is too much for the model. */
  readonly truncation?: string | undefined;
  /** How many times in a row the model may call tools that are run here; then it must answer. Default 10. */
  readonly maxToolIterations?: number | undefined;
  /** Answer with what went wrong when the model could not be asked, as AutoGen does. Default false: the turn fails. */
  readonly errorsAsMessages?: boolean | undefined;
}
