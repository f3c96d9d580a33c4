import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { afterEach, describe, expect, test, vi } from "vitest";
import { startServer, type TrafficServer } from "./index.ts";

let server: TrafficServer;
afterEach(async () => {
  await server.close();
  vi.restoreAllMocks();
});

const messages = [{ role: "user" as const, content: "q" }];
interface Asking {
  readonly stream: boolean;
  readonly headers?: Record<string, string>;
  readonly maxRetries?: number;
  /** How long to wait for an answer, in milliseconds. */
  readonly timeout?: number;
}

const callers: readonly (readonly [name: string, ask: (asking: Asking) => Promise<string>])[] = [
  [
    "chat completions",
    async ({ stream, ...options }) => {
      const client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: "any", maxRetries: 0 });
      if (!stream) {
        return (
          (await client.chat.completions.create({ model: "m", messages }, options)).choices[0]?.message.content ?? ""
        );
      }
      let text = "";
      for await (const chunk of await client.chat.completions.create({ model: "m", messages, stream }, options)) {
        text += chunk.choices[0]?.delta.content ?? "";
      }
      return text;
    },
  ],
  [
    "responses",
    async ({ stream, ...options }) => {
      const client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: "any", maxRetries: 0 });
      if (!stream) return (await client.responses.create({ model: "m", input: "q" }, options)).output_text;
      let text = "";
      for await (const event of await client.responses.create({ model: "m", input: "q", stream }, options)) {
        if (event.type === "response.output_text.delta") text += event.delta;
      }
      return text;
    },
  ],
  [
    "messages",
    async ({ stream, ...options }) => {
      const client = new Anthropic({ baseURL: server.url, apiKey: "any", maxRetries: 0 });
      const request = { model: "m", max_tokens: 9, messages };
      if (!stream) {
        const { content } = await client.messages.create(request, options);
        return content.map((block) => (block.type === "text" ? block.text : "")).join("");
      }
      let text = "";
      for await (const event of await client.messages.create({ ...request, stream }, options)) {
        if (event.type === "content_block_delta" && event.delta.type === "text_delta") text += event.delta.text;
      }
      return text;
    },
  ],
];

/** What each fault is to an SDK, by the name of the error's class. */
const faults: readonly (readonly [fault: string, error: string])[] = [
  ["400", "BadRequestError"],
  ["401", "AuthenticationError"],
  ["403", "PermissionDeniedError"],
  ["404", "NotFoundError"],
  ["409", "ConflictError"],
  ["422", "UnprocessableEntityError"],
  ["429", "RateLimitError"],
  ["429:0.5", "RateLimitError"],
  ["500", "InternalServerError"],
  ["reset", "APIConnectionError"],
  ["garbage:http", "APIConnectionError"],
  ["garbage", "SyntaxError"],
  // The SDKs hand on what fetch says of a body that breaks off.
  ["cut:0", "TypeError"],
  ["cut:10", "TypeError"],
];

describe.each(callers)("faults in %s", (name, ask) => {
  const nameOfError = async (asking: Asking): Promise<string> => {
    try {
      return `answered: ${await ask(asking)}`;
    } catch (error) {
      return error instanceof Error ? error.constructor.name : String(error);
    }
  };

  test.each(faults)("%s is a %s: by header, by plan and in the script", async (fault, expected) => {
    vi.spyOn(console, "error").mockImplementation(() => {}); // Both SDKs write of events that they cannot read.
    const fine = { script: { rules: [{ answer: { text: "fine" } }] } };
    const options = [fine, { ...fine, faults: [fault] }, { script: { rules: [{ answer: { text: "fine", fault } }] } }];
    for (const [index, each] of options.entries()) {
      server = await startServer(each);
      for (const stream of [false, true]) {
        const headers: Record<string, string> = index === 0 ? { "x-tessen-fault": fault } : {};
        expect(await nameOfError({ stream, headers })).toBe(expected);
      }
      await server.close();
    }
  });

  test.each([
    ["503", "ServiceUnavailableError"],
    ["529", "OverloadedError"],
  ])("%s has a class of its own with Anthropic", async (fault, expected) => {
    server = await startServer({ script: { rules: [{ answer: {} }] }, faults: [fault] });
    expect(await nameOfError({ stream: false })).toBe(name === "messages" ? expected : "InternalServerError");
  });

  test.each(["stall", "slow:3600000"])("%s lets the caller wait", async (fault) => {
    server = await startServer({ script: { rules: [{ answer: { text: "fine" } }] }, faults: [fault] });
    expect(await nameOfError({ stream: true, timeout: 100 })).toBe("APIConnectionTimeoutError");
  });

  test("slow:1 answers all the same", async () => {
    server = await startServer({ script: { rules: [{ answer: { text: "fine" } }] }, faults: ["slow:1"] });
    expect(await nameOfError({ stream: false })).toBe("answered: fine");
  });

  test("the SDK waits as told and asks again", async () => {
    server = await startServer({ script: { answers: [{ text: "fine" }] }, faults: ["429:0.01@1", "500:0.01@2"] });
    expect(await nameOfError({ stream: false, maxRetries: 2 })).toBe("answered: fine");
    expect(server.requests.map(({ call }) => call)).toEqual([1, 2, 3]);
  });
});

test("the error of a status has the script's words, and the wait in both of its forms", async () => {
  server = await startServer({ script: { rules: [{ answer: { fault: "429:1.5", text: "Not so fast." } }] } });
  const response = await fetch(`${server.url}/v1/messages`, {
    method: "POST",
    body: JSON.stringify({ model: "m", messages }),
  });
  expect(Object.fromEntries(response.headers)).toMatchObject({ "retry-after": "2", "retry-after-ms": "1500" });
  expect(await response.json()).toEqual({
    type: "error",
    error: { type: "rate_limit_error", message: "Not so fast." },
  });
});

test("a fault in place of an answer takes none from a list; one inside an answer takes it", async () => {
  server = await startServer({
    script: { answers: [{ text: "one" }, { text: "two" }] },
    faults: ["reset@1", "cut:5@2"],
  });
  const ask = async (): Promise<string> => {
    const body = JSON.stringify({ model: "m", messages });
    return (await fetch(`${server.url}/v1/chat/completions`, { method: "POST", body })).text();
  };
  await expect(ask()).rejects.toThrow("fetch failed");
  await expect(ask()).rejects.toThrow("terminated");
  expect(await ask()).toContain('"content":"two"');
});

test.each([
  ["cut:7", 0],
  ["stall:7", 0],
  ["cut:7", 1],
  ["stall:7", 1],
])("%s gives the first bytes of the answer and no more, paced by %i ms", async (fault, paceMs) => {
  server = await startServer({ script: { rules: [{ answer: { text: "fine" } }] }, paceMs });
  const ask = (headers: Record<string, string>): Promise<Response> =>
    fetch(`${server.url}/v1/messages`, {
      method: "POST",
      headers,
      body: JSON.stringify({ model: "m", messages, stream: true }),
    });
  const whole = await (await ask({})).text();
  const reader = (await ask({ "x-tessen-fault": fault })).body?.getReader();
  let got = "";
  while (got.length < 7) got += Buffer.from((await reader?.read())?.value ?? []).toString();
  expect(got).toBe(whole.slice(0, 7));
  const rest = reader?.read();
  if (fault.startsWith("stall")) await server.close();
  await expect(rest).rejects.toThrow("terminated");
});
