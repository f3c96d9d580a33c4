import { once } from "node:events";
import { connect } from "node:net";
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  beginStream,
  CHAT,
  chatEvents,
  json,
  MESSAGE,
  messageEvents,
  startMockUpstream,
  type MockUpstream,
} from "../test/gateway/mock-upstream.ts";
import { KEY, startTestGateway, type TestGateway } from "../test/gateway/parts.ts";
import { createGateway } from "./gateway.ts";

const RESPONSE = {
  id: "resp_1",
  object: "response",
  model: "gpt-4o",
  status: "completed",
  output: [{ type: "message", role: "assistant", content: [{ type: "output_text", text: "Hello", annotations: [] }] }],
  usage: { input_tokens: 4, output_tokens: 2, total_tokens: 6 },
};

let upstream: MockUpstream;
let gateway: TestGateway;

beforeAll(async () => {
  upstream = await startMockUpstream(({ url, body }, response) => {
    const isStream = body.includes('"stream":true');
    if (isStream) beginStream(response);
    if (url === "/v1/chat/completions") {
      if (isStream) response.end(chatEvents(3, body.includes("include_usage")).join(""));
      else json(response, CHAT);
    } else if (url.startsWith("/v1/responses")) {
      if (isStream) {
        const created = {
          type: "response.created",
          sequence_number: 0,
          response: { ...RESPONSE, output: [], usage: null },
        };
        const done = { type: "response.completed", sequence_number: 1, response: RESPONSE };
        for (const event of [created, done]) response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
        response.end();
      } else {
        json(response, RESPONSE);
      }
    } else if (url === "/v1/embeddings") {
      json(response, { object: "list", model: "e", data: [], usage: { prompt_tokens: 5, total_tokens: 5 } });
    } else if (url === "/v1/messages/count_tokens") {
      json(response, { input_tokens: 12 });
    } else if (url === "/v1/messages") {
      if (isStream) response.end(messageEvents(3).join(""));
      else json(response, MESSAGE);
    } else {
      json(response, { object: "list", data: [{ id: "m", object: "model" }], has_more: false });
    }
  });
  gateway = await startTestGateway(upstream.url);
});
afterAll(async () => {
  await gateway.close();
  await upstream.close();
});

const usage = () => {
  const outcome = gateway.rows.at(-1)?.outcome;
  return [outcome?.usage?.inputTokens, outcome?.usage?.outputTokens, outcome?.usageSource, outcome?.status];
};
const messages = [{ role: "user" as const, content: "hi" }];

describe.each(["/v1/openai", "/v1", "/v1/openai/v1"])("the SDK of OpenAI at %s", (path) => {
  const client = (): OpenAI =>
    new OpenAI({
      baseURL: gateway.url + path,
      apiKey: "sk-x",
      defaultHeaders: { "x-tessera-api-key": KEY },
      maxRetries: 0,
    });

  test("chats, and is told the request's id", async () => {
    const answer = await client().chat.completions.create({ model: "gpt-4o", messages });
    expect(answer).toMatchObject(CHAT);
    expect(usage()).toEqual([9, 3, "provider", "complete"]);
    expect(upstream.requests.at(-1)?.headers.authorization).toBe("Bearer sk-x");
  });

  test("streams a chat, with usage and without", async () => {
    const text = async (options: object): Promise<[string, number]> => {
      const stream = await client().chat.completions.create({ model: "gpt-4o", messages, stream: true, ...options });
      let content = "";
      let usages = 0;
      for await (const chunk of stream) {
        content += chunk.choices[0]?.delta.content ?? "";
        if (chunk.usage) usages += 1;
      }
      return [content, usages];
    };
    expect(await text({})).toEqual([" wörd0 😀 wörd1 😀 wörd2 😀", 0]);
    expect(usage()).toEqual([9, 3, "provider", "complete"]);
    expect(await text({ stream_options: { include_usage: true } })).toEqual([" wörd0 😀 wörd1 😀 wörd2 😀", 1]);
  });

  test("makes responses, streams them, reads and deletes them", async () => {
    expect((await client().responses.create({ model: "gpt-4o", input: "hi" })).output_text).toBe("Hello");
    expect(usage()).toEqual([4, 2, "provider", "complete"]);
    expect(gateway.rows.at(-1)?.outcome.finish).toBe("completed");
    const stream = client().responses.stream({ model: "gpt-4o", input: "hi" });
    expect((await stream.finalResponse()).output_text).toBe("Hello");
    expect(usage()).toEqual([4, 2, "provider", "complete"]);
    expect(gateway.rows.at(-1)?.outcome.finish).toBe("completed");
    expect((await client().responses.retrieve("resp_1")).id).toBe("resp_1");
    await client().responses.delete("resp_1");
    expect(upstream.requests.at(-1)).toMatchObject({ method: "DELETE", url: "/v1/responses/resp_1" });
  });

  test("embeds, and lists models", async () => {
    await client().embeddings.create({ model: "e", input: "x" });
    expect(usage()).toEqual([5, 0, "provider", "complete"]);
    expect((await client().models.list()).data[0]?.id).toBe("m");
  });
});

describe.each(["/v1/anthropic", ""])("the SDK of Anthropic at %s", (path) => {
  const client = (): Anthropic =>
    new Anthropic({ baseURL: gateway.url + path, apiKey: `${KEY}~sk-ant-x`, maxRetries: 0 });

  test("sends messages, and counts their tokens", async () => {
    const answer = await client().messages.create({ model: "c", max_tokens: 9, messages });
    expect(answer).toMatchObject(MESSAGE);
    expect(usage()).toEqual([9, 3, "provider", "complete"]);
    expect(upstream.requests.at(-1)?.headers.authorization).toBe("Bearer sk-ant-x");
    expect((await client().messages.countTokens({ model: "c", messages })).input_tokens).toBe(12);
    expect(gateway.rows.at(-1)?.outcome.usage).toBeNull();
  });

  test("streams a message, and lists models", async () => {
    const stream = client().messages.stream({ model: "c", max_tokens: 9, messages });
    expect(await stream.finalText()).toBe(" wörd0 wörd1 wörd2");
    expect(usage()).toEqual([9, 3, "provider", "complete"]);
    expect((await client().models.list()).data[0]?.id).toBe("m");
    expect(gateway.rows.at(-1)?.exchange.upstream.id).toBe("anthropic");
  });
});

describe("the key that the gateway holds for an upstream", () => {
  test("is used where the caller's slot has the gateway's key alone", async () => {
    process.env["TESSERA_TEST_HELD"] = "sk-held";
    try {
      const client = new OpenAI({ baseURL: `${gateway.url}/v1/compatible`, apiKey: KEY, maxRetries: 0 });
      await client.chat.completions.create({ model: "m", messages });
      expect(upstream.requests.at(-1)?.headers.authorization).toBe("Bearer sk-held");
    } finally {
      delete process.env["TESSERA_TEST_HELD"];
    }
  });
});

test("what is set aside covers input and output, and what was used takes its place", async () => {
  const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: `${KEY}~sk-x`, maxRetries: 0 });
  const last = async (options: object) => {
    await client.chat.completions.create({ model: "gpt-4o", messages, ...options });
    const reservation = gateway.reservations.at(-1);
    const bytes = upstream.requests.at(-1)?.body.length ?? 0;
    const input = Math.ceil((bytes / 3) * 1.05);
    return {
      output: (reservation?.query.worstTokens ?? 0) - input,
      input,
      worst: reservation?.query.worst,
      settled: reservation?.settled,
    };
  };
  const unlimited = await last({});
  expect(unlimited).toMatchObject({ output: 8192, settled: [21_000_000, 12] });
  expect(unlimited.worst).toBe(unlimited.input * 1_000_000 + 8192 * 4_000_000);
  expect(await last({ max_completion_tokens: 100, n: 3 })).toMatchObject({ output: 300 });
});

test("connections over which nothing was asked do not hold up the end", async () => {
  // Whoever waits for the drain to be over waits longer than any test.
  const ending = await startTestGateway(upstream.url, { settings: { timeouts: { drain: 2 ** 31 - 1 } } });
  const { port } = new URL(ending.url);
  const socket = connect(Number(port), "127.0.0.1");
  await once(socket, "connect");
  const ended = once(socket, "close");
  // That it was answered shows that the connection before it was taken.
  expect((await fetch(`${ending.url}/healthz`)).status).toBe(200);
  await ending.close();
  await ended;
});

test.each([
  ["http://api.example/v1", /not https/],
  ["https://127.0.0.1/v1", /private network/],
  ["https://[::1]/v1", /private network/],
  ["https://169.254.169.254", /private network/],
  ["ftp://x", /no http or https URL/],
  ["nonsense", /no http or https URL/],
])("an upstream at %s is refused when the gateway is made", (baseURL, reason) => {
  const nothing = {
    keys: { authenticate: () => undefined, fingerprint: () => "" },
    workloads: { resolve: () => ({ refused: "" }) },
  };
  const parts = {
    ...nothing,
    caps: { reserve: () => ({ remaining: undefined, settle: () => {} }) },
    prices: { snapshotId: "", priceOf: () => undefined },
    ledger: { settle: () => ({ original: undefined, actual: undefined }), flush: () => Promise.resolve() },
  };
  expect(() => createGateway({ ...parts, upstreams: [{ id: "u", kind: "openai", baseURL }] })).toThrow(reason);
});
