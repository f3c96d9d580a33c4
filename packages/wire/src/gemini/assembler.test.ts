import fc from "fast-check";
import { expect, test } from "vitest";
import { assemble, countedIds, isJson } from "../../test/agreement.ts";
import { createGeminiAssembler, decodeGemini } from "./assembler.ts";

type Json = Record<string, unknown>;

const answer = (parts: readonly Json[], more: Json = {}): Json => ({
  candidates: [{ content: { role: "model", parts }, finishReason: "STOP", ...more }],
  modelVersion: "gemini-2.5-flash",
  responseId: "r",
});

test("two parallel calls without ids get one each", () => {
  const call = (city: string): Json => ({ functionCall: { name: "weather", args: { city } } });
  const response = decodeGemini(answer([call("Paris"), call("Rome")]), countedIds());
  expect(response).toMatchObject({ finishReason: "function_calls", rawFinishReason: "STOP", notes: [] });
  expect(response.toolCalls).toEqual([
    { id: "made_0", name: "weather", arguments: '{"city":"Paris"}' },
    { id: "made_1", name: "weather", arguments: '{"city":"Rome"}' },
  ]);
});

test("a signed call is kept unchanged for the next request; one without a signature needs nothing kept", () => {
  const signed = { functionCall: { id: "1", name: "f", args: {} }, thoughtSignature: "signed" };
  expect(decodeGemini(answer([signed])).providerData).toEqual({ protocol: "gemini", data: { parts: [signed] } });
  expect(decodeGemini(answer([{ functionCall: { id: "1", name: "f" } }])).providerData).toBeUndefined();
});

test("thoughts come apart from the text and end once", () => {
  const { response, deltas } = assemble(createGeminiAssembler(), [
    answer([{ text: "Hm. ", thought: true }], { finishReason: undefined }),
    answer([{ text: "Well.", thought: true }, { text: "Hi" }]),
  ]);
  expect(response).toMatchObject({ thinking: "Hm. Well.", text: "Hi" });
  expect(deltas.map((delta) => delta.type)).toEqual(["thinking", "thinking", "thinking-end", "text"]);
});

test.each([
  ["STOP", "stop"],
  ["MAX_TOKENS", "length"],
  ["SAFETY", "content_filter"],
  ["RECITATION", "content_filter"],
  ["PROHIBITED_CONTENT", "content_filter"],
  ["MALFORMED_FUNCTION_CALL", "unknown"],
])("finish reason %s means %s", (finishReason, expected) => {
  expect(decodeGemini(answer([{ text: "a" }], { finishReason }))).toMatchObject({
    finishReason: expected,
    rawFinishReason: finishReason,
  });
});

test("a blocked prompt is a filtered answer", () => {
  const body = { promptFeedback: { blockReason: "OTHER" }, usageMetadata: { promptTokenCount: 4 } };
  expect(decodeGemini(body)).toMatchObject({
    finishReason: "content_filter",
    rawFinishReason: "OTHER",
    complete: true,
    usage: { inputTokens: 4 },
  });
});

test("a cited stretch is found in the text, where Gemini counts bytes and we count characters", () => {
  const text = "é€ Paris is large. Paris is old.";
  const groundingMetadata = {
    groundingChunks: [{ web: { uri: "https://a.example", title: "A" } }, { web: { uri: "https://b.example" } }],
    groundingSupports: [
      { segment: { startIndex: 23, endIndex: 36, text: "Paris is old." }, groundingChunkIndices: [0, 7] },
    ],
  };
  const { citations } = decodeGemini(answer([{ text }], { groundingMetadata }));
  expect(citations).toMatchObject([
    { url: "https://a.example", title: "A", startIndex: 19, endIndex: 32 },
    { url: "https://b.example" },
  ]);
});

test("an error in mid-stream, also in a list, ends the answer as incomplete", () => {
  const error = {
    error: { code: 429, status: "RESOURCE_EXHAUSTED", message: "Quota", details: [{ retryDelay: "3.5s" }] },
  };
  for (const event of [error, [error]]) {
    const { response } = assemble(createGeminiAssembler(), [answer([{ text: "a" }]), event]);
    expect(response).toMatchObject({ text: "a", complete: false, error: { kind: "rate_limit", retryAfterMs: 3500 } });
  }
});

test("no input makes it throw", () => {
  const part = fc.record(
    { text: fc.jsonValue(), functionCall: fc.jsonValue(), thought: fc.jsonValue() },
    { requiredKeys: [] },
  );
  const event = fc.record({
    candidates: fc.oneof(
      fc.jsonValue(),
      fc.array(
        fc.record({
          content: fc.record({ parts: fc.array(fc.oneof(part, fc.jsonValue())) }),
          groundingMetadata: fc.jsonValue(),
        }),
      ),
    ),
    usageMetadata: fc.jsonValue(),
  });
  fc.assert(
    fc.property(fc.array(fc.oneof(event, fc.jsonValue())), (events) => {
      const { response } = assemble(createGeminiAssembler(), events);
      expect(isJson(response)).toBe(true);
    }),
  );
});
