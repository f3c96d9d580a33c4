import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AssistantAgent, Swarm } from "@tesserae/agentchat";
import { isObject, MemoryJournalStore, recordTo } from "@tesserae/core";
import { type RunningGateway, settingsFrom, startGateway } from "@tesserae/tessera";
import { encodeOpenAIChatBody } from "@tesserae/wire/scripted";
import { NO_USAGE } from "@tesserae/wire/usage";
import { afterEach, beforeEach, expect, test } from "vitest";
import { json, startTestServer, type TestRequest, type TestServer } from "../../testing/index.ts";
import { type TesseraClient, type TesseraReport, tesseraOpenAIClient } from "./index.ts";

const USAGE = { ...NO_USAGE, inputTokens: 100, outputTokens: 10 };
let folder = "";
let provider: TestServer;
let gateway: RunningGateway;
let client: TesseraClient;
let reports: TesseraReport[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "tesserae-through-"));
  provider = await startTestServer((request) => json(JSON.parse(JSON.stringify(answerOf(request)))));
  const settings = settingsFrom({
    listen: { data: "127.0.0.1:0" },
    store: { path: join(folder, "tessera.db") },
    upstreams: [{ id: "openai", kind: "openai", baseURL: `${provider.url}/v1`, allowPrivate: true }],
  });
  gateway = await startGateway(settings, { environment: {} });
  reports = [];
  client = tesseraOpenAIClient({
    model: "gpt-4o",
    openaiApiKey: "sk-1",
    tesseraApiKey: gateway.createKey(),
    baseURL: `${gateway.url}/v1/openai`,
    onTessera: (report) => reports.push(report),
  });
});
afterEach(async () => {
  await client.close();
  await gateway.close();
  await provider.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The researcher hands the work to the writer, who writes. */
function answerOf({ body }: TestRequest): unknown {
  const text = JSON.stringify(isObject(body) ? body["messages"] : "");
  const call = { id: "call_1", name: "transfer_to_writer", arguments: "{}" };
  return text.includes("You research.")
    ? encodeOpenAIChatBody({ model: "gpt-4o", toolCalls: [call], usage: USAGE })
    : encodeOpenAIChatBody({ model: "gpt-4o", text: "300 words.", usage: USAGE });
}

function team(): Swarm {
  return new Swarm({
    participants: [
      new AssistantAgent({
        name: "researcher",
        modelClient: client,
        systemMessage: "You research.",
        handoffs: ["writer"],
      }),
      new AssistantAgent({ name: "writer", modelClient: client, systemMessage: "You write." }),
    ],
    maxTurns: 2,
  });
}

async function workloads(): Promise<readonly (readonly [name: string, requests: number])[]> {
  await gateway.ledger.flush();
  return gateway.ledger.totals({ by: "workload" }).map(({ name, requests }) => [name, requests]);
}

test("a swarm of two agents on one shared client is two workloads in the ledger, named by team and agent when it is recorded", async () => {
  const result = await team().run("A brief.", { journal: recordTo(new MemoryJournalStore(), { runId: "run-1" }) });
  expect(result.messages.at(-1)).toMatchObject({ source: "writer", content: "300 words." });
  expect(await workloads()).toEqual([
    ["team/researcher", 1],
    ["team/writer", 1],
  ]);
  expect(gateway.ledger.rowsOfRun("run-1").map(({ agent, workload }) => [agent, workload])).toEqual([
    ["researcher", "team/researcher"],
    ["writer", "team/writer"],
  ]);
});

test("without a recording the gateway tells the agents apart by their instructions", async () => {
  await team().run("A brief.");
  expect(await workloads()).toEqual([
    [expect.stringMatching(/^auto:/), 1],
    [expect.stringMatching(/^auto:/), 1],
  ]);
});

test("the second identical run asks the provider nothing, costs nothing, and has the same result", async () => {
  const first = await team().run("A brief.");
  const asked = provider.requests.length;
  const second = await team().run("A brief.");
  const said = ({ messages }: typeof first): unknown => messages.map(({ type, source }) => [type, source]);
  expect(said(second)).toEqual(said(first));
  expect(provider.requests).toHaveLength(asked);
  expect(reports.map(({ cache, actualUsd }) => [cache, actualUsd === 0])).toEqual([
    ["miss", false],
    ["miss", false],
    ["hit", true],
    ["hit", true],
  ]);
  expect(reports[2]?.originalUsd).toBe(reports[0]?.actualUsd);
});
