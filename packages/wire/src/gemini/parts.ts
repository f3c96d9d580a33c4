import { textOf, type Json, type RawObject } from "../json.ts";
import type { ProviderData } from "../response/assembled-response.ts";

/** The answer's own parts, which an encoder sends back unchanged: a thought signature counts only on its part. */
export interface GeminiProviderData {
  readonly parts: Json;
}

/** Collects the parts of an answer; text that was cut into several events becomes one part again. */
export class GeminiParts {
  readonly #parts: Record<string, unknown>[] = [];
  #kept = false;

  add(part: RawObject): void {
    const last = this.#parts.at(-1);
    if (last !== undefined && isPlainText(part) && isPlainText(last) && last["thought"] === part["thought"]) {
      last["text"] = textOf(last["text"]) + textOf(part["text"]);
      return;
    }
    this.#parts.push({ ...part });
    const isCall = part["functionCall"] !== undefined && part["thoughtSignature"] === undefined;
    if (!isPlainText(part) && !isCall) this.#kept = true;
  }

  /** `undefined` where text and calls say it all. */
  toProviderData(): ProviderData | undefined {
    if (!this.#kept) return undefined;
    const data: GeminiProviderData = { parts: this.#parts as Json };
    return { protocol: "gemini", data: { ...data } };
  }
}

/** A signed part is never merged: the signature is over its own text. */
function isPlainText(part: RawObject): boolean {
  return typeof part["text"] === "string" && part["thoughtSignature"] === undefined;
}
