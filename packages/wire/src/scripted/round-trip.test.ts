import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { assemble } from "../../test/agreement.ts";
import {
  createAnthropicAssembler,
  createOpenAIChatAssembler,
  createOpenAIResponsesAssembler,
  decodeAnthropic,
  decodeOpenAIChat,
  decodeOpenAIResponses,
  NO_USAGE,
  SseDecoder,
  type AssembledResponse,
  type StreamAssembler,
} from "../index.ts";
import {
  encodeAnthropicBody,
  encodeAnthropicEvents,
  encodeAnthropicStream,
  encodeOpenAIChatBody,
  encodeOpenAIChatChunks,
  encodeOpenAIChatStream,
  encodeOpenAIResponsesBody,
  encodeOpenAIResponsesEvents,
  encodeOpenAIResponsesStream,
  type EncodeOptions,
  type ScriptedResponse,
} from "./index.ts";

interface Codec {
  readonly name: string;
  readonly body: (script: ScriptedResponse, options?: EncodeOptions) => unknown;
  readonly events: (script: ScriptedResponse, options?: EncodeOptions) => readonly unknown[];
  readonly stream: (script: ScriptedResponse, options?: EncodeOptions) => readonly string[];
  readonly decode: (body: unknown) => AssembledResponse;
  readonly assembler: () => StreamAssembler;
}

const codecs: readonly Codec[] = [
  {
    name: "OpenAI chat",
    body: encodeOpenAIChatBody,
    events: encodeOpenAIChatChunks,
    stream: encodeOpenAIChatStream,
    decode: decodeOpenAIChat,
    assembler: createOpenAIChatAssembler,
  },
  {
    name: "OpenAI responses",
    body: encodeOpenAIResponsesBody,
    events: encodeOpenAIResponsesEvents,
    stream: encodeOpenAIResponsesStream,
    decode: decodeOpenAIResponses,
    assembler: createOpenAIResponsesAssembler,
  },
  {
    name: "Anthropic",
    body: encodeAnthropicBody,
    events: encodeAnthropicEvents,
    stream: encodeAnthropicStream,
    decode: decodeAnthropic,
    assembler: createAnthropicAssembler,
  },
];

const text = fc.oneof(fc.constant(""), fc.lorem(), fc.string({ unit: "grapheme" }));
const name = fc.string({ minLength: 1, maxLength: 10 });
const call = fc.record({
  id: name,
  name,
  // Arguments as JSON.stringify writes them, which is how Anthropic's come back.
  arguments: fc
    .dictionary(fc.string(), fc.jsonValue())
    .map((value) => JSON.stringify(JSON.parse(JSON.stringify(value)))),
});
const count = fc.nat(100_000);
const usage = fc
  .record({ uncached: count, cacheReadTokens: count, cacheWriteTokens: count, outputTokens: count })
  .map(({ uncached, ...parts }) => ({
    ...NO_USAGE,
    ...parts,
    inputTokens: uncached + parts.cacheReadTokens + parts.cacheWriteTokens,
    reasoningTokens: Math.floor(parts.outputTokens / 2),
  }));
const script = fc
  .record({
    id: name,
    model: name,
    text,
    thinking: text,
    toolCalls: fc.uniqueArray(call, { maxLength: 3, selector: (entry) => entry.id }),
    refusal: fc.option(fc.lorem(), { nil: undefined, freq: 8 }),
    finish: fc.constantFrom("stop", "length", "content_filter"),
    usage,
  })
  .map(({ refusal, finish, ...rest }): ScriptedResponse => {
    if (rest.toolCalls.length > 0) return { ...rest, finishReason: "function_calls" };
    if (refusal !== undefined) return { ...rest, refusal, finishReason: "content_filter" };
    return { ...rest, finishReason: finish };
  });
const split = fc.nat(6).map((size) => (given: string) => given.match(new RegExp(`.{1,${size + 1}}`, "gsu")) ?? []);

describe.each(codecs)("$name", ({ body, events, stream, decode, assembler }) => {
  test("a script comes back from its body and from its stream, however the texts are cut", () => {
    fc.assert(
      fc.property(script, split, (given, cut) => {
        const whole = decode(body(given));
        expect(whole).toMatchObject({ ...given, complete: true });
        expect(whole.notes.filter((note) => note.code !== "empty_result")).toEqual([]);
        expect(assemble(assembler(), events(given, { split: cut })).response).toEqual(whole);
      }),
    );
  });

  test("an assembled answer is a script, and its stream is read by the parser as any other", () => {
    const given: ScriptedResponse = {
      id: "x",
      model: "m",
      text: "Hello  there,\nyou.",
      thinking: "Hm, hm.",
      toolCalls: [{ id: "1", name: "f", arguments: '{"a":"b c"}' }],
      usage: { ...NO_USAGE, inputTokens: 3, outputTokens: 2 },
    };
    const first = decode(body(given));
    const bytes = new TextEncoder().encode(stream(first).join(""));
    const assembling = assembler();
    for (const event of new SseDecoder().push(bytes)) assembling.pushData(event.data);
    expect(assembling.finish()).toEqual(first);
  });

  test("the least script is an answer, and the same bytes each time", () => {
    expect(decode(body({ model: "m" }))).toMatchObject({ model: "m", text: "", finishReason: "stop", complete: true });
    expect(stream({ model: "m", text: "a b" })).toEqual(stream({ model: "m", text: "a b" }));
  });
});

test("arguments that are no JSON reach Anthropic's dialect as text", () => {
  const given = { model: "m", toolCalls: [{ id: "1", name: "f", arguments: "not json" }] };
  const expected = [{ id: "1", name: "f", arguments: '{"text":"not json"}' }];
  expect(decodeAnthropic(encodeAnthropicBody(given)).toolCalls).toEqual(expected);
  expect(assemble(createAnthropicAssembler(), encodeAnthropicEvents(given)).response.toolCalls).toEqual(expected);
});
