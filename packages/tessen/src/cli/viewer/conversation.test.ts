import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readAnswer, readRequest, type Message } from "./conversation.ts";

/** Messages in short: role, then pieces as `kind label: text`. */
function short(messages: readonly Message[]): string[] {
  return messages.map(({ role, blocks }) => {
    const pieces = blocks.map(
      ({ kind, label, text }) => `${kind}${label === "" ? "" : ` ${label}`}: ${text.replace(/\s+/g, "")}`,
    );
    return `${role} | ${pieces.join(" | ")}`;
  });
}

describe("requests", () => {
  test("of OpenAI chat completions", () => {
    const request = {
      model: "m",
      max_completion_tokens: 5,
      stream: true,
      tools: [{ type: "function", function: { name: "search" } }],
      messages: [
        { role: "developer", content: "Brief." },
        {
          role: "user",
          content: [
            { type: "text", text: "Hi" },
            { type: "image_url", image_url: {} },
          ],
        },
        { role: "assistant", content: null, tool_calls: [{ function: { name: "search", arguments: "{" } }] },
        { role: "tool", tool_call_id: "c1", content: "found" },
      ],
    };
    const { messages, tools, parameters } = readRequest(request);
    expect(short(messages)).toEqual([
      "developer | text: Brief.",
      "user | text: Hi | other image_url: ",
      "assistant | call search: {",
      "tool | result c1: found",
    ]);
    expect(tools).toEqual(["search"]);
    expect(parameters).toEqual([
      ["model", "m"],
      ["max_completion_tokens", "5"],
      ["stream", "true"],
    ]);
  });

  test("of Anthropic", () => {
    const { messages, tools } = readRequest({
      system: [{ type: "text", text: "Brief." }],
      tools: [
        { name: "search", input_schema: {} },
        { type: "web_search_20250305", name: "web_search" },
      ],
      messages: [
        { role: "user", content: "Hi" },
        {
          role: "assistant",
          content: [
            { type: "thinking", thinking: "Hm." },
            { type: "tool_use", name: "search", input: { q: 1 } },
          ],
        },
        {
          role: "user",
          content: [{ type: "tool_result", tool_use_id: "t1", content: [{ type: "text", text: "found" }] }],
        },
      ],
    });
    expect(short(messages)).toEqual([
      "system | text: Brief.",
      "user | text: Hi",
      'assistant | thinking: Hm. | call search: {"q":1}',
      "user | result t1: found",
    ]);
    expect(tools).toEqual(["search", "web_search"]);
  });

  test("of the Responses API", () => {
    expect(short(readRequest({ instructions: "Brief.", input: "Hi" }).messages)).toEqual([
      "system | text: Brief.",
      "user | text: Hi",
    ]);
    const items = [
      { role: "user", content: [{ type: "input_text", text: "Hi" }] },
      { type: "reasoning", summary: [{ type: "summary_text", text: "Hm." }] },
      { type: "function_call", name: "search", arguments: "{}", call_id: "c1" },
      { type: "function_call_output", call_id: "c1", output: "found" },
    ];
    expect(short(readRequest({ input: items }).messages)).toEqual([
      "user | text: Hi",
      "reasoning | thinking: Hm.",
      "function_call | call search: {}",
      "function_call_output | result c1: found",
    ]);
  });

  test("of Gemini", () => {
    const { messages, tools } = readRequest({
      systemInstruction: { parts: [{ text: "Brief." }] },
      tools: [{ functionDeclarations: [{ name: "search" }] }],
      contents: [
        { role: "user", parts: [{ text: "Hi" }] },
        { role: "model", parts: [{ functionCall: { name: "search", args: { q: 1 } } }] },
        { role: "user", parts: [{ functionResponse: { name: "search", response: { found: 1 } } }] },
      ],
    });
    expect(short(messages)).toEqual([
      "system | text: Brief.",
      "user | text: Hi",
      'model | call search: {"q":1}',
      'user | result search: {"found":1}',
    ]);
    expect(tools).toEqual(["search"]);
  });
});

test.each<readonly [string, unknown, readonly string[]]>([
  [
    "OpenAI chat completions",
    { choices: [{ message: { role: "assistant", content: "Hi", refusal: "No." } }, { text: "Ho" }] },
    ["assistant | text: Hi | other refusal: No.", "assistant | text: Ho"],
  ],
  [
    "DeepSeek",
    { choices: [{ message: { role: "assistant", content: "Hi", reasoning_content: "Hm." } }] },
    ["assistant | thinking: Hm. | text: Hi"],
  ],
  [
    "Anthropic",
    { role: "assistant", content: [{ type: "redacted_thinking" }, { type: "text", text: "Hi" }] },
    ["assistant | thinking: (redactedbytheprovider) | text: Hi"],
  ],
  [
    "Responses",
    {
      output: [
        { type: "reasoning", summary: [] },
        { type: "message", content: [{ type: "output_text", text: "Hi" }] },
      ],
    },
    ["assistant | thinking: (notshownbytheprovider) | text: Hi"],
  ],
  [
    "Gemini",
    { candidates: [{ content: { role: "model", parts: [{ text: "Hm.", thought: true }, { text: "Hi" }] } }] },
    ["model | thinking: Hm. | text: Hi"],
  ],
  [
    "Ollama",
    {
      message: {
        role: "assistant",
        content: "Hi",
        thinking: "Hm.",
        tool_calls: [{ function: { name: "f", arguments: {} } }],
      },
    },
    ["assistant | thinking: Hm. | text: Hi | call f: {}"],
  ],
  ["Cohere", { message: { role: "assistant", content: [{ type: "text", text: "Hi" }] } }, ["assistant | text: Hi"]],
  [
    "Mistral",
    {
      choices: [
        {
          message: {
            role: "assistant",
            content: [
              { type: "thinking", thinking: [{ type: "text", text: "Hm." }] },
              { type: "text", text: "Hi" },
            ],
          },
        },
      ],
    },
    ["assistant | thinking: Hm. | text: Hi"],
  ],
  [
    "the framework",
    { text: "Hi", thinking: "Hm.", toolCalls: [{ name: "f", arguments: "{}" }] },
    ["assistant | thinking: Hm. | text: Hi | call f: {}"],
  ],
  ["nobody", { error: { message: "No." } }, []],
])("the answer of %s", (_whose, answer, messages) => {
  expect(short(readAnswer(answer))).toEqual(messages);
});

test("bodies of any shape are read without a throw", () => {
  const names =
    "messages content parts output choices message input tools system type text thinking tool_calls function".split(
      " ",
    );
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom(null, 1, "", "text", "thinking", "reasoning", "tool_use", true),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...names), tie("value"), { maxKeys: 5 }),
    ),
  }));
  fc.assert(
    fc.property(value, (body) => {
      expect(Array.isArray(readRequest(body).messages)).toBe(true);
      expect(Array.isArray(readAnswer(body))).toBe(true);
    }),
    { numRuns: 1000 },
  );
});
