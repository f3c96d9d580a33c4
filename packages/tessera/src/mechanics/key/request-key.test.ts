import { describe, expect, test } from "vitest";
import { exchangeOf, HELLO, known, type Given } from "../../../test/mechanics/exchange.ts";
import { RequestKeys } from "./request-key.ts";

const keys = new RequestKeys();
const keyOf = (given: Given): string => known(keys.keyOf(exchangeOf(given))).key;
const reasonOf = (given: Given): string | undefined => {
  const key = keys.keyOf(exchangeOf(given));
  return "ineligible" in key ? key.ineligible : undefined;
};
const hello = keyOf({ body: HELLO });

describe("the vectors of the specification", () => {
  test("the key", () => {
    expect(hello).toBe("713fa3d93c12a5a1436a860e39e255de07224ef49b867fdccdebe8ac35b7d3bf");
  });

  test.each([
    [
      "the order of the members",
      '{"temperature":0,"messages":[{"content":"Hello","role":"user"}],"model":"gpt-4o-mini"}',
    ],
    ["0.0", JSON.stringify(HELLO).replace('"temperature":0', '"temperature":0.0')],
    ["stream: true", { ...HELLO, stream: true, stream_options: { include_usage: true } }],
    ["tessera_feature_tag", { ...HELLO, tessera_feature_tag: "x" }],
    ["n: 1", { ...HELLO, n: 1 }],
  ])("%s does not change it", (_, body) => {
    expect(keyOf({ body })).toBe(hello);
  });

  test.each<[string, Given, string]>([
    [
      "the temperature",
      { body: { ...HELLO, temperature: 0.1 } },
      "8482b174f6d9cf7aeefd60c78973a8e266e64d412e72cba8c38433473feae7ea",
    ],
    [
      "a blank at the end of the text",
      { body: { ...HELLO, messages: [{ role: "user", content: "Hello " }] } },
      "7ef930c4f08ff7e50fec1cb1af929308bce17fadaa3842c4fa54c8849492cb5c",
    ],
    ["the tenant", { body: HELLO, tenant: "t2" }, "acb81df29b24f76e04345b4eec78cbab62ecca8bfc41ee64035bd117004a9507"],
  ])("%s changes it", (_, given, key) => {
    expect(keyOf(given)).toBe(key);
  });
});

describe("who shares answers", () => {
  test.each<[string, Given]>([
    ["another workload", { body: HELLO, workload: "other" }],
    ["another credential of the provider", { body: HELLO, credentialFingerprint: "0123456789abcdef" }],
    ["another upstream", { body: HELLO, upstreamId: "openai-other" }],
    ["another model", { body: HELLO, model: "gpt-4o" }],
    ["another organisation", { body: HELLO, headers: { "openai-organization": "o" } }],
  ])("%s shares nothing", (_, given) => {
    expect(keyOf(given)).not.toBe(hello);
  });

  test("a scope is what its name says", () => {
    const of = (given: Partial<Given>): string => keyOf({ body: HELLO, ...given });
    const key = { cache: { scope: "key" as const } };
    expect(of({ ...key, workload: "a" })).toBe(of({ ...key, workload: "b" }));
    expect(of({ ...key, keyId: "a" })).not.toBe(of({ ...key, keyId: "b" }));
    const tenant = { cache: { scope: "tenant" as const } };
    expect(of({ ...tenant, workload: "a", keyId: "a" })).toBe(of({ ...tenant, workload: "b", keyId: "b" }));
    expect(of({ ...tenant, tenant: "t2" })).not.toBe(of(tenant));
    expect(new Set([of({}), of(key), of(tenant)]).size).toBe(3);
  });

  test("a scope of users keeps them apart, even where the body's own word for them is ignored", () => {
    const cache = { scope: "user" as const, ignoreUser: true };
    const of = (user: string): string => keyOf({ body: { ...HELLO, user }, cache });
    expect(of("anna")).not.toBe(of("ben"));
    expect(of("anna")).toBe(of("anna"));
    expect(reasonOf({ body: HELLO, cache })).toBe("user");
  });

  test("the credential may be left out by the workload", () => {
    const of = (credentialFingerprint: string): string =>
      keyOf({ body: HELLO, credentialFingerprint, cache: { bindCredential: false } });
    expect(of("a")).toBe(of("b"));
  });

  test("the order and the blanks of betas do not matter, which they are does", () => {
    const of = (beta: string): string => keyOf({ body: HELLO, headers: { "anthropic-beta": beta } });
    expect(of("b, a,b")).toBe(of("a,b"));
    expect(of("a")).not.toBe(of("a,b"));
  });
});

describe("what has no key", () => {
  const responses = { endpoint: "responses" as const };
  const messages = { endpoint: "messages" as const };
  test.each<[string, Given]>([
    ["endpoint", { body: HELLO, endpoint: "other" }],
    ["endpoint", { body: HELLO, method: "GET" }],
    ["query", { body: HELLO, path: "/chat/completions?api-version=1" }],
    ["duplicate-key", { body: '{"model":"a","model":"b"}' }],
    ["utf8", { body: Buffer.from([0x7b, 0xff, 0x7d]) }],
    ["number", { body: '{"model":"a","seed":12345678901234567890}' }],
    ["model", { body: { messages: [] } }],
    ["n", { body: { ...HELLO, n: 2 } }],
    ["store", { body: { ...HELLO, store: true } }],
    ["store", { ...responses, body: HELLO }],
    ["store", { ...responses, body: { ...HELLO, store: null } }],
    ["background", { ...responses, body: { ...HELLO, store: false, background: true } }],
    ["previous-response", { ...responses, body: { ...HELLO, store: false, previous_response_id: "r" } }],
    ["conversation", { ...responses, body: { ...HELLO, store: false, conversation: "c" } }],
    ["audio", { body: { ...HELLO, modalities: ["text", "audio"] } }],
    ["audio", { body: { ...HELLO, audio: { voice: "x" } } }],
    ["server-tools", { ...responses, body: { ...HELLO, store: false, tools: [{ type: "web_search" }] } }],
    ["server-tools", { body: { ...HELLO, web_search_options: {} } }],
    ["server-tools", { body: HELLO, model: "gpt-4o-search-preview" }],
    ["server-tools", { ...messages, body: { ...HELLO, tools: [{ type: "web_search_20250305", name: "s" }] } }],
    ["server-tools", { ...messages, body: { ...HELLO, mcp_servers: [{ url: "u" }] } }],
    ["temperature", { body: { ...HELLO, temperature: "hot" } }],
    ["temperature", { body: { ...HELLO, temperature: 0.2 }, cache: { maxTemperature: 0 } }],
    ["temperature", { body: { ...HELLO, temperature: undefined }, cache: { maxTemperature: 0 } }],
  ])("%s: %o", (reason, given) => {
    expect(reasonOf(given)).toBe(reason);
  });

  test.each<[string, Given]>([
    ["tools that the caller performs", { body: { ...HELLO, tools: [{ type: "function" }, { type: "custom" }] } }],
    [
      "Anthropic's own of those",
      { ...messages, body: { ...HELLO, tools: [{ name: "f" }, { type: "bash_20250124" }] } },
    ],
    ["a response that is not stored", { ...responses, body: { ...HELLO, store: false, background: false } }],
    ["the query of Anthropic's betas", { ...messages, path: "/messages?beta=true", body: HELLO }],
    ["any temperature", { body: { ...HELLO, temperature: 1.9 } }],
  ])("%s have one", (_, given) => {
    expect(reasonOf(given)).toBeUndefined();
  });
});

test("a key says in which form the answer is asked for, and how warm the samples are", () => {
  const of = (given: Given) => known(keys.keyOf(exchangeOf(given)));
  const streamed = { ...HELLO, stream: true, stream_options: { include_usage: true } };
  expect(of({ body: streamed, stream: true })).toMatchObject({ form: "sse", asksUsage: true, temperature: 0 });
  expect(of({ body: { ...HELLO, temperature: undefined } })).toMatchObject({ form: "json", temperature: undefined });
  expect(of({ endpoint: "embeddings", body: { model: "e", input: "q" } })).toMatchObject({
    temperature: 0,
    form: "json",
  });
});
