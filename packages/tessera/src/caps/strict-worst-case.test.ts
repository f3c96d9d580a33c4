import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readFacts } from "../http/body/request-facts.ts";
import { JsonScanner } from "../http/json/json-scanner.ts";
import { strictWorstCase, type ModelLimits } from "./strict-worst-case.ts";

const PRICE = { input: 10, output: 100, inputAudio: 1000 };
const LIMITS: ModelLimits = { maxOutputTokens: 16_384, contextWindow: 128_000 };
const NO_BOUND = { tokens: Number.MAX_SAFE_INTEGER, cost: Number.MAX_SAFE_INTEGER };
const scanner = new JsonScanner();

function worstOf(body: object | string, limits: ModelLimits = LIMITS): ReturnType<typeof strictWorstCase> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return strictWorstCase(readFacts(scanner, Buffer.from(text)), PRICE, limits);
}

const bytesOf = (body: object): number => Buffer.byteLength(JSON.stringify(body));
const messages = [{ role: "user", content: "Größe?" }];

describe("what is set aside where caps are strict", () => {
  test("is a token for each byte of input, and the model's longest answer where the caller has no limit", () => {
    const body = { model: "gpt-4o", messages };
    const input = bytesOf(body);
    expect(worstOf(body)).toEqual({ tokens: input + 16_384, cost: input * 10 + 16_384 * 100 });
  });

  test("is the caller's own limit where there is one, for each answer that is asked for", () => {
    const body = { model: "gpt-4o", messages, max_completion_tokens: 50, n: 3 };
    expect(worstOf(body).tokens).toBe(bytesOf(body) + 150);
  });

  test("is the context window of a model of which nothing else is known, and has no bound where not even that is", () => {
    const body = { model: "x", messages };
    expect(worstOf(body, { maxOutputTokens: undefined, contextWindow: 4000 }).tokens).toBe(bytesOf(body) + 4000);
    const unknown = { maxOutputTokens: undefined, contextWindow: undefined };
    expect(worstOf(body, unknown)).toEqual(NO_BOUND);
    expect(worstOf({ ...body, max_tokens: 5 }, unknown).tokens).toBeLessThan(200);
  });

  test.each([
    { content: [{ type: "image_url", image_url: { url: "https://x.y/z.png" } }] },
    { content: [{ type: "image", source: { type: "base64", media_type: "image/png", data: "AAAA" } }] },
    { content: [{ type: "document", source: { type: "url", url: "https://x.y/z.pdf" } }] },
    { content: [{ type: "input_file", file_id: "file-1" }] },
  ])("is the whole context window of input where it is not all text: %j", (message) => {
    const body = { model: "gpt-4o", max_tokens: 1, messages: [{ role: "user", ...message }] };
    expect(worstOf(body)).toEqual({ tokens: 128_001, cost: 128_000 * 1000 + 100 });
    expect(worstOf(body, { ...LIMITS, contextWindow: undefined })).toEqual(NO_BOUND);
  });

  test("finds such parts however their names are written, and takes no prompt for one that speaks of them", () => {
    expect(worstOf('{"max_tokens":1,"messages":[{"content":[{"type":"\\u0069mage_url"}]}]}').tokens).toBe(128_001);
    const spoken = { max_tokens: 1, messages: [{ role: "user", content: 'Write {"type":"image_url"} and "tools".' }] };
    expect(worstOf(spoken).tokens).toBe(bytesOf(spoken) + 1);
  });

  test.each([
    { tools: [{ type: "web_search_20250305", name: "web_search" }] },
    {
      tools: [
        { type: "function", function: { name: "f" } },
        { type: "mcp", server_url: "https://x.y" },
      ],
    },
    { tools: [{ type: "a tool of next year" }] },
    { web_search_options: {} },
    { background: true },
    { model: "gpt-4o-search-preview" },
    { model: "o3-deep-research" },
  ])("has no bound with tools that the provider runs: %j", (more) => {
    expect(worstOf({ model: "gpt-4o", max_tokens: 1, messages, ...more })).toEqual(NO_BOUND);
  });

  test("has one with tools that the caller runs, with room for what the provider says of tools", () => {
    for (const tools of [
      [{ type: "function", function: { name: "f" } }],
      [{ name: "f", input_schema: {} }],
      [{ type: "bash_20250124", name: "bash" }],
    ]) {
      const body = {
        model: "claude-sonnet-4-6",
        max_tokens: 7,
        messages,
        tools,
        web_search_options: null,
        background: false,
      };
      expect(worstOf(body).tokens).toBe(bytesOf(body) + 1000 + 7);
    }
  });

  test("has no cost where there is no price, and none that could be counted wrongly", () => {
    const facts = readFacts(scanner, Buffer.from('{"tools":[{"type":"mcp"}]}'));
    expect(strictWorstCase(facts, undefined, LIMITS)).toEqual({ tokens: Number.MAX_SAFE_INTEGER, cost: undefined });
    expect(worstOf({ max_tokens: 1e15 }).cost).toBe(Number.MAX_SAFE_INTEGER);
  });

  test("is never less than an answer of the longest kind costs", () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(16_384), fc.nat(5), (content, answered, n) => {
        const body = { model: "gpt-4o", messages: [{ role: "user", content }], n: n + 1 };
        const { cost = 0 } = worstOf(body);
        const spent = Buffer.byteLength(content) * PRICE.input + answered * (n + 1) * PRICE.output;
        expect(cost).toBeGreaterThanOrEqual(spent);
      }),
    );
  });
});
