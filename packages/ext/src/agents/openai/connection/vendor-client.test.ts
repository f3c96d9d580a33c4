import OpenAI, { AzureOpenAI } from "openai";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { json } from "../../../testing/test-reply.ts";
import { AssistantsServer } from "../testing/assistants-server.ts";
import { ResponsesFixture, said, streamed, whole } from "../testing/responses-fixture.ts";
import { OpenAIAssistantAgent } from "../assistants/openai-assistant-agent.ts";

let fixture: ResponsesFixture;
beforeEach(async () => void (fixture = await ResponsesFixture.start()));
afterEach(() => fixture.close());

describe("a client of the package openai", () => {
  const client = (): OpenAI =>
    new OpenAI({ baseURL: `${fixture.server.url}/v1`, apiKey: "sk-vendor", defaultHeaders: { "x-team": "blue" } });

  test("sends the requests of an agent, as whom it is", async () => {
    fixture.server.next(whole("r1", [said("Hello")]));
    const result = await fixture.agent({ client: client() }).run("Hi");
    expect(result.messages.at(-1)).toMatchObject({ content: "Hello" });
    expect(fixture.server.requests).toMatchObject([
      { path: "/v1/responses", headers: { authorization: "Bearer sk-vendor", "x-team": "blue" } },
    ]);
    expect(fixture.bodies[0]).toMatchObject({ model: "gpt-4.1", input: [{ role: "system" }, { content: "Hi" }] });
  });

  test("streams", async () => {
    fixture.server.next(streamed("r1", ["Hel", "lo"]));
    const chunks: string[] = [];
    for await (const item of fixture.agent({ client: client(), modelClientStream: true }).runStream("Hi")) {
      if (item.type === "ModelClientStreamingChunkEvent") chunks.push(item.content);
    }
    expect(chunks).toEqual(["Hel", "lo"]);
  });

  test("that is refused is an error of ours; its tries are made by us", async () => {
    const slow = json({ error: { message: "slow down" } }, { status: 429, headers: { "retry-after-ms": "1" } });
    const refused = json({ error: { message: "Bad key", code: "invalid_api_key" } }, { status: 401 });
    fixture.server.next(slow, slow, refused);
    await expect(fixture.agent({ client: client() }).run("Hi")).rejects.toMatchObject({
      code: "ERR_MODEL_AUTHENTICATION",
      status: 401,
      providerCode: "invalid_api_key",
      tries: [{ status: 429 }, { status: 429 }, { status: 401 }],
    });
    expect(fixture.server.requests).toHaveLength(3);
  });

  test("that is aborted leaves the server", async () => {
    fixture.server.next({ type: "stall" });
    const controller = new AbortController();
    const running = fixture.agent({ client: client() }).run("Hi", { signal: controller.signal });
    await fixture.server.until(() => fixture.server.requests.length === 1);
    controller.abort();
    await expect(running).rejects.toMatchObject({ code: "ERR_ABORTED" });
  });

  test("of Azure's sends them there, with its key and version", async () => {
    fixture.server.next(whole("r1", [said("Hello")]));
    const azure = new AzureOpenAI({ endpoint: fixture.server.url, apiKey: "az", apiVersion: "2025-03-01-preview" });
    await fixture.agent({ client: azure }).run("Hi");
    expect(fixture.server.requests).toMatchObject([
      { path: "/openai/responses?api-version=2025-03-01-preview", headers: { "api-key": "az" } },
    ]);
  });

  test("serves the Assistants API: lists, deletions, files", async () => {
    const service = await AssistantsServer.start();
    const agent = new OpenAIAssistantAgent({
      name: "a",
      description: "d",
      model: "gpt-4o",
      instructions: "i",
      tools: ["code_interpreter"],
      pollInterval: 0.001,
      client: new OpenAI({ baseURL: service.url, apiKey: "sk-vendor" }),
    });
    try {
      await agent.onUploadForCodeInterpreter(import.meta.filename);
      const result = await agent.run("Hi");
      expect(result.messages.at(-1)).toMatchObject({ content: "Done" });
      await agent.deleteUploadedFiles();
      await agent.deleteAssistant();
      expect([service.files.size, service.assistants.size]).toEqual([0, 0]);
      expect(service.asked.find(([line]) => line === "POST /files")?.[1]).toMatchObject({
        purpose: "assistants",
        file: { file: "vendor-client.test.ts" },
      });
      expect(service.http.requests.every(({ headers }) => headers["authorization"] === "Bearer sk-vendor")).toBe(true);
    } finally {
      await agent.close();
      await service.close();
    }
  });
});

test("options with an endpoint of Azure's go there", async () => {
  fixture.server.next(whole("r1", [said("Hello")]));
  const client = {
    azureEndpoint: fixture.server.url,
    apiVersion: "2025-03-01-preview",
    azureAdTokenProvider: () => "token",
  };
  await fixture.agent({ client }).run("Hi");
  expect(fixture.server.requests).toMatchObject([
    { path: "/openai/responses?api-version=2025-03-01-preview", headers: { authorization: "Bearer token" } },
  ]);
});
