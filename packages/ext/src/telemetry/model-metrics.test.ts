import { AssistantAgent } from "@tesserae/agentchat";
import { ScriptedClient, answerOf, type ScriptedAnswer } from "@tesserae/agentchat/testing";
import { MemoryJournalStore, recordTo, replayFrom } from "@tesserae/core";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { afterEach, beforeEach, expect, test } from "vitest";
import { subscribeTracing } from "./subscribe-tracing.ts";

let exporter: InMemoryMetricExporter;
let meterProvider: MeterProvider;
let stop: () => void;

beforeEach(() => {
  exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  meterProvider = new MeterProvider({ readers: [reader] });
  stop = subscribeTracing({ meterProvider });
});
afterEach(async () => {
  stop();
  await meterProvider.shutdown();
});

/** What was measured: for each instrument its unit, and of each series the attributes, the count and the sum. */
async function measured(): Promise<{ readonly [name: string]: readonly unknown[] }> {
  await meterProvider.forceFlush();
  const metrics = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
  return Object.fromEntries(
    metrics.map(({ descriptor, dataPoints }) => [
      `${descriptor.name} ${descriptor.unit}`,
      dataPoints.map(({ attributes, value }) => ({ attributes, value })),
    ]),
  );
}

function agent(streams: boolean, ...answers: readonly ScriptedAnswer[]): AssistantAgent {
  return new AssistantAgent({ name: "a", modelClient: new ScriptedClient(answers), modelClientStream: streams });
}

const CALL = {
  "gen_ai.operation.name": "chat",
  "gen_ai.provider.name": "custom",
  "gen_ai.request.model": "scripted",
};

test("model calls are measured: how long, and how many tokens", async () => {
  const answer = answerOf({ content: "Hi.", usage: { promptTokens: 7, completionTokens: 3 } });
  const twice = agent(false, answer, answer);
  await twice.run("Hello");
  await twice.run("Hello again");
  const attributes = { ...CALL, "gen_ai.response.model": "scripted" };
  expect(await measured()).toEqual({
    "gen_ai.client.operation.duration s": [
      { attributes, value: expect.objectContaining({ count: 2, min: expect.any(Number) }) },
    ],
    "gen_ai.client.token.usage {token}": [
      {
        attributes: { ...attributes, "gen_ai.token.type": "input" },
        value: expect.objectContaining({ count: 2, sum: 14 }),
      },
      {
        attributes: { ...attributes, "gen_ai.token.type": "output" },
        value: expect.objectContaining({ count: 2, sum: 6 }),
      },
    ],
  });
});

test("the first piece of a stream is measured, in seconds", async () => {
  await agent(true, "One two.").run("Hello");
  const [first] = (await measured())["gen_ai.client.operation.time_to_first_chunk s"] ?? [];
  expect(first).toMatchObject({ value: { count: 1 } });
});

test("a call that fails is measured with the class of its error", async () => {
  await expect(agent(false, new RangeError("too far")).run("Hello")).rejects.toThrow("too far");
  expect(await measured()).toEqual({
    "gen_ai.client.operation.duration s": [
      { attributes: { ...CALL, "error.type": "RangeError" }, value: expect.objectContaining({ count: 1 }) },
    ],
  });
});

test("what a journal answers is not measured again", async () => {
  const store = new MemoryJournalStore();
  await agent(false, "Hi.").run("Hello", { journal: recordTo(store, { runId: "r" }) });
  await agent(false).run(undefined, { journal: replayFrom(store, "r") });
  expect((await measured())["gen_ai.client.operation.duration s"]).toMatchObject([{ value: { count: 1 } }]);
});
