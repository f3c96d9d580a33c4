import { objectOf } from "../json.ts";
import type { Protocol } from "../response/assembled-response.ts";
import { encodeSse } from "../sse/encode-sse.ts";
import { streamOfAnthropic } from "./anthropic-stream.ts";
import { streamOfChat } from "./openai-chat-stream.ts";
import { streamOfResponses } from "./openai-responses-stream.ts";

/** How a body is written as a stream. */
export interface StreamOfBodyOptions {
  /** Whether a chat completion ends with the chunk of its usage, as `stream_options.include_usage` asks. Default false. */
  readonly includeUsage?: boolean;
}

/**
 * Writes the body of an answer that was not streamed as the events of a stream: one text an event, for Ollama one a line.
 * The same body gives the same texts, and {@link createStreamBody} gives the body again. Of what is no body of the protocol
 * it makes what it can; it throws only what `JSON.stringify` throws, for a body nested too deeply.
 */
export function streamOfBody(protocol: Protocol, body: unknown, options: StreamOfBodyOptions = {}): string[] {
  const answer = objectOf(body);
  switch (protocol) {
    case "openai-chat":
      return streamOfChat(answer, options.includeUsage ?? false);
    case "openai-responses":
      return streamOfResponses(answer);
    case "anthropic":
      return streamOfAnthropic(answer);
    // The events of these two have the shape of the body, so one is enough.
    case "gemini":
      return [encodeSse({ data: JSON.stringify(answer) })];
    case "ollama":
      return [`${JSON.stringify(answer)}\n`];
  }
}
