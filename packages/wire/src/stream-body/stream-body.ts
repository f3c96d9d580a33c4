import { isRawObject, parseJson, type Json, type RawObject } from "../json.ts";
import type { Protocol } from "../response/assembled-response.ts";
import { AnthropicBody } from "./anthropic-body.ts";
import { GeminiBody } from "./gemini-body.ts";
import { OllamaBody } from "./ollama-body.ts";
import { OpenAIChatBody } from "./openai-chat-body.ts";
import { OpenAIResponsesBody } from "./openai-responses-body.ts";

/** Rebuilds a provider's whole body from the events of its stream. Made for one stream. */
export interface StreamBody {
  /**
   * Takes the data of one server-sent event, or one line. `event` is the name of the event, for data that do not say
   * themselves what they are. Never throws; what is no JSON object counts as a frame and changes nothing.
   */
  push(data: string, event?: string): void;
  /** True once the provider said that the answer is over. */
  readonly complete: boolean;
  /** True once the stream's last event was taken: nothing of use follows. */
  readonly ended: boolean;
  /** How many events were taken. */
  readonly frames: number;
  /** The body as far as it came, in the shape of an answer that is not streamed; `undefined` before there is any. */
  body(): Json | undefined;
}

/** What the body of one protocol is made of. */
interface ProtocolBody {
  readonly complete: boolean;
  readonly ended: boolean;
  add(event: RawObject): void;
  body(): Json | undefined;
}

/** The protocols whose events say what they are; their servers name the server-sent event the same. */
const NAMED: ReadonlySet<Protocol> = new Set<Protocol>(["anthropic", "openai-responses"]);

class EventStreamBody implements StreamBody {
  frames = 0;
  readonly #protocol: Protocol;
  readonly #made: ProtocolBody;
  #isDone = false;

  constructor(protocol: Protocol) {
    this.#protocol = protocol;
    this.#made = bodyOf(protocol);
  }

  get complete(): boolean {
    return this.#made.complete || (this.#isDone && this.#protocol === "openai-chat");
  }

  get ended(): boolean {
    return this.#made.ended || this.#isDone;
  }

  push(data: string, event?: string): void {
    this.frames += 1;
    if (data === "[DONE]") {
      this.#isDone = true;
      return;
    }
    const parsed = parseJson(data);
    // Gemini without `alt=sse` sends its events, and its errors, in a list.
    for (const entry of Array.isArray(parsed) ? parsed : [parsed]) {
      if (!isRawObject(entry)) continue;
      const takesName = event !== undefined && NAMED.has(this.#protocol) && typeof entry["type"] !== "string";
      this.#made.add(takesName ? { ...entry, type: event } : entry);
    }
  }

  body(): Json | undefined {
    return this.#made.body();
  }
}

/**
 * Makes what rebuilds the whole body of one streamed answer. Tool calls' arguments and inputs that are no JSON stay the text
 * that came; members that nobody knows are kept.
 */
export function createStreamBody(protocol: Protocol): StreamBody {
  return new EventStreamBody(protocol);
}

function bodyOf(protocol: Protocol): ProtocolBody {
  switch (protocol) {
    case "openai-chat":
      return new OpenAIChatBody();
    case "openai-responses":
      return new OpenAIResponsesBody();
    case "anthropic":
      return new AnthropicBody();
    case "gemini":
      return new GeminiBody();
    case "ollama":
      return new OllamaBody();
  }
}
