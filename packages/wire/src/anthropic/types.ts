import type { Json, JsonObject } from "../json.ts";

/**
 * The wire types of Anthropic messages, as far as this project reads and writes them
 * (https://docs.anthropic.com/en/api/messages). Members that are not listed stay where they are.
 */
export interface AnthropicRequest {
  readonly model: string;
  readonly messages: readonly AnthropicMessage[];
  readonly max_tokens: number;
  readonly system?: string | readonly AnthropicTextBlock[];
  readonly stream?: boolean;
  readonly tools?: readonly AnthropicTool[];
  readonly tool_choice?:
    | { readonly type: "none" }
    | { readonly type: "auto" | "any"; readonly disable_parallel_tool_use?: boolean }
    | { readonly type: "tool"; readonly name: string; readonly disable_parallel_tool_use?: boolean };
  readonly thinking?: {
    readonly type: string;
    readonly budget_tokens?: number;
    readonly display?: string;
  };
  readonly output_config?: {
    readonly format?: { readonly type: "json_schema"; readonly schema: JsonObject };
    readonly effort?: string;
  };
  readonly stop_sequences?: readonly string[];
  readonly temperature?: number;
  readonly top_p?: number;
  readonly top_k?: number;
  readonly metadata?: { readonly user_id?: string };
  readonly service_tier?: string;
  readonly container?: string;
}

/** A message of the conversation. */
export type AnthropicMessage = {
  readonly role: "user" | "assistant";
  readonly content: string | readonly AnthropicRequestBlock[];
};

/** Where the provider is to keep a prefix in its cache. */
export type AnthropicCacheControl = {
  readonly type: "ephemeral";
  readonly ttl?: "5m" | "1h";
};

/** A piece of text. */
export type AnthropicTextBlock = {
  readonly type: "text";
  readonly text: string;
  readonly citations?: readonly JsonObject[] | null;
  readonly cache_control?: AnthropicCacheControl;
};

/** A block that this project writes itself. Blocks of an earlier answer are sent back as they came. */
export type AnthropicRequestBlock =
  | AnthropicTextBlock
  | {
      readonly type: "image";
      readonly source:
        | { readonly type: "base64"; readonly media_type: string; readonly data: string }
        | { readonly type: "url"; readonly url: string }
        | { readonly type: "file"; readonly file_id: string };
      readonly cache_control?: AnthropicCacheControl;
    }
  | AnthropicDocumentBlock
  | AnthropicContainerUpload
  | AnthropicToolUseBlock
  | {
      readonly type: "tool_result";
      readonly tool_use_id: string;
      readonly content: string | readonly JsonObject[];
      readonly is_error?: boolean;
      readonly cache_control?: AnthropicCacheControl;
    }
  | JsonObject;

/** A file for the container that the provider runs code in. */
export type AnthropicContainerUpload = {
  readonly type: "container_upload";
  readonly file_id: string;
  readonly cache_control?: AnthropicCacheControl;
};

/** A document: a PDF, or a text. */
export type AnthropicDocumentBlock = {
  readonly type: "document";
  readonly source:
    | { readonly type: "base64"; readonly media_type: "application/pdf"; readonly data: string }
    | { readonly type: "text"; readonly media_type: "text/plain"; readonly data: string }
    | { readonly type: "url"; readonly url: string }
    | { readonly type: "file"; readonly file_id: string };
  readonly title?: string;
  readonly context?: string;
  readonly citations?: { readonly enabled: boolean };
  readonly cache_control?: AnthropicCacheControl;
};

/** A call of a tool. */
export type AnthropicToolUseBlock = {
  readonly type: "tool_use";
  readonly id: string;
  readonly name: string;
  readonly input: Json;
};

/** A tool that the model may call. */
export type AnthropicTool = {
  readonly name: string;
  readonly description?: string;
  readonly input_schema: JsonObject;
  readonly cache_control?: AnthropicCacheControl;
};

/** The `usage` of an answer. `input_tokens` leaves the cached parts out. */
export interface AnthropicUsage {
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cache_read_input_tokens?: number | null;
  readonly cache_creation_input_tokens?: number | null;
  readonly cache_creation?: {
    readonly ephemeral_5m_input_tokens: number;
    readonly ephemeral_1h_input_tokens: number;
  } | null;
  readonly output_tokens_details?: { readonly thinking_tokens: number } | null;
  readonly server_tool_use?: Readonly<Record<string, number>> | null;
}

/** A block of an answer: `text`, `tool_use`, `thinking`, `redacted_thinking`, and those of the provider's own tools. */
export type AnthropicResponseBlock =
  | AnthropicTextBlock
  | AnthropicToolUseBlock
  | { readonly type: "thinking"; readonly thinking: string; readonly signature: string }
  | { readonly type: "redacted_thinking"; readonly data: string }
  | JsonObject;

/** A whole answer. */
export interface AnthropicResponse {
  readonly id: string;
  readonly type: "message";
  readonly role: "assistant";
  readonly model: string;
  readonly content: readonly AnthropicResponseBlock[];
  readonly stop_reason: string | null;
  readonly stop_sequence: string | null;
  readonly usage: AnthropicUsage;
}

/** An event of a streamed answer; its `type` is also the name of the server-sent event. */
export type AnthropicStreamEvent =
  | { readonly type: "message_start"; readonly message: AnthropicResponse }
  | { readonly type: "content_block_start"; readonly index: number; readonly content_block: AnthropicResponseBlock }
  | { readonly type: "content_block_delta"; readonly index: number; readonly delta: AnthropicDelta }
  | { readonly type: "content_block_stop"; readonly index: number }
  | {
      readonly type: "message_delta";
      readonly delta: { readonly stop_reason: string | null; readonly stop_sequence: string | null };
      readonly usage: Partial<AnthropicUsage>;
    }
  | { readonly type: "message_stop" }
  | { readonly type: "ping" }
  | { readonly type: "error"; readonly error: { readonly type: string; readonly message: string } };

/** What a `content_block_delta` adds to its block. */
export type AnthropicDelta =
  | { readonly type: "text_delta"; readonly text: string }
  | { readonly type: "input_json_delta"; readonly partial_json: string }
  | { readonly type: "thinking_delta"; readonly thinking: string }
  | { readonly type: "signature_delta"; readonly signature: string }
  | { readonly type: "citations_delta"; readonly citation: JsonObject };
