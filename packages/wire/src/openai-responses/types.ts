import type { Json, JsonObject } from "../json.ts";

/**
 * The wire types of OpenAI responses, as far as this project reads and writes them
 * (https://platform.openai.com/docs/api-reference/responses). Members that are not listed stay where they are.
 */
export interface OpenAIResponsesRequest {
  readonly model: string;
  readonly input: string | readonly OpenAIResponsesInputItem[];
  readonly instructions?: string;
  readonly stream?: boolean;
  readonly store?: boolean;
  readonly tools?: readonly JsonObject[];
  readonly tool_choice?: Json;
  readonly parallel_tool_calls?: boolean;
  readonly text?: { readonly format?: JsonObject; readonly verbosity?: string };
  readonly reasoning?: { readonly effort?: string; readonly summary?: string };
  readonly include?: readonly string[];
  readonly previous_response_id?: string;
  readonly temperature?: number;
  readonly top_p?: number;
  readonly max_output_tokens?: number;
  readonly prompt_cache_key?: string;
  readonly service_tier?: string;
}

/** An item of the input that this project writes itself. Items of an earlier answer are sent back as they came. */
export type OpenAIResponsesInputItem =
  | {
      readonly role: "user" | "system" | "developer" | "assistant";
      readonly content: string | readonly JsonObject[];
    }
  | {
      readonly type: "function_call";
      readonly call_id: string;
      readonly name: string;
      readonly arguments: string;
    }
  | { readonly type: "function_call_output"; readonly call_id: string; readonly output: string }
  | JsonObject;

/** An item of the output: `message`, `function_call`, `reasoning`, and those of the provider's own tools. */
export type OpenAIResponsesOutputItem =
  | {
      readonly type: "message";
      readonly id: string;
      readonly role: "assistant";
      readonly status: string;
      readonly content: readonly (
        | { readonly type: "output_text"; readonly text: string; readonly annotations: readonly Json[] }
        | { readonly type: "refusal"; readonly refusal: string }
      )[];
    }
  | {
      readonly type: "function_call";
      readonly id: string;
      readonly call_id: string;
      readonly name: string;
      readonly arguments: string;
      readonly status: string;
    }
  | {
      readonly type: "reasoning";
      readonly id: string;
      readonly summary: readonly { readonly type: "summary_text"; readonly text: string }[];
      readonly encrypted_content?: string | null;
    }
  | JsonObject;

/** The `usage` of an answer. */
export interface OpenAIResponsesUsage {
  readonly input_tokens: number;
  readonly input_tokens_details: Readonly<Record<string, number>>;
  readonly output_tokens: number;
  readonly output_tokens_details: Readonly<Record<string, number>>;
  readonly total_tokens: number;
}

/** A whole answer. */
export interface OpenAIResponsesResponse {
  readonly id: string;
  readonly object: "response";
  readonly created_at: number;
  readonly model: string;
  readonly status: string;
  readonly output: readonly OpenAIResponsesOutputItem[];
  readonly error: Json;
  readonly incomplete_details: { readonly reason: string } | null;
  readonly usage: OpenAIResponsesUsage | null;
}

/** An event of a streamed answer; its `type` is also the name of the server-sent event. */
export interface OpenAIResponsesStreamEvent {
  readonly type: string;
  readonly sequence_number: number;
  readonly response?: OpenAIResponsesResponse;
  readonly output_index?: number;
  readonly item_id?: string;
  readonly item?: OpenAIResponsesOutputItem;
  readonly content_index?: number;
  readonly summary_index?: number;
  readonly part?: Json;
  readonly delta?: string;
  readonly text?: string;
  readonly arguments?: string;
}
