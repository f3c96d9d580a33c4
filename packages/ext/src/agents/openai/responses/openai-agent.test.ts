import {
  Handoff,
  MultiModalMessage,
  RoundRobinGroupChat,
  SelectorGroupChat,
  Swarm,
  TextMessage,
} from "@tesserae/agentchat";
import { filePart, imageFromBase64, imageFromUrl, tool, type JsonObject } from "@tesserae/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { json } from "../../../testing/test-reply.ts";
import { called, PIXEL, ResponsesFixture, said, streamed, whole } from "../testing/responses-fixture.ts";

let fixture: ResponsesFixture;
beforeEach(async () => void (fixture = await ResponsesFixture.start()));
afterEach(() => fixture.close());

const SYSTEM = { role: "system", content: "Be brief." };
const user = (content: string): JsonObject => ({ role: "user", content });

describe("a request", () => {
  test("goes to /responses with the key, the instructions, and what the options say", async () => {
    fixture.server.next(whole("resp_1", [said("Hello")]));
    const agent = fixture.agent({ maxOutputTokens: 100, tools: ["web_search_preview"] });
    const result = await agent.run("Hi");
    expect(fixture.server.requests[0]).toMatchObject({
      method: "POST",
      path: "/v1/responses",
      headers: { authorization: "Bearer sk-test" },
    });
    expect(fixture.bodies).toEqual([
      {
        model: "gpt-4.1",
        input: [SYSTEM, user("Hi")],
        temperature: 1,
        max_output_tokens: 100,
        tools: [{ type: "web_search_preview" }],
        store: true,
        truncation: "disabled",
      },
    ]);
    expect(result.messages.at(-1)).toMatchObject({
      type: "TextMessage",
      source: "helper",
      content: "Hello",
      modelsUsage: { promptTokens: 10, completionTokens: 5 },
    });
    expect(result).toMatchObject({ usage: { promptTokens: 10, completionTokens: 5 } });
    // gpt-4.1 costs 2 dollars a million tokens of input and 8 of output.
    expect(result.cost).toBe(10 * 2e6 + 5 * 8e6);
  });

  test("after the first carries what is new, and the id of the answer before", async () => {
    fixture.server.next(whole("resp_1", [said("One")]), whole("resp_2", [said("Two")]));
    const agent = fixture.agent();
    await agent.run("First");
    await agent.run("Second");
    expect(fixture.bodies[0]).not.toHaveProperty("previous_response_id");
    expect(fixture.bodies[1]).toMatchObject({ input: [user("Second")], previous_response_id: "resp_1" });
  });

  test("of an agent whose conversation OpenAI does not keep carries all of it", async () => {
    fixture.server.next(whole("resp_1", [said("One")]), whole("resp_2", [said("Two")]));
    const agent = fixture.agent({ store: false });
    await agent.run("First");
    await agent.run("Second");
    expect(fixture.bodies[1]).toMatchObject({
      store: false,
      input: [SYSTEM, user("First"), { role: "assistant", content: "One" }, user("Second")],
    });
    expect(fixture.bodies[1]).not.toHaveProperty("previous_response_id");
  });

  test("is made again with the whole conversation when OpenAI has forgotten the answer before", async () => {
    const gone = { error: { message: "gone", type: "invalid_request_error", code: "previous_response_not_found" } };
    fixture.server.next(whole("resp_1", [said("One")]), json(gone, { status: 400 }), whole("resp_2", [said("Two")]));
    const agent = fixture.agent();
    await agent.run("First");
    await agent.run("Second");
    expect(fixture.bodies[2]).toMatchObject({
      input: [SYSTEM, user("First"), { role: "assistant", content: "One" }, user("Second")],
    });
    expect(fixture.bodies[2]).not.toHaveProperty("previous_response_id");
  });

  test("after a reset knows nothing of what was before", async () => {
    fixture.server.next(whole("resp_1", [said("One")]), whole("resp_2", [said("Two")]));
    const agent = fixture.agent();
    await agent.run("First");
    await agent.onReset();
    expect(await agent.saveState()).toEqual({ type: "OpenAIAgentState", response_id: null, history: [] });
    await agent.run("Second");
    expect(fixture.bodies[1]).toMatchObject({ input: [SYSTEM, user("Second")] });
    expect(fixture.bodies[1]).not.toHaveProperty("previous_response_id");
  });

  test.each([
    [{ jsonMode: true }, { type: "json_object" }],
    [
      { jsonSchema: { name: "reply", schema: { type: "object", properties: {} } } },
      { type: "json_schema", name: "reply", schema: { type: "object", properties: {} }, strict: true },
    ],
  ])("with %o asks for that format", async (options, format) => {
    fixture.server.next(whole("resp_1", [said("{}")]));
    await fixture.agent(options).run("Hi");
    expect(fixture.bodies[0]).toMatchObject({ text: { format } });
  });

  test("of a model that reasons has no temperature, and asks for sealed reasoning where OpenAI keeps nothing", async () => {
    fixture.server.next(whole("resp_1", [said("One")]));
    await fixture.agent({ model: "gpt-5", store: false }).run("Hi");
    expect(fixture.bodies[0]).not.toHaveProperty("temperature");
    expect(fixture.bodies[0]).toMatchObject({ include: ["reasoning.encrypted_content"] });
  });

  test("gives each source its role, and has no instructions beside those of a message", async () => {
    fixture.server.next(whole("resp_1", [said("One")]));
    const said1 = (source: string): TextMessage => TextMessage({ content: `by ${source}`, source });
    await fixture.agent().run(["system", "user", "assistant", "writer"].map(said1));
    expect(fixture.bodies[0]).toMatchObject({
      input: [
        { role: "system", content: "by system" },
        { role: "user", content: "by user" },
        { role: "assistant", content: "by assistant" },
        { role: "user", content: "by writer" },
      ],
    });
  });

  test("has texts, images and files as parts", async () => {
    fixture.server.next(whole("resp_1", [said("One")]));
    const content = [
      "Look",
      imageFromBase64(PIXEL),
      imageFromUrl("https://example.com/a.png", { detail: "low" }),
      filePart({ mediaType: "application/pdf", base64: "JVBERi0=", name: "a.pdf" }),
      filePart({ mediaType: "application/pdf", fileId: "file_1" }),
    ];
    await fixture.agent().run(MultiModalMessage({ content, source: "user" }));
    expect(fixture.bodies[0]).toMatchObject({
      input: [
        SYSTEM,
        {
          role: "user",
          content: [
            { type: "input_text", text: "Look" },
            { type: "input_image", image_url: `data:image/png;base64,${PIXEL}`, detail: "auto" },
            { type: "input_image", image_url: "https://example.com/a.png", detail: "low" },
            { type: "input_file", filename: "a.pdf", file_data: "data:application/pdf;base64,JVBERi0=" },
            { type: "input_file", file_id: "file_1" },
          ],
        },
      ],
    });
  });
});

describe("a stream", () => {
  test("shows the pieces of the answer, which have the id of the message", async () => {
    fixture.server.next(streamed("resp_1", ["Hel", "lo"]));
    const items = [];
    for await (const item of fixture.agent({ modelClientStream: true }).runStream("Hi")) items.push(item);
    expect(fixture.bodies[0]).toMatchObject({ stream: true });
    const message = items.find((item) => item.type === "TextMessage" && item.source === "helper");
    expect(message).toMatchObject({ content: "Hello", modelsUsage: { promptTokens: 10 } });
    const chunks = items.filter((item) => item.type === "ModelClientStreamingChunkEvent");
    expect(chunks.map(({ content }) => content)).toEqual(["Hel", "lo"]);
    expect(new Set(chunks.map(({ fullMessageId }) => fullMessageId))).toEqual(
      new Set([message?.type === "TextMessage" ? message.id : ""]),
    );
  });

  test("that breaks off fails the turn, and leaves no trace in the conversation", async () => {
    const reply = streamed("resp_1", ["Hel", "lo"]);
    fixture.server.next({ ...reply, events: reply.events.slice(0, 2) });
    const agent = fixture.agent({ modelClientStream: true });
    await expect(agent.run("Hi")).rejects.toMatchObject({ code: "ERR_MODEL_STREAM_CUT" });
    expect(await agent.saveState()).toMatchObject({ history: [] });
  });
});

describe("tools that are run here", () => {
  const sum = tool({
    name: "sum",
    description: "Adds",
    parameters: { type: "object", properties: { a: { type: "number" }, b: { type: "number" } } },
    execute: ({ a, b }) => String(Number(a) + Number(b)),
  });

  test("are called until the model answers; only results go out", async () => {
    fixture.server.next(
      whole("resp_1", [called("call_1", "sum", { a: 1, b: 2 }), called("call_2", "sum", { a: 3, b: 4 })]),
      whole("resp_2", [said("3 and 7")]),
    );
    const result = await fixture.agent({ tools: [sum] }).run("Add");
    expect(result.messages.map(({ type }) => type)).toEqual([
      "TextMessage",
      "ToolCallRequestEvent",
      "ToolCallExecutionEvent",
      "TextMessage",
    ]);
    expect(fixture.bodies[0]).toMatchObject({
      tools: [{ type: "function", name: "sum", description: "Adds", parameters: { type: "object" }, strict: false }],
    });
    expect(fixture.bodies[1]).toMatchObject({
      previous_response_id: "resp_1",
      input: [
        { type: "function_call_output", call_id: "call_1", output: "3" },
        { type: "function_call_output", call_id: "call_2", output: "7" },
      ],
    });
    expect(result.usage).toMatchObject({ promptTokens: 20, completionTokens: 10 });
  });

  test("are answered with the whole conversation where OpenAI keeps nothing; what it cannot read is left out", async () => {
    const reasoning = { type: "reasoning", id: "rs_1", summary: [] };
    const sealed = { ...reasoning, id: "rs_2", encrypted_content: "sealed" };
    const call = called("call_1", "sum", { a: 1, b: 2 });
    fixture.server.next(whole("resp_1", [reasoning, sealed, call]), whole("resp_2", [said("3")]));
    await fixture.agent({ tools: [sum], store: false }).run("Add");
    const output = { type: "function_call_output", call_id: "call_1", output: "3" };
    expect(fixture.bodies[1]).toMatchObject({ input: [SYSTEM, user("Add"), sealed, call, output] });
  });

  test("may be called so often in a row; then the model must answer", async () => {
    const again = (id: string) => whole(id, [called(`call_${id}`, "sum", { a: 1, b: 1 })]);
    fixture.server.next(again("r1"), again("r2"), whole("r3", [said("enough")]));
    const result = await fixture.agent({ tools: [sum], maxToolIterations: 2 }).run("Add");
    expect(fixture.bodies).toHaveLength(3);
    expect(result.messages.at(-1)).toMatchObject({ type: "TextMessage", content: "enough" });
  });

  test("that fail tell the model so", async () => {
    fixture.server.next(whole("r1", [called("call_1", "other", {})]), whole("r2", [said("Sorry")]));
    await fixture.agent({ tools: [sum] }).run("Add");
    expect(fixture.bodies[1]?.["input"]).toMatchObject([{ output: expect.stringContaining("tool 'other' not found") }]);
  });
});

describe("what the provider's tools give", () => {
  test("sources stand in the metadata, as JSON", async () => {
    const web = { type: "url_citation", url: "https://a.example", title: "A", start_index: 0, end_index: 1 };
    const file = { type: "file_citation", file_id: "file_1", filename: "a.txt", index: 0 };
    fixture.server.next(
      whole("r1", [{ type: "web_search_call", id: "ws_1", status: "completed" }, said("A", [web, file])]),
    );
    const result = await fixture.agent({ tools: ["web_search_preview"] }).run("Search");
    const message = result.messages.at(-1);
    expect(JSON.parse(message?.metadata["citations"] ?? "")).toEqual([
      { url: "https://a.example", title: "A", text: null },
      { file_id: "file_1", title: "a.txt", text: null },
    ]);
  });

  test("images make the answer one of text and images", async () => {
    const image = { type: "image_generation_call", id: "ig_1", status: "completed", result: PIXEL };
    fixture.server.next(whole("r1", [image, said("Here")]));
    const result = await fixture.agent({ tools: ["image_generation"] }).run("Draw");
    expect(result.messages.at(-1)).toMatchObject({
      type: "MultiModalMessage",
      source: "helper",
      content: ["Here", imageFromBase64(PIXEL)],
      modelsUsage: { promptTokens: 10 },
    });
  });

  describe("a request for the approval of an MCP server's call", () => {
    const server = { type: "mcp", server_label: "docs", server_url: "https://mcp.example", require_approval: true };
    const request = {
      type: "mcp_approval_request",
      id: "mcpr_1",
      server_label: "docs",
      name: "read",
      arguments: '{"p":1}',
    };

    test.each([
      [true, { approve: true }],
      [
        { approved: false, reason: "Not that." } as const,
        { approve: false, reason: expect.stringContaining("Not that.") },
      ],
    ])("is an event, and %o of a person's is sent", async (decision, sent) => {
      fixture.server.next(whole("r1", [request]), whole("r2", [said("Done")]));
      const asked: unknown[] = [];
      const result = await fixture.agent({ tools: [server] }).run("Read", {
        approve: ({ name, arguments: args }) => {
          asked.push([name, args]);
          return decision;
        },
      });
      expect(asked).toEqual([["mcp_approval", { server_label: "docs", name: "read", arguments: { p: 1 } }]]);
      expect(result.messages[1]).toMatchObject({ type: "ToolCallRequestEvent", content: [{ name: "mcp_approval" }] });
      expect(fixture.bodies[0]).toMatchObject({ tools: [{ ...server, require_approval: "always" }] });
      expect(fixture.bodies[1]).toMatchObject({
        previous_response_id: "r1",
        input: [{ type: "mcp_approval_response", approval_request_id: "mcpr_1", ...sent }],
      });
    });
  });
});

describe("what goes wrong", () => {
  const refusal = json({ error: { message: "Bad key", code: "invalid_api_key" } }, { status: 401 });

  test("is an error, not an answer, and leaves no trace", async () => {
    fixture.server.next(refusal);
    const agent = fixture.agent();
    await expect(agent.run("Hi")).rejects.toMatchObject({ code: "ERR_MODEL_AUTHENTICATION", status: 401 });
    expect(await agent.saveState()).toMatchObject({ history: [] });
  });

  test("is an answer where that was asked for; the question stays in the conversation", async () => {
    fixture.server.next(refusal);
    const agent = fixture.agent({ errorsAsMessages: true });
    const result = await agent.run("Hi");
    expect(result.messages.at(-1)).toMatchObject({
      type: "TextMessage",
      content: expect.stringMatching(/^Error generating response: .*Bad key/),
    });
    expect(await agent.saveState()).toMatchObject({ history: [user("Hi")] });
  });

  test.each([false, true])("an abort ends the call at the server (errorsAsMessages %s)", async (errorsAsMessages) => {
    fixture.server.next({ type: "stall" });
    const controller = new AbortController();
    const agent = fixture.agent({ errorsAsMessages });
    const running = agent.run("Hi", { signal: controller.signal });
    await fixture.server.until(() => fixture.server.requests.length === 1);
    controller.abort();
    await expect(running).rejects.toMatchObject({ code: "ERR_ABORTED" });
    await fixture.server.until(() => fixture.server.openConnections === 0);
  });
});

describe("in a team", () => {
  test("several talk in turn", async () => {
    fixture.server.next(whole("r1", [said("One")]), whole("r2", [said("Two")]), whole("r3", [said("Three")]));
    const team = new RoundRobinGroupChat({
      participants: [fixture.agent({ name: "a" }), fixture.agent({ name: "b" })],
      maxTurns: 3,
    });
    await team.run("Go");
    expect(fixture.bodies[1]).toMatchObject({ input: [SYSTEM, user("Go"), user("One")] });
    expect(fixture.bodies[2]).toMatchObject({ input: [user("Two")], previous_response_id: "r1" });
  });

  test("one hands over to another, who knows what went before", async () => {
    fixture.server.next(whole("r1", [called("call_1", "transfer_to_b", {})]), whole("r2", [said("Here I am")]));
    const team = new Swarm({
      participants: [
        fixture.agent({ name: "a", handoffs: [new Handoff({ target: "b" })] }),
        fixture.agent({ name: "b" }),
      ],
      maxTurns: 2,
    });
    const result = await team.run("Go");
    expect(result.messages.map(({ type }) => type)).toEqual([
      "TextMessage",
      "ToolCallRequestEvent",
      "ToolCallExecutionEvent",
      "HandoffMessage",
      "TextMessage",
    ]);
  });

  test("a selector chooses among them", async () => {
    fixture.server.next(whole("r1", [said("One")]));
    const [a, b] = [fixture.agent({ name: "a" }), fixture.agent({ name: "b" })];
    const team = new SelectorGroupChat({
      participants: [a, b],
      modelClient: a.settings.modelClient,
      selectorFunc: () => "b",
      maxTurns: 1,
    });
    expect((await team.run("Go")).messages.at(-1)).toMatchObject({ source: "b", content: "One" });
  });
});
