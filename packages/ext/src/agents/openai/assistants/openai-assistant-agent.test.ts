import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MultiModalMessage, RoundRobinGroupChat, TextMessage } from "@tesserae/agentchat";
import {
  dumpComponent,
  imageFromBase64,
  MemoryJournalStore,
  recordTo,
  replayFrom,
  resumeFrom,
  tool,
} from "@tesserae/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ReplayChatCompletionClient } from "../../../models/replay/index.ts";
import { json } from "../../../testing/test-reply.ts";
import { AssistantsServer, type RunStep } from "../testing/assistants-server.ts";
import { PIXEL } from "../testing/responses-fixture.ts";
import { OpenAIAssistantAgent } from "./openai-assistant-agent.ts";
import type { OpenAIAssistantAgentOptions } from "./options.ts";

let server: AssistantsServer;
let folder: string;
const agents: OpenAIAssistantAgent[] = [];
beforeEach(async () => {
  server = await AssistantsServer.start();
  folder = mkdtempSync(join(tmpdir(), "tesserae-assistants-"));
});
afterEach(async () => {
  for (const agent of agents.splice(0)) await agent.close();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

function agent(options: Partial<OpenAIAssistantAgentOptions> = {}): OpenAIAssistantAgent {
  const made = new OpenAIAssistantAgent({
    name: "helper",
    description: "Helps",
    model: "gpt-4o",
    instructions: "Be brief.",
    pollInterval: 0.001,
    client: { baseUrl: server.url, apiKey: "sk-test", provider: "openai", retry: { maxRetries: 0 } },
    ...options,
  });
  agents.push(made);
  return made;
}

const sum = tool({
  name: "sum",
  description: "Adds",
  parameters: { type: "object", properties: { a: { type: "number" }, b: { type: "number" } }, required: ["a", "b"] },
  execute: ({ a, b }) => String(Number(a) + Number(b)),
});
const fail = tool({
  name: "fail",
  description: "Fails",
  parameters: { type: "object", properties: {} },
  execute: () => {
    throw new Error("no luck");
  },
});

const paths = (): readonly string[] => server.asked.map(([line]) => line);

describe("a turn", () => {
  test("makes assistant and thread, adds the messages, and looks at its run until it is over", async () => {
    server.plans.push(["queued", "in_progress", { text: "Hello" }]);
    const one = agent({ tools: ["code_interpreter", sum] });
    const content = ["Look", imageFromBase64(PIXEL)];
    const result = await one.run([
      TextMessage({ content: "Hi", source: "user" }),
      MultiModalMessage({ content, source: "writer" }),
    ]);
    expect(server.asked).toEqual([
      [
        "POST /assistants",
        {
          model: "gpt-4o",
          description: "Helps",
          instructions: "Be brief.",
          metadata: null,
          temperature: null,
          top_p: null,
          tools: [
            { type: "code_interpreter" },
            {
              type: "function",
              function: {
                name: "sum",
                description: "Adds",
                parameters: {
                  type: "object",
                  properties: { a: { type: "number" }, b: { type: "number" } },
                  required: ["a", "b"],
                },
              },
            },
          ],
        },
      ],
      ["POST /threads", {}],
      ["GET /threads/thread_1/messages?limit=100&order=asc"],
      ["POST /threads/thread_1/messages", { content: "Hi", role: "user" }],
      [
        "POST /threads/thread_1/messages",
        {
          role: "user",
          content: [
            { type: "text", text: "Look" },
            { type: "image_url", image_url: { url: `data:image/png;base64,${PIXEL}` } },
          ],
        },
      ],
      ["POST /threads/thread_1/runs", { assistant_id: "asst_1" }],
      ["GET /threads/thread_1/runs/run_1"],
      ["GET /threads/thread_1/runs/run_1"],
      ["GET /threads/thread_1/runs/run_1"],
      ["GET /threads/thread_1/messages?limit=1&order=desc"],
    ]);
    expect(server.http.requests.every(({ headers }) => headers["openai-beta"] === "assistants=v2")).toBe(true);
    expect(server.http.requests[0]?.headers["authorization"]).toBe("Bearer sk-test");
    expect(result.messages.at(-1)).toMatchObject({ type: "TextMessage", source: "helper", content: "Hello" });
    expect(result.usage).toMatchObject({ promptTokens: 20, completionTokens: 10 });
    expect(result.cost).toBeGreaterThan(0);
  });

  test("runs the tools that the run asks for, and gives their outputs back", async () => {
    const calls = [
      { id: "c1", name: "sum", args: { a: 1, b: 2 } },
      { id: "c2", name: "fail", args: {} },
      { id: "c3", name: "missing", args: {} },
    ];
    server.plans.push(["in_progress", { calls }, "in_progress", { text: "3" }]);
    const result = await agent({ tools: [sum, fail] }).run("Add");
    expect(result.messages.map(({ type }) => type)).toEqual([
      "TextMessage",
      "ToolCallRequestEvent",
      "ToolCallExecutionEvent",
      "TextMessage",
    ]);
    expect(result.messages[2]).toMatchObject({
      content: [
        { content: "3", callId: "c1", name: "sum", isError: false },
        { content: "Error: no luck", callId: "c2", isError: true },
        { content: expect.stringMatching(/^Error: .*'missing'/), callId: "c3", isError: true },
      ],
    });
    const [, submitted] = server.asked.find(([line]) => line.endsWith("submit_tool_outputs")) ?? [];
    expect(submitted).toEqual({
      tool_outputs: [
        { tool_call_id: "c1", output: "3" },
        { tool_call_id: "c2", output: "Error: no luck" },
        { tool_call_id: "c3", output: expect.stringMatching(/^Error: /) },
      ],
    });
  });

  test("after the first uses the same assistant and thread", async () => {
    const one = agent();
    await one.run("One");
    const before = server.asked.length;
    await one.run("Two");
    expect(paths().slice(before)).toEqual([
      "POST /threads/thread_1/messages",
      "POST /threads/thread_1/runs",
      "GET /threads/thread_1/runs/run_2",
      "GET /threads/thread_1/messages?limit=1&order=desc",
    ]);
  });

  test("on an assistant and a thread that are there asks for them, and remembers every page of messages", async () => {
    for (const value of ["a", "b", "c"]) server.add("user", [{ type: "text", text: { value, annotations: [] } }]);
    const one = agent({ assistantId: "asst_7", threadId: "thread_7" });
    await one.run("Hi");
    expect(paths().slice(0, 4)).toEqual([
      "GET /assistants/asst_7",
      "GET /threads/thread_7",
      "GET /threads/thread_7/messages?limit=100&order=asc",
      "GET /threads/thread_7/messages?after=msg_2&limit=100&order=asc",
    ]);
    expect(await one.saveState()).toMatchObject({ initial_message_ids: ["msg_1", "msg_2", "msg_3"] });
  });

  test("may be begun by texts that are added before", async () => {
    const one = agent();
    await one.handleTextMessage("Before");
    await one.run();
    expect(server.asked.filter(([line]) => line === "POST /threads/thread_1/messages")).toEqual([
      ["POST /threads/thread_1/messages", { content: "Before", role: "user" }],
    ]);
  });

  test("in a team adds what the others said", async () => {
    server.plans.push([{ text: "One" }], [{ text: "Two" }]);
    const team = new RoundRobinGroupChat({ participants: [agent({ name: "a" }), agent({ name: "b" })], maxTurns: 2 });
    const result = await team.run("Go");
    expect(result.messages.map((message) => message.source)).toEqual(["user", "a", "b"]);
    expect(server.asked.filter(([line]) => line === "POST /threads/thread_2/messages")).toEqual([
      ["POST /threads/thread_2/messages", { content: "Go", role: "user" }],
      ["POST /threads/thread_2/messages", { content: "One", role: "user" }],
    ]);
  });
});

describe("a run that ends without an answer", () => {
  test.each([
    ["failed", { last_error: { code: "server_error", message: "broken" } }, /Run failed: server_error: broken/],
    ["expired", {}, /Run expired/],
    ["cancelled", {}, /Run cancelled/],
    ["incomplete", { incomplete_details: { reason: "max_prompt_tokens" } }, /Run incomplete: max_prompt_tokens/],
  ])("%s is an error", async (end, why, message) => {
    server.plans.push(["queued", { end, why }]);
    await expect(agent().run("Hi")).rejects.toThrow(message);
    expect(paths().some((path) => path.endsWith("/cancel"))).toBe(false);
  });

  test.each([
    [[], /No content/],
    [[{ type: "image_file", image_file: { file_id: "file_1" } }], /Expected text content.*image_file/],
  ])("with a last message of %o is an error", async (content, message) => {
    server.plans.push(["queued"]);
    const one = agent();
    const running = one.run("Hi");
    await server.http.until(() => paths().some((path) => path.endsWith("/runs/run_1")));
    server.add("assistant", content);
    const run = { id: "run_1", status: "completed" };
    server.http.next(json(run));
    await expect(running).rejects.toThrow(message);
  });

  test("because it was aborted is cancelled at the service", async () => {
    server.plans.push(Array.from({ length: 1000 }, () => "in_progress"));
    const controller = new AbortController();
    const running = agent().run("Hi", { signal: controller.signal });
    await server.http.until(() => paths().some((path) => path.endsWith("/runs/run_1")));
    controller.abort();
    await expect(running).rejects.toMatchObject({ code: "ERR_ABORTED" });
    await server.http.until(() => paths().includes("POST /threads/thread_1/runs/run_1/cancel"));
  });

  test("because a tool was aborted is cancelled, too", async () => {
    const controller = new AbortController();
    const stop = tool({
      name: "stop",
      description: "d",
      parameters: { type: "object", properties: {} },
      execute: () => {
        controller.abort();
        return new Promise<string>(() => undefined);
      },
    });
    server.plans.push([{ calls: [{ id: "c1", name: "stop", args: {} }] }]);
    await expect(agent({ tools: [stop] }).run("Hi", { signal: controller.signal })).rejects.toMatchObject({
      code: "ERR_ABORTED",
    });
    await server.http.until(() => paths().includes("POST /threads/thread_1/runs/run_1/cancel"));
  });
});

describe("a reset", () => {
  test("deletes what came after the beginning", async () => {
    server.add("user", [{ type: "text", text: { value: "old", annotations: [] } }]);
    const one = agent({ threadId: "thread_7" });
    await one.run("Hi");
    await one.onReset();
    expect(paths().filter((path) => path.startsWith("DELETE"))).toEqual([
      "DELETE /threads/thread_7/messages/msg_2",
      "DELETE /threads/thread_7/messages/msg_3",
    ]);
    expect(server.messages.map(({ id }) => id)).toEqual(["msg_1"]);
  });

  test("before anything was said asks for nothing", async () => {
    await agent().onReset();
    expect(paths()).toEqual([]);
  });

  test("after a state was loaded leaves what the state calls the beginning", async () => {
    const first = agent();
    await first.run("Hi");
    const second = agent();
    await second.loadState(await first.saveState());
    await second.run("Again");
    await second.onReset();
    expect(server.messages).toEqual([]);
  });
});

describe("the state", () => {
  test("has AutoGen's keys, and another agent goes on from it", async () => {
    const first = agent();
    expect(await first.saveState()).toEqual({
      type: "OpenAIAssistantAgentState",
      assistant_id: null,
      thread_id: null,
      initial_message_ids: [],
      vector_store_id: null,
      uploaded_file_ids: [],
    });
    await first.run("Hi");
    const state = await first.saveState();
    expect(state).toMatchObject({ assistant_id: "asst_1", thread_id: "thread_1" });
    const second = agent();
    await second.loadState(state);
    expect(await second.saveState()).toEqual(state);
    const before = server.asked.length;
    await second.run("Again");
    expect(paths().slice(before, before + 3)).toEqual([
      "GET /assistants/asst_1",
      "GET /threads/thread_1",
      "POST /threads/thread_1/messages",
    ]);
  });
});

describe("files", () => {
  const file = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };

  test("for the code interpreter are put into the thread, after those that are there", async () => {
    const one = agent({ tools: ["code_interpreter"] });
    await one.onUploadForCodeInterpreter(file("data.csv", "a,b\r\n1,2\n"));
    await one.onUploadForCodeInterpreter([file("more.csv", "c"), file('odd "name".txt', "d")]);
    expect(server.asked.slice(3)).toEqual([
      ["POST /files", { purpose: "assistants", file: { file: "data.csv", content: "a,b\r\n1,2\n" } }],
      ["GET /threads/thread_1"],
      ["POST /threads/thread_1", { tool_resources: { code_interpreter: { file_ids: ["file_1"] }, file_search: null } }],
      ["POST /files", { purpose: "assistants", file: { file: "more.csv", content: "c" } }],
      ["POST /files", { purpose: "assistants", file: { file: "odd %22name%22.txt", content: "d" } }],
      ["GET /threads/thread_1"],
      [
        "POST /threads/thread_1",
        { tool_resources: { code_interpreter: { file_ids: ["file_1", "file_2", "file_3"] }, file_search: null } },
      ],
    ]);
    expect(await one.saveState()).toMatchObject({ uploaded_file_ids: ["file_1", "file_2", "file_3"] });
  });

  test("to be searched go into one vector store", async () => {
    const one = agent({ tools: ["file_search"] });
    await one.onUploadForFileSearch(file("a.txt", "A"));
    await one.onUploadForFileSearch(file("b.txt", "B"));
    expect(server.asked.slice(3)).toEqual([
      ["POST /vector_stores", {}],
      ["POST /assistants/asst_1", { tool_resources: { file_search: { vector_store_ids: ["vs_1"] } } }],
      ["POST /files", { purpose: "assistants", file: { file: "a.txt", content: "A" } }],
      ["POST /vector_stores/vs_1/file_batches", { file_ids: ["file_1"] }],
      ["GET /vector_stores/vs_1/file_batches/vsfb_1"],
      ["POST /files", { purpose: "assistants", file: { file: "b.txt", content: "B" } }],
      ["POST /vector_stores/vs_1/file_batches", { file_ids: ["file_2"] }],
      ["GET /vector_stores/vs_1/file_batches/vsfb_1"],
    ]);
    await one.deleteVectorStore();
    expect(await one.saveState()).toMatchObject({ vector_store_id: null });
  });

  test("cannot be searched by an assistant that does not search", async () => {
    await expect(agent().onUploadForFileSearch("a.txt")).rejects.toThrow(/File search is not enabled/);
    expect(paths()).toEqual([]);
  });

  test("that are not there are not uploaded", async () => {
    await expect(agent().onUploadForCodeInterpreter(join(folder, "none"))).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("are deleted, with the assistant; what is gone already is no failure", async () => {
    const one = agent({ tools: ["code_interpreter"] });
    await one.onUploadForCodeInterpreter([file("a", "A"), file("b", "B")]);
    server.files.delete("file_1");
    await one.deleteUploadedFiles();
    await one.deleteAssistant();
    expect(paths().slice(-3)).toEqual(["DELETE /files/file_1", "DELETE /files/file_2", "DELETE /assistants/asst_1"]);
    expect(await one.saveState()).toMatchObject({ assistant_id: null, uploaded_file_ids: [] });
  });

  test("that cannot be deleted stay known", async () => {
    const one = agent({ tools: ["code_interpreter"] });
    await one.onUploadForCodeInterpreter([file("a", "A"), file("b", "B")]);
    server.http.next(json({ error: { message: "no" } }, { status: 403 }));
    await expect(one.deleteUploadedFiles()).rejects.toMatchObject({ status: 403 });
    expect(await one.saveState()).toMatchObject({ uploaded_file_ids: ["file_1"] });
  });
});

test("an assistant that was given is not deleted", async () => {
  const one = agent({ assistantId: "asst_7" });
  await one.run("Hi");
  await one.deleteAssistant();
  expect(paths().some((path) => path.startsWith("DELETE"))).toBe(false);
});

describe("options", () => {
  test("go into the assistant", async () => {
    const one = agent({
      metadata: { team: "blue" },
      responseFormat: { type: "json_object" },
      temperature: 0.5,
      topP: 0.9,
      toolResources: { code_interpreter: { file_ids: ["file_9"] } },
    });
    await one.run("Hi");
    expect(server.asked[0]?.[1]).toMatchObject({
      metadata: { team: "blue" },
      response_format: { type: "json_object" },
      temperature: 0.5,
      top_p: 0.9,
      tool_resources: { code_interpreter: { file_ids: ["file_9"] } },
    });
  });

  test.each([
    [{ tools: Array.from({ length: 129 }, () => "code_interpreter" as const) }, /at most 128 tools/],
    [{ tools: ["web_search" as never] }, /Unsupported tool type: 'web_search'/],
    [{ tools: [(() => 1) as never] }, /Unsupported tool type/],
    [{ client: new ReplayChatCompletionClient({ chatCompletions: [] }) as never }, /Incorrect client passed/],
  ])("%o are refused", (options, message) => {
    expect(() => agent(options)).toThrow(message);
  });

  test("with an endpoint of Azure's go there, with its key and version", async () => {
    const endpoint = server.http.url;
    server.http.next(json({ error: { message: "stop here" } }, { status: 400 }));
    const one = agent({ client: { azureEndpoint: endpoint, apiVersion: "2024-05-01-preview", apiKey: "az" } });
    await expect(one.run("Hi")).rejects.toThrow(/stop here/);
    expect(server.http.requests[0]).toMatchObject({
      path: "/openai/assistants?api-version=2024-05-01-preview",
      headers: { "api-key": "az" },
    });
  });

  test("cannot be written as a component, as AutoGen's cannot", () => {
    expect(() => dumpComponent(agent())).toThrow(/OpenAIAssistantAgent/);
  });
});

describe("a recorded run", () => {
  const plan = (): RunStep[] => [
    "in_progress",
    { calls: [{ id: "c1", name: "sum", args: { a: 1, b: 2 } }] },
    { text: "3" },
  ];

  test("is replayed without the service", async () => {
    server.plans.push(plan());
    const store = new MemoryJournalStore();
    const journal = recordTo(store);
    const recorded = await agent({ tools: [sum] }).run("Add", { journal });
    const before = server.asked.length;
    const replayed = await agent({ tools: [sum] }).run(undefined, { journal: replayFrom(store, journal.runId ?? "") });
    expect(replayed.messages).toEqual(recorded.messages);
    expect(server.asked).toHaveLength(before);
  });

  test("that broke off while its run went on is resumed: the run that was begun is looked at, not another", async () => {
    const broken = json({ error: { message: "broken" } }, { status: 500 });
    server.plans.push(plan());
    const store = new MemoryJournalStore();
    const journal = recordTo(store);
    const one = agent({ tools: [sum] });
    const running = one.run("Add", { journal });
    await server.http.until(() => {
      if (server.runs.size === 0) return false;
      // Neither a look at the run nor its cancel reach the service.
      server.http.next(broken, broken);
      return true;
    });
    await expect(running).rejects.toMatchObject({ code: "ERR_MODEL_SERVER" });
    const resumed = await agent({ tools: [sum] }).run(undefined, { journal: resumeFrom(store, journal.runId ?? "") });
    expect(resumed.messages.at(-1)).toMatchObject({ content: "3" });
    expect(server.runs.size).toBe(1);
    expect(paths().filter((path) => path === "POST /threads/thread_1/messages")).toHaveLength(1);
  });

  test("refuses the second call of the model where one is all there may be, and cancels the run", async () => {
    server.plans.push(plan());
    const running = agent({ tools: [sum] }).run("Add", { limits: { maxModelCalls: 1 } });
    await expect(running).rejects.toMatchObject({ code: "ERR_LIMIT_MODEL_CALLS" });
    expect(paths().at(-1)).toBe("POST /threads/thread_1/runs/run_1/cancel");
  });
});
