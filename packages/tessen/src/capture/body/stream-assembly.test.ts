import { createHash } from "node:crypto";
import fc from "fast-check";
import { createStreamBody } from "@tesserae/wire/stream-body";
import { describe, expect, test } from "vitest";
import { StreamAssembly } from "./stream-assembly.ts";

const ENOUGH = 1024 * 1024;

type Frame = readonly [data: string, event?: string];

function assembled(protocol: ConstructorParameters<typeof StreamAssembly>[0], frames: readonly Frame[], most: number) {
  const assembly = new StreamAssembly(protocol, most);
  for (const [data, event] of frames) assembly.push(data, event);
  return assembly;
}

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

const chat = (delta: object, finish: string | null = null): Frame => [
  JSON.stringify({ id: "c", object: "chat.completion.chunk", choices: [{ index: 0, delta, finish_reason: finish }] }),
];
const anthropic = (event: { type: string; [name: string]: unknown }): Frame => [JSON.stringify(event), event.type];

const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };

/** A chat of numbered words, and how it ends. */
function words(count: number): Frame[] {
  return [
    chat({ role: "assistant", content: "" }),
    ...Array.from({ length: count }, (_, at) => chat({ content: `word${at} ` })),
    chat({}, "stop"),
    [JSON.stringify({ id: "c", object: "chat.completion.chunk", choices: [], usage })],
    ["[DONE]"],
  ];
}

const textOf = (body: unknown): string =>
  (body as { choices: { message: { content: string } }[] }).choices[0]?.message.content ?? "";

describe("below the bound", () => {
  test("the body is the stream's, and nothing is left out", () => {
    const frames = words(2000);
    const plain = createStreamBody("openai-chat");
    for (const [data, event] of frames) plain.push(data, event);
    const assembly = assembled("openai-chat", frames, ENOUGH);
    expect(assembly.body()).toEqual(plain.body());
    expect(assembly).toMatchObject({ ended: true, complete: true, omission: undefined });
  });

  test("however small the frames' share of the body is, it is the body that counts", () => {
    // 80 kB of frames, of which 400 bytes are the body's.
    const call = (piece: string): Frame => chat({ tool_calls: [{ index: 0, function: { arguments: piece } }] });
    const frames = [
      chat({ tool_calls: [{ index: 0, id: "t", type: "function", function: { name: "f", arguments: "" } }] }),
      ...Array.from({ length: 400 }, () => call("1")),
    ];
    const assembly = assembled("openai-chat", frames, 2000);
    expect(assembly.omission).toBeUndefined();
    expect(JSON.stringify(assembly.body())).toContain("1".repeat(400));
  });
});

describe("above the bound", () => {
  test("the beginning and the end are there, and how the answer ended", () => {
    const assembly = assembled("openai-chat", words(200_000), 50_000);
    expect(assembly).toMatchObject({ ended: true, complete: true });
    const body = assembly.body();
    expect(body).toMatchObject({ usage, choices: [{ finish_reason: "stop" }] });
    expect(textOf(body)).toMatch(/^word0 word1 word2 .* word199998 word199999 $/);
    expect(bytesOf(body)).toBeGreaterThan(50_000);
    expect(bytesOf(body)).toBeLessThan(50_000 + 70_000);
    expect(assembly.body()).toEqual(body);
  });

  test("what is left out is counted and has its hash", () => {
    const frames = words(20_000);
    const assembly = assembled("openai-chat", frames, 50_000);
    const text = textOf(assembly.body());
    const whole = frames.map(([data]) => data);
    const kept = new Set(text.split(" "));
    const omitted = whole.filter((data) => {
      const word = /"content":"(word\d+) "/.exec(data)?.[1];
      return word !== undefined && !kept.has(word);
    });
    expect(omitted.length).toBeGreaterThan(1000);
    expect(assembly.omission).toEqual({
      pointer: "/response_body",
      bytes: omitted.join("").length,
      sha256: createHash("sha256").update(omitted.join("")).digest("hex"),
    });
  });

  test("memory does not grow with the stream", () => {
    const assembly = new StreamAssembly("openai-chat", 10_000);
    const [frame] = chat({ content: "x".repeat(5000) });
    for (let at = 0; at < 20_000; at += 1) assembly.push(frame, undefined);
    expect(bytesOf(assembly.body())).toBeLessThan(100_000);
    expect(assembly.omission?.bytes).toBeGreaterThan(99_000_000);
  });

  test("the last frame of a message is seen at once, for a reader who stops at it", () => {
    const assembly = new StreamAssembly("anthropic", 1000);
    const push = (event: { type: string; [name: string]: unknown }): boolean =>
      assembly.push(...pair(anthropic(event)));
    push({ type: "message_start", message: { id: "m", content: [], usage: { input_tokens: 1 } } });
    push({ type: "content_block_start", index: 0, content_block: { type: "text", text: "" } });
    for (let at = 0; at < 3000; at += 1) {
      push({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text: `<${at}>` } });
    }
    push({ type: "content_block_stop", index: 0 });
    push({ type: "content_block_start", index: 1, content_block: { type: "text", text: "" } });
    push({ type: "content_block_delta", index: 1, delta: { type: "text_delta", text: "bye" } });
    push({ type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 9 } });
    expect(assembly.ended).toBe(false);
    push({ type: "message_stop" });
    expect(assembly.ended).toBe(true);
    expect(assembly.complete).toBe(true);
    expect(assembly.body()).toMatchObject({
      id: "m",
      stop_reason: "end_turn",
      usage: { input_tokens: 1, output_tokens: 9 },
      content: [
        { type: "text", text: expect.stringMatching(/^<0><1>.*<2999>$/) as string },
        { type: "text", text: "bye" },
      ],
    });
  });

  test("a last event with the whole answer is the answer, whatever was left out before it", () => {
    const response = { id: "r", status: "completed", output: [{ type: "message", content: ["x".repeat(200_000)] }] };
    const delta = JSON.stringify({
      type: "response.output_text.delta",
      output_index: 0,
      content_index: 0,
      delta: "xx",
    });
    const frames: Frame[] = [
      ...Array.from({ length: 100_000 }, (): Frame => [delta]),
      [JSON.stringify({ type: "response.completed", response })],
    ];
    const assembly = assembled("openai-responses", frames, 10_000);
    expect(assembly.ended).toBe(true);
    expect(assembly.body()).toEqual(response);
  });
});

test("with any frames and any bound nothing throws, and below it nothing changes", () => {
  const frame = fc.oneof(
    fc.string().map((text) => chat({ content: text })),
    fc.string().map((text) => chat({ reasoning_content: text })),
    fc.constant(chat({}, "stop")),
    fc.string().map((text): Frame => [text]),
  );
  fc.assert(
    fc.property(fc.array(frame), fc.integer({ min: 1, max: 500 }), (frames, most) => {
      const plain = createStreamBody("openai-chat");
      for (const [data] of frames) plain.push(data);
      const assembly = assembled("openai-chat", frames, most);
      const body = assembly.body();
      if (assembly.omission === undefined) expect(body).toEqual(plain.body());
      expect(assembly.complete).toBe(plain.complete || plain.ended);
    }),
  );
});

function pair([data, event]: Frame): [string, string | undefined] {
  return [data, event];
}
