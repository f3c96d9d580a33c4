import type { ProviderError } from "../errors/provider-error.ts";
import type { Usage } from "../usage/usage.ts";
import type { AssembledResponse, Citation, ProviderData, TokenLogprob } from "./assembled-response.ts";
import type { Delta } from "./delta.ts";
import { finishReasonOf, type FinishReason } from "./finish-reason.ts";
import { NoteList } from "./note.ts";
import { makeCallId, type ToolCallDraft } from "./tool-call-draft.ts";

/** Options of every assembler and decoder. */
export interface AssembleOptions {
  /** Makes the id of a call that came without one. Default: `call_` and 32 random hex digits. */
  readonly createId?: () => string;
}

/**
 * Where every protocol puts the parts of an answer, from a whole body as from a stream, so that both end up the same.
 * Each method that adds something also appends what it added to `out`.
 */
export class ResponseBuilder {
  id = "";
  model = "";
  rawFinishReason: string | null = null;
  usage: Usage | null = null;
  providerData: ProviderData | undefined;
  /** The reason, lower case, that a provider gives with tool calls when it has no word of its own for them. */
  reasonWithCalls: string | undefined;
  /** True when the provider answered nothing because of what the prompt or the answer says. */
  blocked = false;
  readonly notes: NoteList = new NoteList();
  readonly calls: ToolCallDraft[] = [];
  /** Makes the id of a call that has none. */
  readonly createId: () => string;
  #text = "";
  #thinking = "";
  #refusal: string | undefined;
  #isThinking = false;
  #error: ProviderError | undefined;
  readonly #citations: Citation[] = [];
  readonly #logprobs: TokenLogprob[] = [];

  constructor(options: AssembleOptions = {}) {
    this.createId = options.createId ?? makeCallId;
  }

  /** The text so far. */
  get text(): string {
    return this.#text;
  }

  /** The reasoning so far. */
  get thinking(): string {
    return this.#thinking;
  }

  addText(text: string, out: Delta[]): void {
    if (text === "") return;
    this.#text += text;
    out.push({ type: "text", text });
  }

  addThinking(text: string, out: Delta[]): void {
    if (text === "") return;
    this.#isThinking = true;
    this.#thinking += text;
    out.push({ type: "thinking", text });
  }

  /** Says that something other than thinking goes on now. */
  endThinking(out: Delta[]): void {
    if (!this.#isThinking) return;
    this.#isThinking = false;
    out.push({ type: "thinking-end" });
  }

  addRefusal(text: string, out: Delta[]): void {
    if (text === "") return;
    this.#refusal = (this.#refusal ?? "") + text;
    out.push({ type: "refusal", text });
  }

  /** Begins a call; gives its draft, whose place in `calls` is its index. An absent or empty id is replaced by a made one. */
  startCall(id: string | undefined, name: string, out: Delta[]): ToolCallDraft {
    const madeId = id === undefined || id === "";
    if (madeId) this.notes.add("missing_tool_call_id", "A tool call came without an id.");
    const draft: ToolCallDraft = { id: madeId ? this.createId() : id, madeId, name, arguments: "" };
    out.push({ type: "tool-call-start", index: this.calls.length, id: draft.id, name });
    this.calls.push(draft);
    return draft;
  }

  addArguments(draft: ToolCallDraft, text: string, out: Delta[]): void {
    if (text === "") return;
    draft.arguments += text;
    out.push({ type: "tool-call-arguments", index: this.calls.indexOf(draft), text });
  }

  addCitation(citation: Citation, out: Delta[]): void {
    this.#citations.push(citation);
    out.push({ type: "citation", citation });
  }

  addLogprobs(logprobs: readonly TokenLogprob[]): void {
    for (const logprob of logprobs) this.#logprobs.push(logprob);
  }

  /** The provider failed in mid-stream; the first error stays. */
  fail(error: ProviderError, out: Delta[]): void {
    this.#error ??= error;
    out.push({ type: "error", error });
  }

  /** Puts the answer together. `complete` says whether the provider ended it. */
  build(complete: boolean): AssembledResponse {
    const refusal = this.#refusal;
    const error = this.#error;
    const finishReason = this.#finishReason();
    const isEmpty = this.#text === "" && this.calls.length === 0 && refusal === undefined;
    if (complete && isEmpty && error === undefined) {
      this.notes.add("empty_result", "The answer holds neither text nor a tool call.");
    }
    return {
      id: this.id,
      model: this.model,
      text: this.#text,
      thinking: this.#thinking,
      toolCalls: this.calls.map((call) => ({
        id: call.id,
        name: call.name,
        arguments: call.arguments === "" ? "{}" : call.arguments,
      })),
      ...(refusal === undefined ? {} : { refusal }),
      finishReason,
      rawFinishReason: this.rawFinishReason,
      usage: this.usage,
      ...(this.#logprobs.length === 0 ? {} : { logprobs: this.#logprobs }),
      ...(this.#citations.length === 0 ? {} : { citations: this.#citations }),
      ...(this.providerData === undefined ? {} : { providerData: this.providerData }),
      complete: complete && error === undefined,
      ...(error === undefined ? {} : { error }),
      notes: this.notes.toList(),
    };
  }

  #finishReason(): FinishReason {
    const reason = finishReasonOf(this.rawFinishReason);
    if (this.calls.length > 0) {
      const raw = this.rawFinishReason;
      if (reason !== "function_calls" && raw !== null && raw.toLowerCase() !== this.reasonWithCalls) {
        this.notes.add("finish_reason_mismatch", `The answer has tool calls but stopped for "${raw}".`);
      }
      return "function_calls";
    }
    return this.#refusal === undefined && !this.blocked ? reason : "content_filter";
  }
}
