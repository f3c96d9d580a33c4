import { describe, expect, test } from "vitest";
import { countedIds } from "../../test/agreement.ts";
import { isStream, RECORDINGS, recordedExchanges, SKIPPED } from "../../test/recordings.ts";
import {
  createAnthropicAssembler,
  createGeminiAssembler,
  createOpenAIChatAssembler,
  createOpenAIResponsesAssembler,
  decodeAnthropic,
  decodeGemini,
  decodeOpenAIChat,
  decodeOpenAIResponses,
  SseDecoder,
  type AssembledResponse,
  type AssembleOptions,
  type Protocol,
  type StreamAssembler,
} from "../index.ts";
import { createStreamBody, streamOfBody, type StreamBody } from "./index.ts";

interface Recorded {
  readonly protocol: Exclude<Protocol, "ollama">;
  readonly path: (path: string) => boolean;
  readonly assembler: (options: AssembleOptions) => StreamAssembler;
  readonly decode: (body: unknown, options: AssembleOptions) => AssembledResponse;
  /** At least so many streams and whole answers are there. */
  readonly streams: number;
  readonly whole: number;
}

const recorded: readonly Recorded[] = [
  {
    protocol: "openai-chat",
    path: (path) => path.endsWith("/chat/completions"),
    assembler: createOpenAIChatAssembler,
    decode: decodeOpenAIChat,
    streams: 7,
    whole: 70,
  },
  {
    protocol: "openai-responses",
    path: (path) => path.endsWith("/responses"),
    assembler: createOpenAIResponsesAssembler,
    decode: decodeOpenAIResponses,
    streams: 11,
    whole: 60,
  },
  {
    protocol: "anthropic",
    path: (path) => path.endsWith("/v1/messages"),
    assembler: createAnthropicAssembler,
    decode: decodeAnthropic,
    streams: 4,
    whole: 80,
  },
  {
    protocol: "gemini",
    path: (path) => path.endsWith("enerateContent"),
    assembler: createGeminiAssembler,
    decode: decodeGemini,
    streams: 9,
    whole: 50,
  },
];

/** What JSON text holds of a value: some recorded probabilities are `-0`, which it writes as `0`. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const eventsOf = (text: string) => new SseDecoder().push(new TextEncoder().encode(text));

function rebuilt(protocol: Protocol, text: string): StreamBody {
  const stream = createStreamBody(protocol);
  for (const { data, event } of eventsOf(text)) stream.push(data, event);
  return stream;
}

describe.skipIf(RECORDINGS === undefined)(`recorded answers ${SKIPPED}`, () => {
  describe.each(recorded)("$protocol", ({ protocol, path, assembler, decode, ...least }) => {
    const exchanges = recordedExchanges(path).filter(({ status }) => status === 200);
    const streams = exchanges.filter(isStream);
    const whole = exchanges.filter((exchange) => !isStream(exchange));

    test("there are enough", () => {
      expect(streams.length).toBeGreaterThanOrEqual(least.streams);
      expect(whole.length).toBeGreaterThanOrEqual(least.whole);
    });

    test.each(streams)("$name: the rebuilt body reads as its stream", ({ body }) => {
      const assembling = assembler(countedIds());
      for (const { data } of eventsOf(body)) assembling.pushData(data);
      const stream = rebuilt(protocol, body);
      expect(decode(stream.body(), countedIds())).toEqual(assembling.finish());
      expect(stream).toMatchObject({ complete: true, frames: eventsOf(body).length, ended: assembling.ended });
    });

    test.each(streams)("$name: as a stream again, it is rebuilt the same", ({ body }) => {
      const known = plain(rebuilt(protocol, body).body());
      expect(rebuilt(protocol, streamOfBody(protocol, known, { includeUsage: true }).join("")).body()).toEqual(known);
    });

    test.each(whole)("$name: a whole answer comes through a stream", ({ body }) => {
      const stream = rebuilt(protocol, streamOfBody(protocol, body, { includeUsage: true }).join(""));
      expect(decode(stream.body(), countedIds())).toEqual(decode(plain(body), countedIds()));
      // Mistral's calls lack their type, which the SDKs ask of a stream, and number themselves.
      if (!JSON.stringify(body).includes('"tool_calls"')) expect(stream.body()).toEqual(plain(body));
    });
  });
});
