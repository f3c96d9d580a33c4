import type { ProviderError } from "../errors/provider-error.ts";
import type { Json, JsonObject } from "../json.ts";
import type { Usage } from "../usage/usage.ts";
import type { FinishReason } from "./finish-reason.ts";
import type { Note } from "./note.ts";

/** A call of a tool that the model asks for. */
export interface AssembledToolCall {
  /** The provider's id, or one that was made where the provider gave none. Never empty; unique within the answer. */
  readonly id: string;
  /** The name as the model gave it. */
  readonly name: string;
  /** The arguments as JSON text, `"{}"` when there are none. What the model wrote: not checked to be valid JSON. */
  readonly arguments: string;
}

/** The log probability of one token. */
export interface TokenLogprob {
  readonly token: string;
  readonly logprob: number;
  readonly topLogprobs: readonly { readonly logprob: number; readonly bytes: readonly number[] | null }[];
  readonly bytes: readonly number[] | null;
}

/** A source that the provider names for a part of the text. */
export interface Citation {
  readonly url?: string;
  readonly title?: string;
  /** The passage of the source. */
  readonly citedText?: string;
  /** Where in `text` of the answer the cited part begins and ends, in UTF-16 units, when the provider says so. */
  readonly startIndex?: number;
  readonly endIndex?: number;
  /** The provider's own object. */
  readonly raw: JsonObject;
}

/** What must be sent back unchanged, for the model to go on from this answer. Opaque: only the protocol's encoder reads it. */
export interface ProviderData {
  /** The protocol whose encoder understands `data`. */
  readonly protocol: Protocol;
  readonly data: Json;
}

/** The protocols of this package. */
export type Protocol = "openai-chat" | "openai-responses" | "anthropic" | "gemini" | "ollama";

/** A model's whole answer in one shape for all providers, from a body or from a stream. Plain JSON. */
export interface AssembledResponse {
  /** The provider's id of the answer, `""` when it gave none. */
  readonly id: string;
  /** The model that answered, as the provider names it, `""` when it does not. */
  readonly model: string;
  readonly text: string;
  /** The model's reasoning, where the provider shows it. */
  readonly thinking: string;
  readonly toolCalls: readonly AssembledToolCall[];
  /** The model's words of refusal, where the provider keeps them apart from the text. */
  readonly refusal?: string;
  /** Why the model stopped: `function_calls` whenever there are calls, `content_filter` whenever there is a refusal. */
  readonly finishReason: FinishReason;
  /** The provider's word for it; `null` when it gave none. */
  readonly rawFinishReason: string | null;
  /** `null` when the provider did not report it. */
  readonly usage: Usage | null;
  readonly logprobs?: readonly TokenLogprob[];
  readonly citations?: readonly Citation[];
  readonly providerData?: ProviderData;
  /** False when the stream ended before the provider said that the answer was over, or in an error. */
  readonly complete: boolean;
  /** The error that the provider sent in mid-stream. */
  readonly error?: ProviderError;
  readonly notes: readonly Note[];
}
