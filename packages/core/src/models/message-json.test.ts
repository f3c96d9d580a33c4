import { describe, expect, test } from "vitest";
import type { JsonObject } from "../json.ts";
import { createResultFromJson, createResultToJson } from "./create-result-json.ts";
import { llmMessageFromJson, llmMessageToConfig, llmMessageToJson, requestUsageFromJson } from "./message-json.ts";

const PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";

/** As Python writes them, key for key. */
const PYTHON: readonly string[] = [
  '{"content":"s","type":"SystemMessage"}',
  '{"content":"u","source":"user","type":"UserMessage"}',
  `{"content":["look",{"data":"${PIXEL}"}],"source":"user","type":"UserMessage"}`,
  '{"content":"a","thought":null,"source":"m","type":"AssistantMessage"}',
  '{"content":[{"id":"1","arguments":"{}","name":"f"}],"thought":"hm","source":"m","type":"AssistantMessage"}',
  '{"content":[{"content":"c","name":"f","call_id":"1","is_error":null}],"type":"FunctionExecutionResultMessage"}',
  '{"content":[{"content":"c","name":"f","call_id":"1","is_error":true}],"type":"FunctionExecutionResultMessage"}',
];

describe("a message for a model", () => {
  test.each(PYTHON)("round-trips Python's JSON, nulls and order included: %s", (text) => {
    expect(JSON.stringify(llmMessageToJson(llmMessageFromJson(JSON.parse(text))))).toBe(text);
  });

  test.each(PYTHON)("is the same with nulls and without: %s", (text) => {
    const json: JsonObject = JSON.parse(text) as JsonObject;
    const config = llmMessageToConfig(llmMessageFromJson(json));
    expect(JSON.stringify(config)).not.toContain("null");
    expect(llmMessageFromJson(config)).toEqual(llmMessageFromJson(json));
  });

  test("keeps what a provider wants back", () => {
    const json = {
      content: "a",
      thought: null,
      source: "m",
      type: "AssistantMessage",
      provider_data: { signature: "x" },
    };
    expect(llmMessageToJson(llmMessageFromJson(json))).toEqual(json);
  });

  test.each<readonly [unknown, RegExp]>([
    [{ content: "x", source: "u" }, /"type" must be/],
    [{ type: "Other" }, /"type" must be .*"Other"/],
    [{ type: "UserMessage", content: "x" }, /\/source/],
    [{ type: "UserMessage", content: 5, source: "u" }, /\/content must be an array/],
    [{ type: "UserMessage", content: [5], source: "u" }, /image/],
    [{ type: "AssistantMessage", content: [{}], source: "u" }, /\/content\/0\/id/],
    [{ type: "FunctionExecutionResultMessage", content: [{ content: "" }] }, /\/content\/0\/name/],
    [null, /must be an object/],
    [[], /must be an object/],
  ])("%j is refused", (json, problem) => {
    expect(() => llmMessageFromJson(json)).toThrow(problem);
  });
});

describe("a usage", () => {
  test("needs both counts", () => {
    expect(() => requestUsageFromJson({ prompt_tokens: 1 }, "/usage")).toThrow("/usage/completion_tokens");
    expect(() => requestUsageFromJson({ prompt_tokens: "1", completion_tokens: 1 })).toThrow("/prompt_tokens");
  });
});

describe("a model's answer", () => {
  const python = {
    finish_reason: "stop",
    content: "x",
    usage: { prompt_tokens: 1, completion_tokens: 2 },
    cached: false,
    logprobs: [{ token: "x", logprob: -0.5, top_logprobs: [{ logprob: -0.5, bytes: null }], bytes: [120] }],
    thought: null,
  };

  test("round-trips Python's JSON", () => {
    expect(JSON.stringify(createResultToJson(createResultFromJson(python)))).toBe(JSON.stringify(python));
    const calls = {
      ...python,
      content: [{ id: "1", arguments: "{}", name: "f" }],
      finish_reason: "function_calls",
      logprobs: null,
      thought: "hm",
    };
    expect(createResultToJson(createResultFromJson(calls))).toEqual(calls);
    for (const cost of [0, 12, null]) {
      const json = { ...calls, cost };
      expect(createResultFromJson(json).cost).toBe(cost);
      expect(createResultToJson(createResultFromJson(json))).toEqual(json);
    }
    for (const cost of ["12", -1, 0.5, Infinity]) {
      expect(() => createResultFromJson({ ...calls, cost })).toThrow(/\/cost must be a whole number/);
    }
  });

  test.each<readonly [unknown, RegExp]>([
    [{ ...python, finish_reason: "done" }, /finish_reason must be one of/],
    [{ ...python, content: null }, /content must be/],
    [{ ...python, usage: null }, /usage/],
    [{ ...python, logprobs: [{ token: 1 }] }, /log probability/],
    ["x", /must be an object/],
  ])("%j is refused", (json, problem) => {
    expect(() => createResultFromJson(json)).toThrow(problem);
  });
});
