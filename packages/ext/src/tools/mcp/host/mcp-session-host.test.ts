import { PassThrough } from "node:stream";
import {
  ComponentRegistry,
  CreateResult,
  dumpComponent,
  isTesseraeError,
  toolResultToText,
  type ModelInfo,
} from "@tesserae/core";
import { describe, expect, onTestFinished, test } from "vitest";
import { PIXEL } from "../../../../test/mcp/make-server.ts";
import { stdioServer } from "../../../../test/mcp/stdio-params.ts";
import { ReplayChatCompletionClient } from "../../../models/replay/index.ts";
import {
  CallbackElicitor,
  ChatCompletionClientSampler,
  McpSessionHost,
  McpWorkbench,
  StaticRootsProvider,
  StdioElicitor,
  type McpElicitResult,
  type McpSamplingRequest,
  type McpSessionHostOptions,
} from "../index.ts";

const usage = { promptTokens: 1, completionTokens: 1 };

function client(finishReason: CreateResult["finishReason"] = "stop", vision = true): ReplayChatCompletionClient {
  const modelInfo: ModelInfo = {
    vision,
    functionCalling: false,
    jsonOutput: false,
    structuredOutput: false,
    family: "gpt-4o",
  };
  return new ReplayChatCompletionClient({
    chatCompletions: [CreateResult({ finishReason, content: "Roses are red.", usage })],
    modelInfo,
  });
}

function workbench(host: McpSessionHostOptions): McpWorkbench {
  const made = new McpWorkbench({ serverParams: stdioServer(), host: new McpSessionHost(host) });
  onTestFinished(() => made.stop());
  return made;
}

const signal = new AbortController().signal;

describe("the host of a workbench", () => {
  test("lets a model, a person and a list answer the server", async () => {
    const modelClient = client();
    const one = workbench({
      sampler: new ChatCompletionClientSampler(modelClient),
      elicitor: new CallbackElicitor(({ message }) =>
        Promise.resolve({ action: "accept", content: { dish: `soup, said to "${message}"` } }),
      ),
      roots: new StaticRootsProvider([{ uri: "file:///home", name: "home" }]),
    });
    expect(JSON.parse(toolResultToText(await one.callTool("generate_poem")))).toEqual({
      role: "assistant",
      content: { type: "text", text: "Roses are red." },
      model: "gpt-4o",
      stopReason: "endTurn",
    });
    expect(modelClient.createCalls[0]).toMatchObject({
      messages: [
        { type: "SystemMessage", content: "Rhyme." },
        { type: "UserMessage", content: "A poem." },
      ],
      extraCreateArgs: { max_tokens: 50, temperature: 0.5, stop: ["END"] },
    });
    expect(toolResultToText(await one.callTool("order_dish"))).toContain('soup, said to \\"Which dish?\\"');
    expect(toolResultToText(await one.callTool("ls"))).toBe('{"roots":[{"uri":"file:///home","name":"home"}]}');
  });

  test("refuses what it has no part for", async () => {
    const one = workbench({ roots: new StaticRootsProvider([]) });
    expect(toolResultToText(await one.callTool("generate_poem"))).toBe("-32600 This client has no sampler.");
    expect(toolResultToText(await one.callTool("ls"))).toBe('{"roots":[]}');
  });

  test("is written and read with its parts", async () => {
    const registry = new ComponentRegistry().register(
      McpWorkbench,
      McpSessionHost,
      ChatCompletionClientSampler,
      StdioElicitor,
      StaticRootsProvider,
      ReplayChatCompletionClient,
    );
    const host = new McpSessionHost({
      sampler: new ChatCompletionClientSampler(client()),
      elicitor: new StdioElicitor({ timeout: 30 }),
      roots: new StaticRootsProvider([{ uri: "file:///home", name: "home" }, { uri: "file:///tmp" }]),
    });
    const dumped = dumpComponent(new McpWorkbench({ serverParams: stdioServer(), host }));
    expect(dumped.config["host"]).toMatchObject({
      provider: "autogen_ext.tools.mcp.McpSessionHost",
      component_type: "mcp_session_host",
      config: {
        sampler: {
          provider: "autogen_ext.tools.mcp.ChatCompletionClientSampler",
          component_type: "mcp_sampler",
          config: { client_config: { component_type: "replay_chat_completion_client" } },
        },
        elicitor: {
          provider: "autogen_ext.tools.mcp.StdioElicitor",
          component_type: "mcp_elicitor",
          config: { timeout: 30 },
        },
        roots: {
          provider: "autogen_ext.tools.mcp.StaticRootsProvider",
          component_type: "mcp_roots_provider",
          config: { roots: [{ uri: "file:///home", name: "home" }, { uri: "file:///tmp" }] },
        },
      },
    });
    expect(dumpComponent(await registry.load(dumped))).toEqual(dumped);
  });

  test("is made of the model that AutoGen 0.7.5 writes beside the server", async () => {
    const registry = new ComponentRegistry().register(McpWorkbench, ReplayChatCompletionClient);
    const { config } = dumpComponent(new McpWorkbench({ serverParams: stdioServer() }));
    const loaded = await registry.load<McpWorkbench>({
      provider: "autogen_ext.tools.mcp.McpWorkbench",
      config: { ...config, model_client: dumpComponent(client()) },
    });
    expect(loaded.host?.sampler).toBeInstanceOf(ChatCompletionClientSampler);
    expect(loaded.host?.elicitor).toBeUndefined();
  });
});

describe("a sampler", () => {
  const text = { type: "text", text: "hi" };
  const ask = (request: Partial<McpSamplingRequest>, vision = true): Promise<unknown> =>
    new ChatCompletionClientSampler(client("stop", vision)).sample(
      { messages: [], maxTokens: 5, ...request },
      { signal },
    );

  test.each([
    ["stop", "endTurn"],
    ["length", "maxTokens"],
    ["content_filter", "content_filter"],
  ] as const)("tells the end %s as %s", async (reason, told) => {
    const result = await new ChatCompletionClientSampler(client(reason)).sample(
      { messages: [{ role: "user", content: text }], maxTokens: 5 },
      { signal },
    );
    expect(result.stopReason).toBe(told);
  });

  test("passes images to a model that sees, and both voices", async () => {
    const modelClient = client();
    await new ChatCompletionClientSampler(modelClient).sample(
      {
        messages: [
          { role: "user", content: [text, { type: "image", data: PIXEL, mimeType: "image/png" }] },
          { role: "assistant", content: text },
        ],
        maxTokens: 5,
      },
      { signal },
    );
    expect(modelClient.createCalls[0]?.messages).toMatchObject([
      { type: "UserMessage", content: ["hi", { type: "Image", mediaType: "image/png" }] },
      { type: "AssistantMessage", content: "hi" },
    ]);
  });

  test("refuses other voices and parts, and an image for a model that cannot see", async () => {
    const audio = { type: "audio", data: "", mimeType: "audio/wav" };
    const image = { type: "image", data: PIXEL, mimeType: "image/png" };
    await expect(ask({ messages: [{ role: "system", content: text }] })).rejects.toThrow("not as 'system'");
    await expect(ask({ messages: [{ role: "user", content: audio }] })).rejects.toThrow("not audio");
    await expect(ask({ messages: [{ role: "assistant", content: image }] })).rejects.toThrow("must be text");
    const blind = ask({ messages: [{ role: "user", content: image }] }, false);
    await expect(blind).rejects.toSatisfy((error) => isTesseraeError(error, "ERR_INVALID_STATE"));
  });
});

describe("a person at the console", () => {
  const requestedSchema = { type: "object", properties: { dish: { type: "string" } }, required: ["dish"] };

  async function answered(...lines: readonly string[]): Promise<readonly [McpElicitResult, string]> {
    const [input, output] = [new PassThrough(), new PassThrough()];
    const asking = new StdioElicitor({ input, output }).elicit({ message: "Which dish?", requestedSchema }, { signal });
    input.end(lines.map((line) => `${line}\n`).join(""));
    const result = await asking;
    return [result, String(output.read())];
  }

  test.each([
    ["d", "decline"],
    ["Decline", "decline"],
    ["c", "cancel"],
    ["cancel", "cancel"],
  ])("who says %s means %s", async (line, action) => {
    expect((await answered(line))[0]).toEqual({ action });
  });

  test("sees the question in a box, and the schema", async () => {
    const [result, shown] = await answered("a", '{"dish":"soup"}');
    expect(result).toEqual({ action: "accept", content: { dish: "soup" } });
    const border = `+${"-".repeat(16)}+`;
    expect(shown).toContain(`${border}\n| A server asks: |\n| Which dish?    |\n${border}\n`);
    expect(shown).toContain('"required": [');
  });

  test("is asked again for what is no choice, and what does not fit", async () => {
    const [result, shown] = await answered("what?", "accept", "soup", '{"dish":1}', '{"dish":"soup"}');
    expect(result.content).toEqual({ dish: "soup" });
    expect(shown.match(/Again, please:/g)).toHaveLength(2);
    expect(shown.match(/ccept, /g)).toHaveLength(2);
  });

  test("who is not there is an error", async () => {
    await expect(answered()).rejects.toThrow("nobody is there");
  });

  test("who says nothing in time is an error", async () => {
    const elicitor = new StdioElicitor({ input: new PassThrough(), output: new PassThrough(), timeout: 0.01 });
    await expect(elicitor.elicit({ message: "?" }, { signal })).rejects.toThrow("within 0.01 seconds");
    expect(() => new StdioElicitor({ timeout: 0 })).toThrow("/timeout");
  });

  test("need not answer what was aborted", async () => {
    const controller = new AbortController();
    const elicitor = new StdioElicitor({ input: new PassThrough(), output: new PassThrough() });
    const asking = elicitor.elicit({ message: "?" }, { signal: controller.signal });
    controller.abort();
    await expect(asking).rejects.toSatisfy((error) => isTesseraeError(error, "ERR_ABORTED"));
  });

  test("is asked one thing at a time", async () => {
    const [input, output] = [new PassThrough(), new PassThrough()];
    const elicitor = new StdioElicitor({ input, output });
    const first = elicitor.elicit({ message: "One?" }, { signal });
    const second = elicitor.elicit({ message: "Two?" }, { signal });
    input.write("d\n");
    expect(await first).toEqual({ action: "decline" });
    input.write("c\n");
    expect(await second).toEqual({ action: "cancel" });
  });
});

describe("roots", () => {
  test("may come from a function, which cannot be written", async () => {
    const roots = new StaticRootsProvider(() => Promise.resolve([{ uri: "file:///now" }]));
    expect(await roots.listRoots()).toEqual([{ uri: "file:///now" }]);
    expect(() => dumpComponent(roots)).toThrow("cannot be written as JSON");
  });

  test("that are no files are refused", async () => {
    expect(() => new StaticRootsProvider([{ uri: "http://host" }])).toThrow("begins with file://");
    await expect(new StaticRootsProvider(() => [{ uri: "x" }]).listRoots()).rejects.toThrow("begins with file://");
  });
});
