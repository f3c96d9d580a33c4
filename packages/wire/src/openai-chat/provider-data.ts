import { listOf, objectOf, type Json } from "../json.ts";
import type { ProviderData } from "../response/assembled-response.ts";

/** What an OpenAI-compatible server wants back on the assistant's message of the next request. */
export interface OpenAIChatProviderData {
  /** OpenRouter's reasoning blocks with their signatures: goes on the message. */
  readonly reasoning_details?: Json;
  /** `extra_content` by the place of the tool call (Gemini's thought signatures); `null` where a call has none. */
  readonly tool_call_extra_content?: Json;
}

/** Collects the pieces of `reasoning_details`: those of one type and index are one block. */
export class ReasoningDetails {
  readonly #blocks: Record<string, Json>[] = [];

  read(details: unknown): void {
    for (const entry of listOf(details)) {
      const piece = objectOf(entry);
      const last = this.#blocks.at(-1);
      const same = last !== undefined && last["type"] === piece["type"] && last["index"] === piece["index"];
      if (same && piece["index"] !== undefined) merge(last, piece);
      else this.#blocks.push({ ...(piece as Record<string, Json>) });
    }
  }

  toProviderData(extras: Json | undefined): ProviderData | undefined {
    if (this.#blocks.length === 0 && extras === undefined) return undefined;
    const data: OpenAIChatProviderData = {
      ...(this.#blocks.length === 0 ? {} : { reasoning_details: this.#blocks }),
      ...(extras === undefined ? {} : { tool_call_extra_content: extras }),
    };
    return { protocol: "openai-chat", data: { ...data } };
  }
}

/** Text grows, everything else is replaced by what came last. */
function merge(block: Record<string, Json>, piece: Readonly<Record<string, unknown>>): void {
  for (const [key, value] of Object.entries(piece)) {
    if (value === null || value === undefined) continue;
    const before = block[key];
    const grows = key === "text" || key === "summary" || key === "data";
    if (grows && typeof before === "string" && typeof value === "string") block[key] = before + value;
    else block[key] = value as Json;
  }
}
