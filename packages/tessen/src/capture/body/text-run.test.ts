import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Json, Protocol } from "@tesserae/wire";
import { createStreamBody } from "@tesserae/wire/stream-body";
import { TextRun } from "./text-run.ts";

/** What a body is when every frame is read for itself. */
function oneByOne(protocol: Protocol, frames: readonly string[]): Json | undefined {
  const body = createStreamBody(protocol);
  for (const frame of frames) body.push(frame);
  return body.body();
}

/** The same with frames put together, and how many were. */
function together(protocol: Protocol, frames: readonly string[]): { body: Json | undefined; taken: number } {
  const body = createStreamBody(protocol);
  const run = new TextRun(protocol);
  let taken = 0;
  const tell = (): void => {
    const frame = run.flush();
    if (frame !== undefined) body.push(frame);
  };
  for (const frame of frames) {
    if (run.takes(frame)) {
      taken += 1;
      continue;
    }
    tell();
    run.learn(frame);
    body.push(frame);
  }
  tell();
  return { body: body.body(), taken };
}

const chunk = (delta: object, others: object = {}, after: object = {}): object => ({
  id: "c1",
  object: "chat.completion.chunk",
  model: "m",
  choices: [{ index: 0, delta, logprobs: null, finish_reason: null, ...others }],
  ...after,
});
const block = (delta: object, index = 0): object => ({ type: "content_block_delta", index, delta });

const text = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom('"', "\\", "\n", '"delta":{"content":"', "}", ""));

const chatFrame: fc.Arbitrary<object> = fc.oneof(
  { weight: 6, arbitrary: text.map((content) => chunk({ content })) },
  { weight: 2, arbitrary: text.map((content) => chunk({ role: "assistant", content, refusal: null })) },
  { weight: 2, arbitrary: text.map((content) => chunk({ content }, {}, { usage: null, obfuscation: "aB3_-" })) },
  text.map((content) => chunk({ content }, { logprobs: { content: [{ token: "t" }] } })),
  text.map((content) => chunk({ content, reasoning_content: "hm" })),
  text.map((content) => chunk({ content }, { index: 1 })),
  text.map((words) => chunk({ tool_calls: [{ index: 0, function: { arguments: words } }] })),
  text.map((content) => chunk({ meta: { content }, content })),
  fc.constantFrom(
    chunk({ content: null }),
    chunk({}, { finish_reason: "stop" }),
    { error: { message: "m" }, choices: [{ index: 0, delta: { content: "x" } }] },
    { choices: [], usage: { total_tokens: 3 } },
  ),
);

const blockFrame: fc.Arbitrary<object> = fc.oneof(
  { weight: 4, arbitrary: text.map((words) => block({ type: "text_delta", text: words })) },
  { weight: 2, arbitrary: text.map((words) => block({ type: "input_json_delta", partial_json: words }, 1)) },
  { weight: 2, arbitrary: text.map((words) => block({ type: "thinking_delta", thinking: words }, 2)) },
  text.map((words) => block({ type: "text_delta", text: words, more: "x" })),
  text.map((words) => block({ type: "new_delta", text: words })),
  text.map((words) => block({ type: "citations_delta", citation: { text: words } })),
  fc.constantFrom<object>(
    { type: "message_start", message: { id: "m", content: [] } },
    { type: "content_block_start", index: 1, content_block: { type: "tool_use", id: "t", name: "n", input: {} } },
    { type: "content_block_stop", index: 0 },
    { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 2 } },
  ),
);

test.each<readonly [Protocol, fc.Arbitrary<object>]>([
  ["openai-chat", chatFrame],
  ["anthropic", blockFrame],
])("frames of %s that are put together say what they say one by one", (protocol, frame) => {
  // Frames come in rows of the same kind, as in a real stream, with what is no JSON among them.
  const rows = fc.array(
    fc.oneof(
      { weight: 9, arbitrary: fc.array(frame, { maxLength: 4 }).map((list) => list.map((one) => JSON.stringify(one))) },
      fc.string().map((rubbish) => [rubbish]),
      frame.map((one) => [JSON.stringify(one).slice(0, -1)]),
    ),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(rows, (list) => {
      const frames = list.flat();
      expect(together(protocol, frames).body).toEqual(oneByOne(protocol, frames));
    }),
    { numRuns: 500 },
  );
});

describe("the usual frames are put together", () => {
  test.each<readonly [string, Protocol, (words: string) => object]>([
    ["chunks", "openai-chat", (content) => chunk({ content })],
    ["chunks with padding", "openai-chat", (content) => chunk({ content }, {}, { obfuscation: `${content.length}aZ` })],
    ["blocks", "anthropic", (words) => block({ type: "text_delta", text: words })],
    ["inputs of tools", "anthropic", (words) => block({ type: "input_json_delta", partial_json: words })],
  ])("%s", (_name, protocol, frame) => {
    const words = ["Once", " upon", ' a "time"\n', "", " ü🙂", "\ud83d", "\ude42"];
    const frames = words.map((word) => JSON.stringify(frame(word)));
    const { body, taken } = together(protocol, frames);
    expect(taken).toBe(words.length - 1);
    expect(body).toEqual(oneByOne(protocol, frames));
  });
});
