import { AssistantAgent, RoundRobinGroupChat } from "@tesserae/agentchat";
import { dumpComponent, MemoryJournalStore, recordTo, UserMessage } from "@tesserae/core";
import { encodeAnthropicBody, encodeOpenAIChatBody } from "@tesserae/wire/scripted";
import { NO_USAGE } from "@tesserae/wire/usage";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { json, startTestServer, type TestServer } from "../../testing/index.ts";
import {
  runWithWorkload,
  tessera_openai_client,
  tesseraAnthropicClient,
  tesseraOpenAIClient,
  type TesseraOpenAIOptions,
  type TesseraReport,
} from "./index.ts";

const OPENAI = encodeOpenAIChatBody({
  model: "gpt-4o",
  text: "Yes.",
  usage: { ...NO_USAGE, inputTokens: 10, outputTokens: 2 },
});
const ANTHROPIC = encodeAnthropicBody({ model: "claude-sonnet-4-6", text: "Yes." });
let gateway: TestServer;
let provider: TestServer;
beforeEach(async () => {
  const answer = ({ path }: { readonly path: string }) =>
    json(JSON.parse(JSON.stringify(path.includes("messages") ? ANTHROPIC : OPENAI)), { headers: REPORT });
  gateway = await startTestServer(answer);
  provider = await startTestServer(answer);
});
afterEach(() => Promise.all([gateway.close(), provider.close()]));

const REPORT = {
  "x-tessera-request-id": "tsr_1",
  "x-tessera-stack": "m2",
  "x-tessera-cache": "hit",
  "x-tessera-cost-original-usd": "0.000125",
  "x-tessera-cost-actual-usd": "0",
};
const QUESTION = [UserMessage({ content: "Is it so?", source: "user" })];
const open = (options: Partial<TesseraOpenAIOptions> = {}) =>
  tesseraOpenAIClient({
    model: "gpt-4o",
    openaiApiKey: "sk-1",
    tesseraApiKey: "tk_x",
    baseURL: `${gateway.url}/v1/openai`,
    ...options,
  });
const workloads = (): unknown[] => gateway.requests.map(({ headers }) => headers["x-tessera-workload"]);

describe("a client through the gateway", () => {
  test("sends the provider's key and the gateway's, and answers as the client that it is, with its price", async () => {
    const client = open();
    const result = await client.create(QUESTION);
    expect(result).toMatchObject({ content: "Yes.", usage: { promptTokens: 10 }, cached: false });
    expect(client.cost(result.usage)).toBeGreaterThan(0);
    expect(gateway.requests[0]?.path).toBe("/v1/openai/chat/completions");
    expect(gateway.requests[0]?.headers).toMatchObject({ authorization: "Bearer sk-1", "x-tessera-api-key": "tk_x" });
    expect(Object.keys(gateway.requests[0]?.headers ?? {}).filter((name) => name.startsWith("x-tess"))).toHaveLength(1);
    await client.close();
  });

  test("of Anthropic's", async () => {
    const client = tesseraAnthropicClient({
      model: "claude-sonnet-4-6",
      anthropicApiKey: "sk-ant-1",
      tesseraApiKey: "tk_x",
      baseURL: `${gateway.url}/v1/anthropic/`,
      workload: "reasoner",
    });
    expect((await client.create(QUESTION)).content).toBe("Yes.");
    expect(gateway.requests[0]?.path).toBe("/v1/anthropic/v1/messages");
    expect(gateway.requests[0]?.headers).toMatchObject({
      "x-api-key": "sk-ant-1",
      "x-tessera-api-key": "tk_x",
      "x-tessera-workload": "reasoner",
    });
    await client.close();
  });

  test("takes every option of the client that it is; explicit headers go before those of the gateway", async () => {
    const warned = vi.spyOn(process, "emitWarning");
    const client = open({
      workload: "w",
      featureTag: "f",
      customerTag: "c",
      mechanics: "-m2",
      doNotOptimize: false,
      extraHeaders: { "X-More": "1" },
      defaultHeaders: { "X-Tessera-Feature-Tag": "explicit", "x-own": "2" },
      parallelToolCalls: false,
      timeout: 5,
      temperature: 0,
    });
    await client.create(QUESTION);
    expect(gateway.requests[0]?.headers).toMatchObject({
      "x-tessera-workload": "w",
      "x-tessera-feature-tag": "explicit",
      "x-tessera-customer-tag": "c",
      "x-tessera-mechanics": "-m2",
      "x-tessera-do-not-optimize": "false",
      "x-more": "1",
      "x-own": "2",
    });
    expect(gateway.requests[0]?.body).toMatchObject({ temperature: 0, parallel_tool_calls: false });
    expect(warned).not.toHaveBeenCalled();
    warned.mockRestore();
    await client.close();
  });

  test("refuses a key of the gateway that is none before anything is sent", () => {
    expect(() => open({ tesseraApiKey: "" })).toThrow(/apiKey must be a key of the gateway/);
    expect(tessera_openai_client).toBe(tesseraOpenAIClient);
  });

  test("is dumped as the client that it is, without a key", async () => {
    const client = open();
    const dump = JSON.stringify(dumpComponent(client));
    expect(dump).toContain("OpenAIChatCompletionClient");
    for (const secret of ["tk_x", "sk-1"]) expect(dump).not.toContain(secret);
    await client.close();
  });
});

describe("workloads", () => {
  test("of agents that share a client: one each, over the same connections, and the usage adds up", async () => {
    const client = open({ workload: "shared" });
    const [planner, writer] = [client.forAgent("planner"), client.forAgent("writer")];
    expect(client.forAgent("planner")).toBe(planner);
    for (const one of [planner, writer, planner, client]) await one.create(QUESTION);
    expect(workloads()).toEqual(["planner", "writer", "planner", "shared"]);
    expect(gateway.connections).toBe(1);
    expect(planner.totalUsage()).toEqual({ promptTokens: 20, completionTokens: 4 });
    expect(client.totalUsage()).toEqual({ promptTokens: 40, completionTokens: 8 });
    expect(client.actualUsage()).toEqual(client.totalUsage());
    await client.close();
    await expect(planner.create(QUESTION)).rejects.toThrow(/closed/);
  });

  test("closing one agent's client leaves the others open", async () => {
    const client = open();
    await client.forAgent("planner").close();
    await client.create(QUESTION);
    await client.forAgent("writer").create(QUESTION);
    await client.close();
  });

  test("a scope goes before the client's own, and an explicit header of the client before the scope", async () => {
    const client = open({ workload: "own" });
    await runWithWorkload("scope", () => client.create(QUESTION));
    const explicit = open({ defaultHeaders: { "x-tessera-workload": "explicit" } });
    await runWithWorkload("scope", () => explicit.create(QUESTION));
    expect(workloads()).toEqual(["scope", "explicit"]);
    await Promise.all([client.close(), explicit.close()]);
  });

  test("two agents of a recorded team on one shared client are two workloads, and the run is told", async () => {
    const modelClient = open();
    const team = new RoundRobinGroupChat({
      participants: ["planner", "writer"].map((name) => new AssistantAgent({ name, modelClient })),
      maxTurns: 3,
    });
    await team.run("Go.", { journal: recordTo(new MemoryJournalStore(), { runId: "run-1" }) });
    expect(workloads()).toEqual(["team/planner", "team/writer", "team/planner"]);
    expect(gateway.requests[1]?.headers).toMatchObject({ "x-tesserae-run": "run-1", "x-tesserae-agent": "writer" });
    await modelClient.close();
  });
});

describe("what the gateway says", () => {
  test("is told of each answered call; a listener that throws harms nothing", async () => {
    const reports: TesseraReport[] = [];
    const client = open({
      onTessera: (report) => {
        reports.push(report);
        throw new Error("mine");
      },
    });
    const warned = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
    expect((await client.create(QUESTION)).content).toBe("Yes.");
    expect(warned).toHaveBeenCalledWith("onTessera has thrown: mine", { code: "TESSERAE_LISTENER_FAILED" });
    warned.mockRestore();
    expect(reports).toEqual([
      { requestId: "tsr_1", stack: "m2", cache: "hit", route: undefined, originalUsd: 0.000125, actualUsd: 0 },
    ]);
    await client.close();
  });
});

describe("without the gateway", () => {
  test("the error is that of a connection, as of any client", async () => {
    const client = open({ maxRetries: 0 });
    await gateway.close();
    await expect(client.create(QUESTION)).rejects.toMatchObject({ code: "ERR_MODEL_CONNECTION" });
    await client.close();
  });

  test("the provider is asked itself where that is wanted, without a word for the gateway", async () => {
    const client = open({
      maxRetries: 0,
      fallbackDirect: true,
      providerBaseURL: `${provider.url}/v1`,
      modelInfo: { family: "gpt-4o", vision: true, functionCalling: true, jsonOutput: true, structuredOutput: true },
      workload: "w",
      extraHeaders: { "x-more": "1" },
    });
    await gateway.close();
    expect((await client.create(QUESTION)).content).toBe("Yes.");
    expect(provider.requests[0]?.path).toBe("/v1/chat/completions");
    expect(provider.requests[0]?.headers).toMatchObject({ authorization: "Bearer sk-1", "x-more": "1" });
    expect(Object.keys(provider.requests[0]?.headers ?? {}).filter((name) => name.startsWith("x-tess"))).toEqual([]);
    await client.close();
  });

  test("an answer of the gateway, whatever its status, is no reason to go past it", async () => {
    gateway.next({
      type: "body",
      status: 402,
      body: { error: { message: "cap", code: "tessera_spend_cap_exceeded" } },
    });
    const client = open({ fallbackDirect: true, providerBaseURL: `${provider.url}/v1` });
    await expect(client.create(QUESTION)).rejects.toThrow(/cap/);
    expect([gateway.requests.length, provider.requests.length]).toEqual([1, 0]);
    await client.close();
  });
});
