import type { AssembledToolCall } from "../response/assembled-response.ts";
import type { Usage } from "../usage/usage.ts";

/** An answer that a scripted or recorded server is to give: an `AssembledResponse` serves as one. Only `model` must be there. */
export interface ScriptedResponse {
  readonly id?: string;
  readonly model: string;
  readonly text?: string;
  readonly thinking?: string;
  readonly toolCalls?: readonly AssembledToolCall[];
  readonly refusal?: string;
  /** Default: `function_calls` with calls, else `stop`. */
  readonly finishReason?: "stop" | "length" | "function_calls" | "content_filter" | "unknown";
  /** `null` or absent: none is reported, or zeros where the protocol demands some. */
  readonly usage?: Usage | null;
}

/** How an answer is written. The same script and options give the same bytes. */
export interface EncodeOptions {
  /** The time of the answer in seconds since 1970. Default 0. */
  readonly created?: number;
  /** Cuts texts and arguments into the pieces of a stream. Default: word by word. */
  readonly split?: (text: string) => readonly string[];
  /** What stands for the signature of thinking (Anthropic). Default `c2NyaXB0ZWQ=`. */
  readonly signature?: string;
}

/** Cuts a text into words, each with the white space after it. Joined they are the text again. */
export function splitWords(text: string): readonly string[] {
  return text.match(/\S+\s*|\s+/g) ?? [];
}

/** The pieces of a text, none of them empty. */
export function piecesOf(text: string | undefined, options: EncodeOptions): readonly string[] {
  return (options.split ?? splitWords)(text ?? "").filter((piece) => piece !== "");
}
