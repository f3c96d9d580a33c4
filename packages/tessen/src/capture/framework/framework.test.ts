import { describe, expect, test, onTestFinished } from "vitest";
import { AssistantAgent, MaxMessageTermination, RoundRobinGroupChat } from "@tesserae/agentchat";
import { MemoryJournalStore, recordTo, replayFrom, tool } from "@tesserae/core";
import { OpenAIChatCompletionClient } from "@tesserae/ext/models/openai";
import { ReplayChatCompletionClient } from "@tesserae/ext/models/replay";
import OpenAI from "openai";
import { CHAT, CHAT_EVENTS } from "../../../test/capture/answers.ts";
import { serve } from "../../../test/capture/for-one-test.ts";
import { sendJson, startEvents, type ModelServer, type Respond } from "../../../test/capture/model-server.ts";
import { startRecording } from "../../../test/capture/recording.ts";
import { sendEvents } from "../../../test/capture/sdk-cases.ts";
import type { TessenEvent } from "../../events/tessen-event.ts";

function clientOf(server: ModelServer): OpenAIChatCompletionClient {
  const client = new OpenAIChatCompletionClient({ model: "gpt-4o", apiKey: "sk-test", baseUrl: `${server.url}/v1` });
  onTestFinished(() => client.close());
  return client;
}

const answer: Respond = (reply, { body }) => {
  if (body["stream"] === true) sendEvents(reply, CHAT_EVENTS);
  else sendJson(reply, CHAT, 200, { "x-tessera-request-id": "t-1", "x-tessera-cache": "miss", "set-cookie": "a=b" });
};

const requests = (events: readonly TessenEvent[]): TessenEvent[] =>
  events.filter((event) => event.call_type === "request");

describe("a team with our own client", () => {
  test("each model call is one request event with run, agent, turn and effect, and none is seen twice", async () => {
    const server = await serve(answer);
    // The host is listed as well: the HTTP floor could record it, and must not.
    const recording = startRecording({ hosts: [server.host] });
    const modelClient = clientOf(server);
    const participants = ["alice", "bob"].map((name) => new AssistantAgent({ name, modelClient }));
    const team = new RoundRobinGroupChat({ participants, terminationCondition: new MaxMessageTermination(3) });
    await team.run("Say hello.");
    const events = await recording.end();

    const run = events.find((event) => event.call_type === "run");
    expect(server.seen).toHaveLength(2);
    expect(requests(events)).toHaveLength(2);
    expect(requests(events).map((event) => event.agent_path?.at(-1))).toEqual(["alice", "bob"]);
    for (const event of requests(events)) {
      expect(event).toMatchObject({
        _tessen_tier: 1,
        model: "gpt-4o",
        response_model: "gpt-4o-2024-08-06",
        run_id: run?.run_id,
        status: "ok",
        http_status: 200,
        http_url: `${server.url}/v1/chat/completions`,
        usage: { input_tokens: 1000, cache_read_tokens: 400, output_tokens: 100 },
        gateway: { name: "tessera", cache: "miss" },
        response_body: CHAT,
        finish_reason: "stop",
      });
      expect(event.effect).toMatch(/!model:reply\[0\]$/);
      expect(event["request_body"]).toEqual(server.seen[requests(events).indexOf(event)]?.body);
      expect(event.response_headers).not.toHaveProperty("set-cookie");
    }
    expect(recording.handle.stats()).toMatchObject({ ownedRequests: 2, failures: {} });
  });

  test("a turn, a message and the run are events, and parents hold what happened in them", async () => {
    const server = await serve(answer);
    const recording = startRecording();
    const modelClient = clientOf(server);
    const team = new RoundRobinGroupChat({
      participants: [new AssistantAgent({ name: "alice", modelClient })],
      terminationCondition: new MaxMessageTermination(2),
    });
    await team.run("Say hello.");
    const events = await recording.end();
    const of = (type: string): TessenEvent | undefined => events.find((event) => event.call_type === type);
    expect(of("run")).toMatchObject({ status: "ok", run: { participants: ["alice"], mode: "plain" } });
    expect(of("agent")).toMatchObject({
      agent: { name: "alice", kind: "AssistantAgent" },
      parent_id: of("run")?.span_id,
    });
    expect(of("request")?.parent_id).toBe(of("agent")?.span_id);
    expect(of("message")).toMatchObject({ message: { from: "alice", type: "TextMessage" }, provider: "tesserae" });
    expect(new Set(events.map((event) => event.run_id)).size).toBe(1);
  });

  test("a tool is an event, and a call of an SDK inside of it knows the run and the agent", async () => {
    const server = await serve((reply, { body }, count) => {
      if (count > 1) {
        sendJson(reply, CHAT);
        return;
      }
      expect(body["tools"]).toBeDefined();
      const call = { id: "call_1", type: "function", function: { name: "lookup", arguments: '{"word":"hi"}' } };
      const message = { role: "assistant", content: null, tool_calls: [call] };
      sendJson(reply, { ...CHAT, choices: [{ index: 0, message, finish_reason: "tool_calls" }] });
    });
    const recording = startRecording();
    const sdk = new OpenAI({ apiKey: "sk-test", baseURL: `${server.url}/v1` });
    const lookup = tool({
      name: "lookup",
      description: "Looks a word up.",
      parameters: { type: "object", properties: { word: { type: "string" } }, required: ["word"] },
      execute: async () => {
        await sdk.chat.completions.create({ model: "gpt-4o", messages: [{ role: "user", content: "inner" }] });
        return "found";
      },
    });
    const agent = new AssistantAgent({ name: "alice", modelClient: clientOf(server), tools: [lookup] });
    await agent.run("Look up hi.");
    const events = await recording.end();
    const toolEvent = events.find((event) => event.call_type === "tool");
    expect(toolEvent).toMatchObject({
      status: "ok",
      tool: { name: "lookup", call_id: "call_1", args: { word: "hi" }, result: "found", is_error: false },
    });
    expect(toolEvent?.effect).toContain("!tool:");
    const [first, inner] = requests(events);
    expect(first?.tool_calls).toMatchObject([{ id: "call_1", name: "lookup", args_bytes: 13 }]);
    expect(inner).toMatchObject({ sdk: { name: "openai" }, run_id: toolEvent?.run_id, parent_id: toolEvent?.span_id });
    expect(inner?.agent_path).toContain("alice");
    expect(inner).not.toHaveProperty("effect");
    expect(requests(events)).toHaveLength(server.seen.length);
  });

  test("a streamed answer has its body put together, and the time of its first piece", async () => {
    const server = await serve(answer);
    const recording = startRecording();
    const agent = new AssistantAgent({ name: "alice", modelClient: clientOf(server), modelClientStream: true });
    await agent.run("Say hello.");
    const [event] = requests(await recording.end());
    expect(event).toMatchObject({ streamed: true, stream_end: "complete", usage: { input_tokens: 1000 } });
    expect(JSON.stringify(event?.["response_body"])).toContain("Hello there.");
    expect(event?.ttft_ms).toBeGreaterThan(0);
  });

  test("retries of our own client are attempts of one event", async () => {
    const server = await serve((reply, request, count) => {
      if (count === 1) sendJson(reply, { error: { message: "busy" } }, 503, { "retry-after-ms": "1" });
      else void answer(reply, request, count);
    });
    const recording = startRecording();
    await new AssistantAgent({ name: "alice", modelClient: clientOf(server) }).run("Say hello.");
    const events = requests(await recording.end());
    expect(events).toHaveLength(1);
    expect(events[0]?.attempts?.map(({ http_status }) => http_status)).toEqual([503, 200]);
    expect(events[0]).toMatchObject({ status: "ok", http_status: 200, response_body: CHAT });
  });

  test("a refusal is one error event with the provider's words", async () => {
    const refusal = { error: { message: "no such model", type: "invalid_request_error", code: "model_not_found" } };
    const server = await serve((reply) => sendJson(reply, refusal, 404));
    const recording = startRecording();
    await new AssistantAgent({ name: "alice", modelClient: clientOf(server) }).run("Say hello.").catch(() => undefined);
    const [event] = requests(await recording.end());
    expect(event).toMatchObject({
      status: "error",
      http_status: 404,
      quality_signals: ["not_found"],
      cost_usd: 0,
      error: { type: "ModelClientError", status_code: 404, body: refusal },
    });
  });

  test("a client that is made of an SDK: the framework's event has what the SDK sent and got, and is the only one", async () => {
    const server = await serve(answer);
    const sdk = new OpenAI({ apiKey: "sk-test", baseURL: `${server.url}/v1` });
    const modelClient = new ReplayChatCompletionClient({ chatCompletions: ["unused"] });
    const create = modelClient.create.bind(modelClient);
    modelClient.create = async (...args) => {
      await sdk.chat.completions.create({ model: "gpt-4o", messages: [{ role: "user", content: "x" }] });
      return create(...args);
    };
    const recording = startRecording({ hosts: [server.host] });
    await new AssistantAgent({ name: "alice", modelClient }).run("Say hello.");
    const events = requests(await recording.end());
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      status: "ok",
      response_body: CHAT,
      http_url: `${server.url}/v1/chat/completions`,
    });
    expect(events[0]?.effect).toContain("!model:");
  });

  test("a client that sends nothing has its answer written as a chat completion", async () => {
    const recording = startRecording();
    const modelClient = new ReplayChatCompletionClient({ chatCompletions: ["Hello there."] });
    await new AssistantAgent({ name: "alice", modelClient }).run("Say hello.");
    const [event] = requests(await recording.end());
    expect(event).toMatchObject({
      status: "ok",
      response_body: {
        object: "chat.completion",
        choices: [{ message: { content: "Hello there." }, finish_reason: "stop" }],
      },
    });
    expect(event).not.toHaveProperty("http_status");
  });

  test("what a journal answers is no call: a replay records none", async () => {
    const server = await serve(answer);
    const store = new MemoryJournalStore();
    const journal = recordTo(store);
    const modelClient = clientOf(server);
    await new AssistantAgent({ name: "alice", modelClient }).run("Say hello.", { journal });
    const recording = startRecording();
    const again = new AssistantAgent({ name: "alice", modelClient });
    await again.run("Say hello.", { journal: replayFrom(store, journal.runId ?? "") });
    expect(requests(await recording.end())).toEqual([]);
    expect(server.seen).toHaveLength(1);
  });
});

describe("a model call of the framework that is under way when the recording ends", () => {
  /** Asks, and ends the recording when the request is there, or a piece of its answer; gives what is known then. */
  async function interrupted(
    respond: Respond,
    agentFor: (server: ModelServer) => AssistantAgent,
    at: "request" | "piece" = "request",
  ): Promise<{ readonly server: ModelServer; readonly events: readonly TessenEvent[]; readonly stats: unknown }> {
    let arrive = (): void => {};
    const arrived = new Promise<void>((resolve) => (arrive = resolve));
    const server = await serve((reply, request, count) => {
      void respond(reply, request, count);
      if (at === "request") arrive();
    });
    const recording = startRecording({ hosts: [server.host] });
    const given = new AbortController();
    const ask = async (): Promise<void> => {
      for await (const { type } of agentFor(server).runStream("Say hello.", { signal: given.signal }))
        if (type === "ModelClientStreamingChunkEvent") arrive();
    };
    const asking = ask();
    await arrived;
    const events = requests(await recording.end());
    given.abort();
    await expect(asking).rejects.toThrow();
    return { server, events, stats: recording.handle.stats() };
  }

  const silent: Respond = () => {};

  test("is one event while it waits for its first byte, with what was sent", async () => {
    const { server, events, stats } = await interrupted(
      silent,
      (it) => new AssistantAgent({ name: "alice", modelClient: clientOf(it) }),
    );
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      status: "error",
      surface: "chat.completions.create",
      http_url: `${server.url}/v1/chat/completions`,
      request_body: server.seen[0]?.body,
      error: { type: "AbortError", msg: expect.stringContaining("before an answer came") as string },
      quality_signals: [],
    });
    expect(events[0]?.agent_path?.at(-1)).toBe("alice");
    expect(stats).toMatchObject({ open: 0, failures: {} });
  });

  test("is one event, too, where an SDK waits inside of it", async () => {
    const { server, events, stats } = await interrupted(silent, (it) => {
      const sdk = new OpenAI({ apiKey: "sk-test", baseURL: `${it.url}/v1`, maxRetries: 0 });
      const modelClient = new ReplayChatCompletionClient({ chatCompletions: ["unused"] });
      modelClient.create = async (_messages, options) => {
        const asked = { model: "gpt-4o", messages: [{ role: "user" as const, content: "x" }] };
        await sdk.chat.completions.create(asked, { signal: options?.signal ?? null });
        throw new Error("It was answered.");
      };
      return new AssistantAgent({ name: "alice", modelClient });
    });
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ status: "error", request_body: server.seen[0]?.body });
    expect(stats).toMatchObject({ open: 0, failures: {} });
  });

  test("is one event with what came of a stream", async () => {
    const { events, stats } = await interrupted(
      (reply) => {
        startEvents(reply);
        reply.write(CHAT_EVENTS.slice(0, 3).join(""));
      },
      (it) => new AssistantAgent({ name: "alice", modelClient: clientOf(it), modelClientStream: true }),
      "piece",
    );
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ status: "ok", streamed: true, stream_end: "shutdown" });
    expect(JSON.stringify(events[0]?.["response_body"])).toContain("Hello");
    expect(stats).toMatchObject({ open: 0, failures: {} });
  });
});
