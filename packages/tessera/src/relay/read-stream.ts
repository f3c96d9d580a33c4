import { createAnthropicAssembler, createOpenAIChatAssembler, createOpenAIResponsesAssembler } from "@tesserae/wire";
import type { AssembledResponse, Protocol, StreamAssembler } from "@tesserae/wire/response";
import { SseDecoder } from "@tesserae/wire/sse";
import type { Usage } from "@tesserae/wire/usage";
import { believed } from "./estimate.ts";

/** What an answer said of itself. */
export interface AnswerFacts {
  /** `""` where it names none. */
  readonly model: string;
  readonly usage: Usage | null;
  /** The provider's word. */
  readonly finish: string | null;
  /** True when the provider said that the answer was over. */
  readonly complete: boolean;
  /** True when the provider reported an error in the stream. */
  readonly failed: boolean;
}

const LINE_FEED = 0x0a;
/** Of the last events of a stream so many are looked at; the usage is in one of them. */
const LAST_EVENTS = 4;

/** Reads the end of a stream: its last events alone, and the first one where that holds a part of the usage. */
export function readStreamEnd(protocol: Protocol, beginning: Buffer, ending: Buffer): AnswerFacts {
  const assembler = assemblerOf(protocol);
  const from = startOfLastEvents(ending);
  const isWhole = beginning.length === ending.length;
  if (protocol === "anthropic" && (from > 0 || !isWhole)) {
    for (const { data } of new SseDecoder().push(beginning.subarray(0, endOfFirstEvents(beginning)))) {
      if (data.includes('"message_start"')) assembler.pushData(data);
    }
  }
  const decoder = new SseDecoder();
  for (const { data } of decoder.push(ending.subarray(from))) assembler.pushData(data);
  const last = decoder.end();
  if (last !== undefined) assembler.pushData(last.data);
  const { model, usage, rawFinishReason, complete, error } = assembler.finish();
  return {
    model,
    usage: believed(usage),
    finish: rawFinishReason,
    complete: complete && error === undefined,
    failed: error !== undefined,
  };
}

/** Puts together what came of a stream that was cut, to estimate what it used. */
export function readWholeStream(protocol: Protocol, bytes: Buffer): AssembledResponse {
  const assembler = assemblerOf(protocol);
  for (const { data } of new SseDecoder().push(bytes)) assembler.pushData(data);
  return assembler.finish();
}

/** What puts a stream of a protocol together. */
export function assemblerOf(protocol: Protocol): StreamAssembler {
  if (protocol === "anthropic") return createAnthropicAssembler();
  return protocol === "openai-responses" ? createOpenAIResponsesAssembler() : createOpenAIChatAssembler();
}

/** Where the last events begin, so many that the end of an answer and its usage are among them. */
export function startOfLastEvents(bytes: Buffer): number {
  let at = bytes.length;
  for (let events = 0; events <= LAST_EVENTS;) {
    const start = endOfEventBefore(bytes, at - 1);
    if (start <= 0) return 0;
    if (saysSomething(bytes.subarray(start, at))) events += 1;
    at = start;
  }
  return at;
}

/** False for what only keeps a connection alive: comments, blank lines and pings, of which there may be many. */
function saysSomething(event: Buffer): boolean {
  return event.includes(DATA) && !(event.length <= LONGEST_PING && event.includes(PING));
}

const DATA = Buffer.from("data:");
const PING = Buffer.from('"ping"');
const LONGEST_PING = 64;

/** The end of the last event that ends before `before`; 0 where there is none. */
function endOfEventBefore(bytes: Buffer, before: number): number {
  let at = before;
  for (;;) {
    at = at <= 0 ? -1 : bytes.lastIndexOf(LINE_FEED, at - 1);
    if (at <= 0) return 0;
    if (bytes[at - 1] === LINE_FEED || (bytes[at - 1] === 0x0d && bytes[at - 2] === LINE_FEED)) return at + 1;
  }
}

/** The first events of an Anthropic stream hold `message_start`; a ping or a comment may come before it. */
function endOfFirstEvents(bytes: Buffer): number {
  const end = bytes.indexOf('"message_start"');
  if (end === -1) return 0;
  const line = bytes.indexOf("\n\n", end);
  return line === -1 ? bytes.length : line + 2;
}
