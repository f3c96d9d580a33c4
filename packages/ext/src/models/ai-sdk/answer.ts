import { isObject, type Json } from "@tesserae/core";
import type { AssembledResponse } from "@tesserae/wire/response";
import { AnswerParts } from "./answer-parts.ts";
import { toProviderData } from "./provider-data.ts";
import { readFinishReason, readUsage } from "./read-usage.ts";

type Source = Readonly<Record<string, unknown>>;

/** An answer of a model of the AI SDK, whole or part by part, in the one shape of all providers. */
export class Answer {
  readonly parts: AnswerParts = new AnswerParts();
  /** True once the model said that the answer is over. */
  complete = false;
  /** False for an answer that came as a whole. */
  streamed = true;
  #id = "";
  #model = "";
  #usage: unknown;
  #reason: unknown;

  /** Reads what `doGenerate` gave. */
  static ofResult(result: unknown): Answer {
    const answer = new Answer();
    answer.streamed = false;
    const { content, usage, finishReason, response }: Source = isObject(result) ? result : {};
    if (Array.isArray(content)) for (const part of content) answer.push(part);
    if (isObject(response)) answer.#metadata(response);
    answer.#usage = usage;
    answer.#reason = finishReason;
    answer.complete = Array.isArray(content);
    return answer;
  }

  /** Takes a part, of a whole answer or of a stream. Gives the text that it adds, or says that reasoning is over. */
  push(part: unknown): { readonly type: "text" | "reasoning" | "reasoning-end"; readonly text: string } | undefined {
    if (!isObject(part)) return undefined;
    const id = typeof part["id"] === "string" ? part["id"] : "";
    const delta = typeof part["delta"] === "string" ? part["delta"] : "";
    switch (part["type"]) {
      case "text-start":
      case "reasoning-start":
        this.parts.start(part["type"] === "text-start" ? "text" : "reasoning", id, part);
        return part["type"] === "text-start" ? REASONING_END : undefined;
      case "text-delta":
        this.parts.add("text", id, delta, part);
        return { type: "text", text: delta };
      case "reasoning-delta":
        this.parts.add("reasoning", id, delta, part);
        return { type: "reasoning", text: delta };
      case "text-end":
        this.parts.end("text", id, part);
        return undefined;
      case "reasoning-end":
        this.parts.end("reasoning", id, part);
        return REASONING_END;
      case "tool-input-start":
        this.parts.start("tool-call", id, part);
        return REASONING_END;
      case "tool-input-delta":
        this.parts.add("tool-call", id, delta, part);
        return undefined;
      default:
        return this.#pushWhole(part);
    }
  }

  /** The answer. `named` gives a tool its real name. */
  finish(provider: string, named: (name: string) => string, createId: () => string): AnswerAndData {
    const { ours, raw } = readFinishReason(this.#reason);
    const toolCalls = this.parts.calls(named, createId);
    const prompt = this.parts.toPrompt();
    return {
      response: {
        id: this.#id,
        model: this.#model,
        text: this.parts.text,
        thinking: this.parts.reasoning,
        toolCalls,
        finishReason: toolCalls.length > 0 ? "function_calls" : ours,
        rawFinishReason: raw,
        usage: readUsage(this.#usage),
        complete: this.complete,
        notes: [],
      },
      providerData: prompt === undefined ? undefined : toProviderData(provider, prompt),
    };
  }

  #pushWhole(part: Source): { readonly type: "reasoning-end"; readonly text: string } | undefined {
    switch (part["type"]) {
      case "text":
      case "reasoning": {
        const text = typeof part["text"] === "string" ? part["text"] : "";
        this.parts.start(part["type"], "", part).text = text;
        return undefined;
      }
      case "tool-call":
        this.parts.call(part);
        return REASONING_END;
      case "tool-result":
        this.parts.result(part);
        return undefined;
      case "response-metadata":
        this.#metadata(part);
        return undefined;
      case "finish":
        this.#usage = part["usage"];
        this.#reason = part["finishReason"];
        this.complete = true;
        return REASONING_END;
      default:
        return undefined;
    }
  }

  #metadata(source: Source): void {
    if (typeof source["id"] === "string") this.#id = source["id"];
    if (typeof source["modelId"] === "string") this.#model = source["modelId"];
  }
}

/** An answer, and what must go back with it. */
export interface AnswerAndData {
  readonly response: AssembledResponse;
  readonly providerData: Json | undefined;
}

const REASONING_END = { type: "reasoning-end", text: "" } as const;
