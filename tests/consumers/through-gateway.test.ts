import { mkdtempSync, rmSync } from "node:fs";
import { registerHooks } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Anthropic from "@anthropic-ai/sdk";
import { HumanMessage } from "@langchain/core/messages";
import { ChatOpenAI } from "@langchain/openai";
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startServer, type TrafficServer } from "@tesserae/tessen/serve";
import { settingsFrom, startGateway, type RunningGateway } from "@tesserae/tessera";

// The tests run with the export condition "source", under which this dependency of the AI SDK offers sources of its
// own, and Node runs none that lie in node_modules.
registerHooks({
  resolve(specifier, context, next) {
    if (!specifier.startsWith("eventsource-parser")) return next(specifier, context);
    return next(specifier, {
      ...context,
      conditions: context.conditions.filter((condition) => condition !== "source"),
    });
  },
});
const { createOpenAI } = await import("@ai-sdk/openai");
const { generateText, streamText } = await import("ai");

let provider: TrafficServer;
let gateway: RunningGateway;
let folder: string;
let headers: Record<string, string>;

beforeAll(async () => {
  const usage = { inputTokens: 20, outputTokens: 7 };
  provider = await startServer({ script: { rules: [{ answer: { text: "Two and three is five.", usage } }] } });
  folder = mkdtempSync(join(tmpdir(), "tesserae-gateway-"));
  const settings = settingsFrom({
    listen: { data: "127.0.0.1:0" },
    store: { kind: "sqlite", path: join(folder, "tessera.db") },
    upstreams: [
      { id: "openai", kind: "openai", baseURL: `${provider.url}/v1`, allowPrivate: true },
      { id: "anthropic", kind: "anthropic", baseURL: provider.url, allowPrivate: true },
    ],
    defaults: { mechanics: { m2: "off", m4: "off" } },
  });
  gateway = await startGateway(settings, { environment: {} });
  headers = { "x-tessera-api-key": gateway.createKey() };
});
afterAll(async () => {
  await gateway.close();
  await provider.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What a library gets from the provider itself, and through the gateway; each call is one there and one in the ledger. */
async function both(
  ask: (baseURL: string, defaultHeaders: Record<string, string>) => Promise<unknown>,
  at: "openai" | "anthropic" = "openai",
): Promise<void> {
  const start = provider.requests.length;
  const direct = await ask(at === "openai" ? `${provider.url}/v1` : provider.url, {});
  const between = provider.requests.length;
  const settled = await settledRequests();
  const through = await ask(`${gateway.url}/v1/${at}`, headers);
  expect(through).toEqual(direct);
  const asked = provider.requests.slice(between);
  expect(asked.map(({ path }) => path)).toEqual(provider.requests.slice(start, between).map(({ path }) => path));
  expect(asked.flatMap((request) => Object.keys(request.headers).filter((name) => name.startsWith("x-tess")))).toEqual(
    [],
  );
  expect(await settledRequests()).toBe(settled + asked.length);
}

async function settledRequests(): Promise<number> {
  await gateway.ledger.flush();
  return gateway.ledger.totals()[0]?.requests ?? 0;
}

describe("with nothing but the base URL and a header set, what the provider gives is got through the gateway by", () => {
  test("the AI SDK, whole and streamed", () =>
    both(async (baseURL, given) => {
      const openai = createOpenAI({ baseURL, apiKey: "sk-1", headers: given });
      const whole = await generateText({ model: openai.chat("gpt-4o-mini"), prompt: "2 + 3?" });
      const streamed = streamText({ model: openai.chat("gpt-4o-mini"), prompt: "2 + 3?" });
      const responses = await generateText({ model: openai.responses("gpt-4o-mini"), prompt: "2 + 3?" });
      return [whole.text, whole.usage, await streamed.text, await streamed.usage, responses.text, responses.usage];
    }));

  test("LangChain, whole and streamed", () =>
    both(async (baseURL, defaultHeaders) => {
      const model = new ChatOpenAI({
        model: "gpt-4o-mini",
        apiKey: "sk-1",
        configuration: { baseURL, defaultHeaders },
      });
      const whole = await model.invoke([new HumanMessage("2 + 3?")]);
      const parts: unknown[] = [];
      for await (const part of await model.stream([new HumanMessage("2 + 3?")])) parts.push(part.content);
      return [whole.content, whole.usage_metadata, parts];
    }));

  test("the SDK of OpenAI", () =>
    both(async (baseURL, defaultHeaders) => {
      const client = new OpenAI({ baseURL, apiKey: "sk-1", defaultHeaders });
      const messages = [{ role: "user" as const, content: "2 + 3?" }];
      const whole = await client.chat.completions.create({ model: "gpt-4o-mini", messages });
      const stream = await client.chat.completions.stream({ model: "gpt-4o-mini", messages }).finalChatCompletion();
      const responses = await client.responses.create({ model: "gpt-4o-mini", input: "2 + 3?" });
      return JSON.parse(JSON.stringify([whole, stream, responses]));
    }));

  test("the SDK of Anthropic", () =>
    both(async (baseURL, defaultHeaders) => {
      const client = new Anthropic({ baseURL, apiKey: "sk-ant", defaultHeaders });
      const asked = {
        model: "claude-sonnet-4-6",
        max_tokens: 100,
        messages: [{ role: "user" as const, content: "2?" }],
      };
      const whole = await client.messages.create(asked);
      const stream = await client.messages.stream(asked).finalMessage();
      return JSON.parse(JSON.stringify([whole, stream]));
    }, "anthropic"));
});
