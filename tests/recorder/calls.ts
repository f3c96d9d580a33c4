import type { TessenEvent } from "@tesserae/tessen/events";

/** What a calling program is to do. */
export interface CallingTask {
  /** Begins each question. */
  readonly name: string;
  readonly seconds: number;
  /** Default: as many as go. */
  readonly perSecond?: number;
  /** The sizes of the questions in characters, in turn. */
  readonly sizes: readonly number[];
  /**
   * `sdk`: calls of the vendor's SDK, recorded by `init()`. `log`: what such a call leaves is written to the log itself,
   * for machines on which the SDK alone takes all of the time.
   */
  readonly through: "sdk" | "log";
  /** Says on standard output which calls have come back, and which events are promised to outlive a kill. */
  readonly tells?: boolean;
}

/** The last line of a calling program. */
export interface CallingEnd {
  readonly pid: number;
  readonly made: number;
  readonly milliseconds: number;
  /** Whether everything was on disk when it said so. */
  readonly complete: boolean;
  /** Lines that went through the log's thread: what is large, and while writing takes long, everything. */
  readonly threadLines: number;
}

/** A question that can be told from all others, and whose every letter follows from its beginning. */
export function questionOf(name: string, number: number, sizes: readonly number[]): string {
  const size = sizes[number % sizes.length] ?? 0;
  const beginning = `${name}-${number} `;
  return beginning.repeat(Math.max(1, Math.ceil(size / beginning.length)));
}

/** How a question begins: it names the call. */
export function callOf(question: string): string {
  return question.slice(0, question.indexOf(" "));
}

/** Whether an event's bodies are, to the letter, those of a call that can have been made. */
export function isWhole(event: TessenEvent, sizes: readonly number[]): boolean {
  const question = questionIn(event.request_body);
  const [, name = "", number = ""] = /^(\w+)-(\d+) /.exec(question) ?? [];
  return (
    question === questionOf(name, Number(number), sizes) && JSON.stringify(event.response_body) === answerTo(question)
  );
}

/** The request's body. */
export function requestTo(question: string): { model: string; messages: { role: "user"; content: string }[] } {
  return { model: "gpt-4o-mini", messages: [{ role: "user", content: question }] };
}

/** The question in a request's body; empty where there is none. */
export function questionIn(body: unknown): string {
  const { messages = [] } = (body ?? {}) as { readonly messages?: readonly { readonly content?: unknown }[] };
  const content = messages[0]?.content;
  return typeof content === "string" ? content : "";
}

/** The provider's answer in JSON. */
export function answerTo(question: string): string {
  const message = { role: "assistant", content: `You asked: ${question}`, refusal: null };
  const choices = [{ index: 0, message, logprobs: null, finish_reason: "stop" }];
  const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
  const body = { id: "chatcmpl-1", object: "chat.completion", created: 1, model: "gpt-4o-mini", choices, usage };
  return JSON.stringify(body);
}
