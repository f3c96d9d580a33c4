import type { AssistantAgentOptions } from "@tesserae/agentchat";
import type { JsonObject, Tool } from "@tesserae/core";
import type { OpenAIModelOptions } from "../connection/model-options.ts";

/** Options of an `OpenAIAssistantAgent`. */
export interface OpenAIAssistantAgentOptions
  extends OpenAIModelOptions, Pick<AssistantAgentOptions, "toolPolicy" | "parallelToolCalls"> {
  /** Unique in a team; an identifier. */
  readonly name: string;
  /** What the agent can do; also the description of the assistant at the service. */
  readonly description: string;
  /** The name of the model, or of the deployment at Azure. */
  readonly model: string;
  readonly instructions: string;
  /** What the assistant may use: at most 128. */
  readonly tools?: readonly ("code_interpreter" | "file_search" | Tool)[] | undefined;
  /** An assistant that is there already. Default: one is made with the first turn. */
  readonly assistantId?: string | undefined;
  /** A thread that is there already; what it holds survives a reset. Default: one is made with the first turn. */
  readonly threadId?: string | undefined;
  /** Kept with the assistant at the service. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /** As the interface has it: `"auto"`, `{ type: "json_object" }`, `{ type: "json_schema", … }`. */
  readonly responseFormat?: string | JsonObject | undefined;
  readonly temperature?: number | undefined;
  /** What the assistant's tools may use from the start, as the interface has it. */
  readonly toolResources?: JsonObject | undefined;
  readonly topP?: number | undefined;
  /** Seconds between two looks at a run. Default 0.5. */
  readonly pollInterval?: number | undefined;
}
