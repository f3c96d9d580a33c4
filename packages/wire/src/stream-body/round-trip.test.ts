import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isJson } from "../../test/agreement.ts";
import { SseDecoder, type Protocol } from "../index.ts";
import { encodeAnthropicBody } from "../scripted/index.ts";
import { createStreamBody, streamOfBody, type StreamBody } from "./index.ts";

/** Reads the texts of a stream as a client would. */
function rebuilt(protocol: Protocol, texts: readonly string[]): StreamBody {
  const body = createStreamBody(protocol);
  if (protocol === "ollama") for (const line of texts) body.push(line);
  else
    for (const { data, event } of new SseDecoder().push(new TextEncoder().encode(texts.join(""))))
      body.push(data, event);
  return body;
}

const text = fc.string({ unit: "grapheme", maxLength: 20 });
const name = fc.constantFrom("x", "y_z", "__proto__", "constructor", "ü");
const some = fc.jsonValue({ maxDepth: 2, stringUnit: "grapheme" }).filter((value) => value !== null);
/** Members that nobody knows. */
const odd = fc.array(fc.tuple(name, some), { maxLength: 2 }).map((entries): object => Object.fromEntries(entries));
const withOdd = (known: fc.Arbitrary<object>): fc.Arbitrary<object> =>
  fc.tuple(known, odd).map(([body, more]) => Object.fromEntries([...Object.entries(more), ...Object.entries(body)]));
const optional = (fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<object> =>
  fc.record(fields, { requiredKeys: [] });
const both = (required: Record<string, fc.Arbitrary<unknown>>, more: fc.Arbitrary<object>): fc.Arbitrary<object> =>
  withOdd(fc.tuple(fc.record(required), more).map(([a, b]) => ({ ...a, ...b })));
const nothing = fc.constant(null);

const chatCall = both(
  {
    id: fc.string({ minLength: 1 }),
    type: fc.constant("function"),
    function: fc.record({ name: text, arguments: fc.oneof(text, fc.json()) }),
  },
  optional({ extra_content: some }),
);
const chatMessage = both(
  {
    role: fc.constant("assistant"),
    content: fc.oneof(text, nothing, fc.array(fc.record({ type: fc.constant("text"), text }))),
  },
  optional({
    refusal: fc.oneof(text, nothing),
    reasoning_content: fc.oneof(text, nothing),
    reasoning: text,
    tool_calls: fc.oneof(fc.array(chatCall, { maxLength: 3 }), nothing),
    annotations: fc.array(some),
  }),
);
const chatChoice = both(
  { message: chatMessage, finish_reason: fc.constantFrom("stop", "tool_calls", "length") },
  optional({ logprobs: fc.oneof(nothing, fc.record({ content: fc.array(some), refusal: nothing })) }),
);
const bodies: Record<Protocol, fc.Arbitrary<object>> = {
  "openai-chat": both(
    {
      id: text,
      object: fc.constant("chat.completion"),
      created: fc.nat(),
      model: text,
      choices: fc
        .array(chatChoice, { minLength: 1, maxLength: 3 })
        .map((choices) => choices.map((choice, index) => ({ ...choice, index }))),
    },
    optional({ usage: fc.record({ prompt_tokens: fc.nat() }), system_fingerprint: fc.oneof(text, nothing) }),
  ),
  "openai-responses": both(
    {
      id: text,
      object: fc.constant("response"),
      status: fc.constantFrom("completed", "incomplete", "failed"),
      output: fc.array(
        fc.oneof(
          both({ type: fc.constant("function_call"), call_id: text, name: text, arguments: text }, fc.constant({})),
          both(
            {
              type: fc.constant("message"),
              content: fc.array(fc.oneof(some, fc.record({ type: fc.constant("output_text"), text }))),
            },
            fc.constant({}),
          ),
          some.filter((value) => typeof value === "object"),
        ),
        { maxLength: 3 },
      ),
      usage: fc.record({ input_tokens: fc.nat() }),
    },
    optional({ error: nothing, incomplete_details: nothing }),
  ),
  anthropic: both(
    {
      id: text,
      type: fc.constant("message"),
      content: fc.array(
        fc.oneof(
          both({ type: fc.constant("text"), text }, optional({ citations: fc.oneof(nothing, fc.array(some)) })),
          both({ type: fc.constant("thinking"), thinking: text }, optional({ signature: text })),
          both(
            { type: fc.constant("tool_use"), id: text, name: text, input: fc.oneof(some, nothing) },
            fc.constant({}),
          ),
          fc.record({ type: fc.constant("redacted_thinking"), data: text }),
        ),
        { maxLength: 4 },
      ),
      stop_reason: fc.constantFrom("end_turn", "tool_use"),
      usage: fc.record({
        input_tokens: fc.nat(),
        output_tokens: fc.nat(),
        cache_read_input_tokens: fc.oneof(nothing, fc.nat()),
      }),
    },
    optional({ stop_sequence: fc.oneof(text, nothing), stop_details: nothing, container: fc.record({ id: text }) }),
  ),
  gemini: both(
    {
      candidates: fc
        .array(
          both(
            {
              content: fc.record({ role: fc.constant("model"), parts: fc.array(fc.oneof(fc.record({ text }), some)) }),
              finishReason: fc.constant("STOP"),
            },
            optional({ groundingMetadata: some, logprobsResult: fc.record({ chosenCandidates: fc.array(some) }) }),
          ),
          { minLength: 1, maxLength: 2 },
        )
        .map((candidates) => candidates.map((candidate, index) => ({ ...candidate, index }))),
    },
    optional({ usageMetadata: some, modelVersion: text }),
  ),
  ollama: both(
    {
      model: text,
      message: both({ content: text }, optional({ tool_calls: fc.array(some), thinking: text })),
      done: fc.constant(true),
    },
    optional({ done_reason: text, eval_count: fc.nat() }),
  ),
};

const protocols: readonly Protocol[] = ["openai-chat", "openai-responses", "anthropic", "gemini", "ollama"];

describe.each(protocols)("%s", (protocol) => {
  test("a body comes through a stream as it was", () => {
    fc.assert(
      fc.property(bodies[protocol], (body) => {
        // What is not in the text of the body is not in it: no `undefined`, no `-0`.
        const known: unknown = JSON.parse(JSON.stringify(body));
        const texts = streamOfBody(protocol, known, { includeUsage: true });
        const stream = rebuilt(protocol, texts);
        expect(stream.body()).toEqual(known);
        expect(stream.complete).toBe(true);
        expect(streamOfBody(protocol, known, { includeUsage: true })).toEqual(texts);
      }),
    );
  });

  test("no input makes it throw, and what it gives is JSON", () => {
    const type = fc.constantFrom(
      "message_start",
      "content_block_start",
      "content_block_delta",
      "message_delta",
      "error",
      "response.created",
      "response.output_item.added",
      "response.output_item.done",
      "response.output_text.delta",
      "response.content_part.added",
      "response.output_text.annotation.added",
      "response.function_call_arguments.delta",
      "response.reasoning_summary_text.delta",
      "response.completed",
    );
    const piece = fc.record(
      {
        index: fc.oneof(fc.nat(3), fc.jsonValue()),
        id: fc.jsonValue(),
        type: fc.jsonValue(),
        text: fc.jsonValue(),
        function: fc.oneof(fc.record({ name: fc.jsonValue(), arguments: fc.jsonValue() }), fc.jsonValue()),
        custom: fc.oneof(fc.record({ input: fc.jsonValue() }), fc.jsonValue()),
      },
      { requiredKeys: [] },
    );
    const delta = fc.record(
      {
        type: fc.constantFrom("text_delta", "input_json_delta", "citations_delta", "thinking_delta", "x_delta"),
        content: fc.oneof(fc.jsonValue(), fc.array(piece)),
        tool_calls: fc.oneof(fc.array(fc.oneof(piece, fc.jsonValue())), fc.jsonValue()),
        reasoning_details: fc.oneof(fc.array(piece), fc.jsonValue()),
        text: fc.jsonValue(),
        partial_json: fc.jsonValue(),
        citation: fc.jsonValue(),
        ["__proto__"]: fc.jsonValue(),
        audio: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    const event = fc.record(
      {
        type: fc.oneof(type, fc.jsonValue()),
        index: fc.jsonValue(),
        output_index: fc.oneof(fc.nat(3), fc.jsonValue()),
        content_index: fc.jsonValue(),
        delta: fc.oneof(delta, fc.jsonValue()),
        content_block: fc.jsonValue(),
        message: fc.oneof(delta, fc.jsonValue()),
        usage: fc.jsonValue(),
        error: fc.jsonValue(),
        item: fc.oneof(delta, fc.jsonValue()),
        part: fc.oneof(piece, fc.jsonValue()),
        annotation: fc.jsonValue(),
        response: fc.oneof(fc.record({ output: fc.jsonValue() }), fc.jsonValue()),
        choices: fc.oneof(
          fc.array(fc.oneof(fc.record({ index: fc.jsonValue(), delta, logprobs: fc.jsonValue() }), fc.jsonValue())),
          fc.jsonValue(),
        ),
        candidates: fc.oneof(
          fc.array(
            fc.record({
              index: fc.jsonValue(),
              content: fc.oneof(fc.record({ parts: fc.array(fc.oneof(piece, fc.jsonValue())) }), fc.jsonValue()),
            }),
          ),
          fc.jsonValue(),
        ),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        fc.array(fc.oneof(event, fc.jsonValue()), { maxLength: 8 }),
        fc.array(fc.string()),
        (events, junk) => {
          const stream = createStreamBody(protocol);
          for (const given of [...events.map((value) => JSON.stringify(value)), ...junk]) {
            stream.push(given, "error");
            const body = stream.body();
            if (body !== undefined) expect(isJson(body)).toBe(true);
          }
          expect(stream.frames).toBe(events.length + junk.length);
          for (const given of events)
            for (const sent of streamOfBody(protocol, given)) expect(sent.endsWith("\n")).toBe(true);
        },
      ),
    );
  });
});

test("a body that was given is not changed by what comes later", () => {
  const texts = streamOfBody("anthropic", encodeAnthropicBody({ model: "m", text: "Hello you", thinking: "Hm" }));
  for (let taken = 1; taken < texts.length; taken += 1) {
    const stream = rebuilt("anthropic", texts.slice(0, taken));
    const before = stream.body();
    const kept = JSON.stringify(before);
    for (const { data } of new SseDecoder().push(new TextEncoder().encode(texts.slice(taken).join(""))))
      stream.push(data);
    expect(JSON.stringify(before)).toBe(kept);
  }
});
