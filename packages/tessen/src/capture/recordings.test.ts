import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import Anthropic from "@anthropic-ai/sdk";
import { ModelCatalogue } from "@tesserae/wire/catalogue";
import { costOfCall } from "@tesserae/wire/cost";
import { usageOfAnthropic, usageOfOpenAIChat, usageOfOpenAIResponses, type Usage } from "@tesserae/wire/usage";
import OpenAI from "openai";
import { CLIENTS } from "../../test/capture/http-clients.ts";
import { startModelServer, type ModelServer } from "../../test/capture/model-server.ts";
import { recordedExchanges, RECORDINGS, SKIPPED, type RecordedExchange } from "../../test/capture/recorded-traffic.ts";
import { startRecording } from "../../test/capture/recording.ts";
import type { TessenEvent } from "../events/tessen-event.ts";
import { eventUsage } from "../recorder/usage.ts";

type Raw = Record<string, unknown>;

/** A vendor's endpoint, how its SDK is asked, and where its usage stands in a body or in the events of a stream. */
interface Endpoint {
  readonly ending: string;
  readonly path: string;
  readonly ask: (url: string, body: Raw, path: string) => Promise<unknown>;
  readonly usage: (body: Raw) => Usage | undefined;
  /** The usage that the events of a stream tell, by the plainest means. */
  readonly streamed: (events: readonly Raw[]) => Usage | undefined;
}

const lastWith = (events: readonly Raw[], name: string): unknown =>
  events.map((event) => event[name]).findLast((value) => typeof value === "object" && value !== null);

const ENDPOINTS: readonly Endpoint[] = [
  {
    ending: "/chat/completions",
    path: "/chat/completions",
    ask: askOpenAI,
    usage: (body) => usageOfOpenAIChat(body["usage"]),
    // Groq has it in an object of its own.
    streamed: (events) =>
      usageOfOpenAIChat(lastWith(events, "usage") ?? (lastWith(events, "x_groq") as Raw | undefined)?.["usage"]),
  },
  {
    ending: "/responses",
    path: "/responses",
    ask: askOpenAI,
    usage: (body) => usageOfOpenAIResponses(body["usage"], body["tool_usage"]),
    streamed: (events) => {
      const response = lastWith(events, "response") as Raw | undefined;
      return usageOfOpenAIResponses(response?.["usage"], response?.["tool_usage"]);
    },
  },
  {
    ending: "/v1/messages",
    path: "/v1/messages",
    ask: askAnthropic,
    usage: (body) => usageOfAnthropic(body["usage"]),
    streamed: (events) => {
      const start = lastWith(events, "message") as Raw | undefined;
      if (start === undefined) return undefined;
      const merged: Raw = { ...(start["usage"] as Raw) };
      for (const event of events.filter(({ type }) => type === "message_delta")) {
        for (const [key, value] of Object.entries((event["usage"] ?? {}) as Raw))
          if (value !== null) merged[key] = value;
      }
      return usageOfAnthropic(merged);
    },
  },
];

let server: ModelServer;
let current: RecordedExchange;

beforeAll(async () => {
  server = await startModelServer((reply) => {
    const { "content-encoding": _, "content-length": __, "transfer-encoding": ___, ...headers } = current.headers;
    reply.writeHead(current.status, {
      "content-type": current.isStream ? "text/event-stream" : "application/json",
      ...headers,
    });
    reply.end(current.text);
  });
});

afterAll(() => server.close());

describe.skipIf(RECORDINGS === undefined).each(ENDPOINTS)(`$ending ${SKIPPED}`, (endpoint) => {
  test("every recorded answer comes out of the SDK as without tessen, and the event has it whole", async () => {
    const exchanges = recordedExchanges(endpoint.ending);
    expect(exchanges.length).toBeGreaterThan(0);
    const alone: unknown[] = [];
    for (const exchange of exchanges) alone.push(await run(exchange, endpoint));
    // As they are before the log redacts and cuts them.
    const events: TessenEvent[] = [];
    const recording = startRecording({ onEvent: (event) => events.push(event) });
    const withTessen: unknown[] = [];
    for (const exchange of exchanges) withTessen.push(await run(exchange, endpoint));
    await recording.end();
    expect(events).toHaveLength(exchanges.length);
    expect(recording.handle.stats().failures).toEqual({});
    exchanges.forEach((exchange, at) => {
      expect(withTessen[at], exchange.name).toEqual(alone[at]);
      check(exchange, events[at], endpoint);
    });
  });

  test("the HTTP floor tells of the same traffic what tier 1 tells, by each client", async () => {
    vi.stubEnv("OPENAI_BASE_URL", server.url);
    const exchanges = recordedExchanges(endpoint.ending);
    const events: TessenEvent[] = [];
    const recording = startRecording({ onEvent: (event) => events.push(event), vendors: ["openai"] });
    const url = server.url + endpoint.path;
    const seers = 1 + CLIENTS.length;
    for (const exchange of exchanges) {
      current = exchange;
      await openaiOf(server.url, exchange, endpoint);
      for (const [, ask] of CLIENTS) await ask(url, { body: exchange.request });
    }
    await recording.end();
    vi.unstubAllEnvs();
    expect(events).toHaveLength(exchanges.length * seers);
    exchanges.forEach(({ name }, at) => {
      const [first, ...others] = events.slice(at * seers, (at + 1) * seers).map(factsOf);
      expect(first?.["_tessen_tier"], name).toBe(1);
      for (const facts of others) expect(facts, name).toEqual({ ...first, _tessen_tier: 3 });
    });
  });
});

/** The same call by the SDK of OpenAI, which takes any path. */
async function openaiOf(url: string, exchange: RecordedExchange, endpoint: Endpoint): Promise<void> {
  await askOpenAI(url, exchange.request, endpoint.path).catch(() => undefined);
}

/** What an event says of a call, whoever saw it. */
function factsOf(event: TessenEvent): Raw {
  return Object.fromEntries(
    FACTS.map((name) => [name, event[name]]).concat([["error_body", event.error?.body]]),
  ) as Raw;
}

const FACTS = [
  "_tessen_tier",
  "surface",
  "status",
  "http_status",
  "model",
  "response_model",
  "usage",
  "cost_usd",
  "quality_signals",
  "finish_reason",
  "tool_calls",
  "streamed",
  "stream_end",
  "chunks_captured",
  "request_body",
  "response_body",
] as const;

function check(exchange: RecordedExchange, event: TessenEvent | undefined, endpoint: Endpoint): void {
  const { name } = exchange;
  expect(event?._tessen_tier, name).toBe(1);
  expect(event?.http_status, name).toBe(exchange.status);
  if (exchange.status !== 200) {
    expect(event?.status, name).toBe("error");
    return;
  }
  const usage = exchange.isStream
    ? endpoint.streamed(eventsOf(exchange.text))
    : endpoint.usage(JSON.parse(exchange.text) as Raw);
  expect(event?.usage, name).toEqual(usage === undefined ? undefined : eventUsage(usage));
  expect(event?.cost_usd, name).toBe(costOf(event, usage));
  expect(event?.["request_body"], name).toEqual(exchange.request);
  if (!exchange.isStream) {
    expect(event?.["response_body"], name).toEqual(JSON.parse(exchange.text));
  } else {
    expect(event?.["response_body"], name).toBeTypeOf("object");
    expect(["complete", "protocol_error"], name).toContain(event?.stream_end);
    expect(event?.chunks_captured, name).toBe(dataOf(exchange.text).length);
  }
}

/** What the catalogue says, in US dollars; null where nobody knows. */
function costOf(event: TessenEvent | undefined, usage: Usage | undefined): number | null {
  const catalogue = new ModelCatalogue();
  for (const model of [event?.response_model, event?.model]) {
    if (model === undefined || usage === undefined) continue;
    const priceOf = (name: string) => catalogue.price(name, { provider: event?.provider ?? "" })?.price;
    if (priceOf(model) === undefined) continue;
    const pico = costOfCall(model, usage, priceOf);
    if (pico !== undefined) return pico / 1e12;
  }
  return usage?.reportedCost === undefined ? null : usage.reportedCost / 1e12;
}

async function run(exchange: RecordedExchange, endpoint: Endpoint): Promise<unknown> {
  current = exchange;
  try {
    return plain(await endpoint.ask(server.url, exchange.request, endpoint.path));
  } catch (error) {
    return error instanceof Error ? { kind: error.constructor.name, message: error.message } : error;
  }
}

async function askOpenAI(url: string, body: Raw, path: string): Promise<unknown> {
  const client = new OpenAI({ apiKey: "sk-test", baseURL: url, maxRetries: 0 });
  return collected(await client.post(path, { body, stream: body["stream"] === true }));
}

async function askAnthropic(url: string, body: Raw, path: string): Promise<unknown> {
  const client = new Anthropic({ apiKey: "sk-test", baseURL: url, maxRetries: 0 });
  return collected(await client.post(path, { body, stream: body["stream"] === true }));
}

async function collected(answer: unknown): Promise<unknown> {
  if (typeof answer !== "object" || answer === null || !(Symbol.asyncIterator in answer)) return answer;
  const pieces: unknown[] = [];
  for await (const piece of answer as AsyncIterable<unknown>) pieces.push(piece);
  return pieces;
}

function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

function dataOf(text: string): string[] {
  return text
    .split(/\r?\n/)
    .filter((line) => line.startsWith("data:"))
    .map((line) => line.slice(5).trim());
}

function eventsOf(text: string): Raw[] {
  return dataOf(text)
    .filter((data) => data !== "[DONE]")
    .map((data) => JSON.parse(data) as Raw);
}
