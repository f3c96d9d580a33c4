/** The ways in which a program may call an SDK, for both vendors: each gives what the caller gets to see. */
import type { ServerResponse } from "node:http";
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { ANTHROPIC_ERROR, CHAT, CHAT_EVENTS, MESSAGE, MESSAGE_EVENTS, OPENAI_ERROR } from "./answers.ts";
import { sendJson, startEvents, type Respond } from "./model-server.ts";

/** One SDK as the tests use it. */
export interface SdkUnderTest {
  readonly name: string;
  readonly provider: string;
  readonly whole: Record<string, unknown>;
  readonly pieces: readonly string[];
  readonly refusal: Record<string, unknown>;
  /** A plain call. */
  call(baseURL: string, options?: CallOptions): Promise<unknown>;
  /** A stream that is read to its end; what it gave. */
  iterate(baseURL: string, options?: CallOptions & { leaveAfter?: number }): Promise<unknown>;
  /** The helper that assembles a stream. */
  helper(baseURL: string): Promise<unknown>;
  /** The response itself, and what is in it. */
  raw(baseURL: string): Promise<unknown>;
  /** Data and response together. */
  both(baseURL: string): Promise<unknown>;
}

/** What a call may be made with. */
export interface CallOptions {
  readonly maxRetries?: number;
  readonly signal?: AbortSignal;
  readonly onPiece?: () => void | Promise<void>;
}

const MESSAGES = [{ role: "user" as const, content: "Say hello." }];

function openai(baseURL: string): OpenAI {
  return new OpenAI({ apiKey: "sk-test", baseURL: `${baseURL}/v1`, maxRetries: 2, timeout: 20_000 });
}

function anthropic(baseURL: string): Anthropic {
  return new Anthropic({ apiKey: "sk-test", baseURL, maxRetries: 2, timeout: 20_000 });
}

const chat = { model: "gpt-4o", messages: MESSAGES };
const message = { model: "claude-haiku-4-5", max_tokens: 64, messages: MESSAGES };

async function take(
  stream: AsyncIterable<unknown>,
  options: { leaveAfter?: number; onPiece?: () => void | Promise<void> },
): Promise<unknown[]> {
  const pieces: unknown[] = [];
  for await (const piece of stream) {
    pieces.push(piece);
    await options.onPiece?.();
    if (pieces.length === options.leaveAfter) break;
  }
  return pieces;
}

const OPENAI: SdkUnderTest = {
  name: "openai",
  provider: "openai",
  whole: CHAT,
  pieces: CHAT_EVENTS,
  refusal: OPENAI_ERROR,
  call: (url, { maxRetries, signal } = {}) =>
    openai(url).chat.completions.create(chat, requestOptions(maxRetries, signal)),
  iterate: async (url, options = {}) =>
    take(
      await openai(url).chat.completions.create(
        { ...chat, stream: true, stream_options: { include_usage: true } },
        requestOptions(options.maxRetries, options.signal),
      ),
      options,
    ),
  helper: (url) => openai(url).chat.completions.stream(chat).finalChatCompletion(),
  raw: async (url) => {
    const response = await openai(url).chat.completions.create(chat).asResponse();
    return { isResponse: response instanceof Response, status: response.status, text: await response.text() };
  },
  both: async (url) => {
    const { data, response, request_id } = await openai(url).chat.completions.create(chat).withResponse();
    return { data, request_id, used: response.bodyUsed, type: response.headers.get("content-type") };
  },
};

const ANTHROPIC: SdkUnderTest = {
  name: "@anthropic-ai/sdk",
  provider: "anthropic",
  whole: MESSAGE,
  pieces: MESSAGE_EVENTS,
  refusal: ANTHROPIC_ERROR,
  call: (url, { maxRetries, signal } = {}) =>
    anthropic(url).messages.create(message, requestOptions(maxRetries, signal)),
  iterate: async (url, options = {}) =>
    take(
      await anthropic(url).messages.create(
        { ...message, stream: true },
        requestOptions(options.maxRetries, options.signal),
      ),
      options,
    ),
  helper: (url) => anthropic(url).messages.stream(message).finalMessage(),
  raw: async (url) => {
    const response = await anthropic(url).messages.create(message).asResponse();
    return { isResponse: response instanceof Response, status: response.status, text: await response.text() };
  },
  both: async (url) => {
    const { data, response, request_id } = await anthropic(url).messages.create(message).withResponse();
    return { data, request_id, used: response.bodyUsed, type: response.headers.get("content-type") };
  },
};

/** Both SDKs. */
export const SDKS: readonly SdkUnderTest[] = [OPENAI, ANTHROPIC];

function requestOptions(maxRetries?: number, signal?: AbortSignal): { maxRetries?: number; signal?: AbortSignal } {
  return { ...(maxRetries === undefined ? {} : { maxRetries }), ...(signal === undefined ? {} : { signal }) };
}

/** Answers as the provider does: whole, or as a stream where that was asked for. */
export function answering(sdk: SdkUnderTest): Respond {
  return (reply, { body }) => {
    if (body["stream"] === true) sendEvents(reply, sdk.pieces);
    else sendJson(reply, sdk.whole);
  };
}

/** Refuses so many times, then answers. */
export function refusing(sdk: SdkUnderTest, statuses: readonly number[]): Respond {
  return (reply, request, count) => {
    const status = statuses[count - 1];
    if (status === undefined) void answering(sdk)(reply, request, count);
    else sendJson(reply, sdk.refusal, status, { "retry-after-ms": "1" });
  };
}

/** Sends a whole stream. */
export function sendEvents(reply: ServerResponse, events: readonly string[]): void {
  startEvents(reply);
  for (const each of events) reply.write(each);
  reply.end();
}
