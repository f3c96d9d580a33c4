import type { Json, JsonObject } from "../json.ts";

/**
 * The wire types of OpenAI chat completions, as far as this project reads and writes them
 * (https://platform.openai.com/docs/api-reference/chat). Servers add members of their own: they stay.
 */
export interface OpenAIChatRequest {
  readonly model: string;
  readonly messages: readonly OpenAIChatMessage[];
  readonly stream?: boolean;
  readonly stream_options?: { readonly include_usage?: boolean };
  readonly tools?: readonly OpenAIChatTool[];
  readonly tool_choice?:
    | "none"
    | "auto"
    | "required"
    | { readonly type: "function"; readonly function: { readonly name: string } };
  readonly parallel_tool_calls?: boolean;
  readonly response_format?: OpenAIChatResponseFormat;
  readonly temperature?: number;
  readonly top_p?: number;
  readonly max_tokens?: number;
  readonly max_completion_tokens?: number;
  readonly n?: number;
  readonly stop?: string | readonly string[];
  readonly seed?: number;
  readonly logprobs?: boolean;
  readonly top_logprobs?: number;
  readonly logit_bias?: Readonly<Record<string, number>>;
  readonly frequency_penalty?: number;
  readonly presence_penalty?: number;
  readonly reasoning_effort?: string;
  readonly verbosity?: string;
  readonly prompt_cache_key?: string;
  readonly web_search_options?: JsonObject;
  readonly service_tier?: string;
  readonly user?: string;
}

/** How the answer is to be shaped. */
export type OpenAIChatResponseFormat =
  | { readonly type: "text" }
  | { readonly type: "json_object" }
  | {
      readonly type: "json_schema";
      readonly json_schema: { readonly name: string; readonly schema: JsonObject; readonly strict?: boolean };
    };

/** A message of the conversation. */
export type OpenAIChatMessage =
  | {
      readonly role: "system" | "developer";
      readonly content: string | readonly OpenAIChatTextPart[];
      readonly name?: string;
    }
  | { readonly role: "user"; readonly content: string | readonly OpenAIChatPart[]; readonly name?: string }
  | {
      readonly role: "assistant";
      readonly content: string | readonly OpenAIChatTextPart[] | null;
      readonly tool_calls?: readonly OpenAIChatToolCall[];
      readonly reasoning_content?: string;
      readonly reasoning_details?: Json;
    }
  | {
      readonly role: "tool";
      readonly tool_call_id: string;
      readonly content: string | readonly OpenAIChatTextPart[];
    };

/** What every part may say: that a prefix ends with it that the cache is to keep. */
export type OpenAIChatBreakpoint = {
  readonly prompt_cache_breakpoint?: { readonly mode: "explicit" };
};

/** A piece of text. */
export type OpenAIChatTextPart = OpenAIChatBreakpoint & {
  readonly type: "text";
  readonly text: string;
};

/** A part of a user's message. */
export type OpenAIChatPart =
  | OpenAIChatTextPart
  | (OpenAIChatBreakpoint & {
      readonly type: "image_url";
      readonly image_url: { readonly url: string; readonly detail?: string };
    })
  | (OpenAIChatBreakpoint & {
      readonly type: "input_audio";
      readonly input_audio: { readonly data: string; readonly format: "wav" | "mp3" };
    })
  | (OpenAIChatBreakpoint & {
      readonly type: "file";
      readonly file: { readonly file_data?: string; readonly file_id?: string; readonly filename?: string };
    });

/** A function that the model may call. */
export type OpenAIChatTool = {
  readonly type: "function";
  readonly function: {
    readonly name: string;
    readonly description?: string;
    readonly parameters?: JsonObject;
    readonly strict?: boolean;
  };
};

/** A call of a function in a message. */
export type OpenAIChatToolCall = {
  readonly id: string;
  readonly type: "function";
  readonly function: { readonly name: string; readonly arguments: string };
  /** Gemini's compatible endpoint keeps its thought signature here. */
  readonly extra_content?: Json;
};

/** The `usage` of an answer. */
export interface OpenAIChatUsage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
  readonly prompt_tokens_details?: Readonly<Record<string, number>>;
  readonly completion_tokens_details?: Readonly<Record<string, number>>;
}

/** A whole answer. */
export interface OpenAIChatResponse {
  readonly id: string;
  readonly object: "chat.completion";
  readonly created: number;
  readonly model: string;
  readonly choices: readonly {
    readonly index: number;
    readonly message: {
      readonly role: "assistant";
      readonly content: string | null;
      readonly refusal: string | null;
      readonly reasoning_content?: string;
      readonly tool_calls?: readonly OpenAIChatToolCall[];
    };
    readonly logprobs?: Json;
    readonly finish_reason: string | null;
  }[];
  readonly usage?: OpenAIChatUsage;
}

/** One chunk of a streamed answer. */
export interface OpenAIChatChunk {
  readonly id: string;
  readonly object: "chat.completion.chunk";
  readonly created: number;
  readonly model: string;
  readonly choices: readonly {
    readonly index: number;
    readonly delta: OpenAIChatDelta;
    readonly logprobs?: Json;
    readonly finish_reason: string | null;
  }[];
  readonly usage?: OpenAIChatUsage | null;
}

/** What a chunk adds. */
export interface OpenAIChatDelta {
  readonly role?: "assistant";
  readonly content?: string | null;
  readonly refusal?: string | null;
  readonly reasoning_content?: string | null;
  readonly tool_calls?: readonly {
    readonly index: number;
    readonly id?: string;
    readonly type?: "function";
    readonly function: { readonly name?: string; readonly arguments?: string };
  }[];
}
