import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AssistantAgent, RoundRobinGroupChat } from "@tesserae/agentchat";
import { dumpComponent, MemoryJournalStore, recordTo, UserMessage } from "@tesserae/core";
import { encodeOpenAIChatBody } from "@tesserae/wire/scripted";
import { defaultRegistry } from "../components/default-registry.ts";
import { OpenAIChatCompletionClient } from "../models/openai/index.ts";
import { json, startTestServer, type TestServer } from "../testing/index.ts";
import { effectHeaders, GatewayTransport } from "./gateway-transport.ts";
import { routedModels } from "./routed-models.ts";

let gateway: TestServer;
let direct: TestServer;
beforeEach(async () => {
  const answer = () => json(JSON.parse(JSON.stringify(encodeOpenAIChatBody({ model: "gpt-4o", text: "Yes." }))));
  gateway = await startTestServer(answer);
  direct = await startTestServer(answer);
});
afterEach(() => Promise.all([gateway.close(), direct.close()]));

const OPENAI = { id: "openai", baseUrl: "https://api.openai.com/v1" };
const question = [UserMessage({ content: "Is it so?", source: "user" })];

describe("a client whose transport leads through a gateway", () => {
  test("keeps its provider's address and key, and its requests reach the gateway under the route's name", async () => {
    const transport = new GatewayTransport({ url: `${gateway.url}/`, apiKey: "tk_x", routes: [OPENAI] });
    const client = new OpenAIChatCompletionClient({ model: "gpt-4o", apiKey: "sk-1", transport });
    expect((await client.create(question)).content).toBe("Yes.");
    const [request] = gateway.requests;
    expect(request?.path).toBe("/v1/openai/chat/completions");
    expect(request?.headers).toMatchObject({ authorization: "Bearer sk-1", "x-tessera-api-key": "tk_x" });
    expect(Object.keys(request?.headers ?? {}).filter((name) => name.startsWith("x-tesserae-"))).toEqual([]);
    await client.close();
    await transport.close();
  });

  test("tells the gateway the run, the agent, the address and the idempotency key of each call", async () => {
    const transport = new GatewayTransport({ url: gateway.url, routes: [OPENAI] });
    const modelClient = new OpenAIChatCompletionClient({ model: "gpt-4o", apiKey: "sk-1", transport });
    const agent = new AssistantAgent({ name: "élan", modelClient });
    const team = new RoundRobinGroupChat({ participants: [agent], maxTurns: 1 });
    const journal = recordTo(new MemoryJournalStore(), { runId: "run-1" });
    await team.run("Go.", { journal });
    expect(gateway.requests[0]?.headers).toMatchObject({
      "x-tesserae-run": "run-1",
      "x-tesserae-agent": "%C3%A9lan",
      "x-tesserae-address": "/team%5B0%5D/%C3%A9lan%5B0%5D!model:reply%5B0%5D",
      "x-tesserae-effect": expect.stringMatching(/^[0-9a-f]{32}$/),
      "x-tessera-workload": expect.stringMatching(/^team\/-lan:[0-9a-f]{8}$/),
    });
    await transport.close();
  });

  test("names workloads by their agents' paths, each path another one, all of them such as a gateway takes", () => {
    const workloadOf = (...agentPath: readonly string[]): string | undefined =>
      effectHeaders({ runId: "r", agent: null, agentPath, address: "/a", idempotencyKey: undefined })[
        "x-tessera-workload"
      ];
    expect(workloadOf("team", "writer_1", "a.b:c-d")).toBe("team/writer_1/a.b:c-d");
    expect(workloadOf()).toBeUndefined();
    const paths = [
      ["team", "要約"],
      ["team", "翻訳"],
      ["team", "--"],
      ["team", "élan"],
      ["team", "èlan"],
      ["team", "-lan"],
      ["team", "a b"],
      ["team", "a-b"],
      ["team", "a/b"],
      ["team", "a", "b"],
      ["😀"],
      ["😁"],
      ["x".repeat(96)],
      ["x".repeat(97)],
      ["x".repeat(98)],
    ];
    const names = paths.map((path) => workloadOf(...path) ?? "");
    expect(new Set(names).size).toBe(paths.length);
    for (const name of names) expect(name).toMatch(/^[A-Za-z0-9._:/-]{1,96}$/);
  });

  test("sends what no route leads to directly, without a word of the run, and tells of the address once", async () => {
    const told: string[] = [];
    const transport = new GatewayTransport({
      url: gateway.url,
      apiKey: "tk_x",
      routes: [OPENAI, { id: "other", baseUrl: `${direct.url}/v10` }],
      onDirect: (origin) => told.push(origin),
    });
    const client = new OpenAIChatCompletionClient({ model: "gpt-4o", baseUrl: `${direct.url}/v1`, transport });
    await client.create(question);
    await client.create(question);
    expect(told).toEqual([direct.url]);
    expect(gateway.requests).toEqual([]);
    expect(Object.keys(direct.requests[0]?.headers ?? {}).filter((name) => name.startsWith("x-tess"))).toEqual([]);
    await transport.close();
  });

  test("the most exact route is taken, whatever the order", async () => {
    const routes = [
      { id: "all", baseUrl: direct.url },
      { id: "one", baseUrl: `${direct.url}/v1/` },
    ];
    const transport = new GatewayTransport({ url: gateway.url, routes });
    const client = new OpenAIChatCompletionClient({ model: "gpt-4o", baseUrl: `${direct.url}/v1`, transport });
    await client.create(question);
    expect(gateway.requests[0]?.path).toBe("/v1/one/chat/completions");
    await transport.close();
  });
});

test("models of component files are routed too, and dumped as they were", async () => {
  const transport = new GatewayTransport({ url: gateway.url, routes: [OPENAI] });
  const dump = dumpComponent(new OpenAIChatCompletionClient({ model: "gpt-4o", apiKey: "sk-1" }), {
    includeSecrets: true,
  });
  const registry = defaultRegistry().register(...routedModels(transport));
  const client = await registry.load<OpenAIChatCompletionClient>(dump, { expected: "model" });
  await client.create(question);
  expect(gateway.requests).toHaveLength(1);
  expect(dumpComponent(client, { includeSecrets: true })).toEqual(dump);
  await transport.close();
});
