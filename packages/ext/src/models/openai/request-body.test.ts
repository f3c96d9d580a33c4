import {
  imageFromBytes,
  type JsonObject,
  type ModelInfo,
  tool,
  type Tool,
  type ToolSchema,
  UserMessage,
} from "@tesserae/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as z from "zod";
import { completion, HELLO, OpenAIFixture } from "../../testing/openai-fixture.ts";
import type { OpenAIOptions } from "./options.ts";

let fixture: OpenAIFixture;
beforeEach(async () => void (fixture = await OpenAIFixture.start()));
afterEach(() => fixture.close());

type Options = Parameters<ReturnType<OpenAIFixture["client"]>["create"]>[1];

/** The body that a call sends. */
async function sent(call: Options, options: Partial<OpenAIOptions> = {}): Promise<JsonObject> {
  fixture.server.next(completion({ content: "Hi" }));
  await fixture.client(options).create(HELLO, call);
  return fixture.body;
}

const add = tool({
  name: "add",
  description: "Adds.",
  parameters: z.object({ a: z.number() }),
  execute: async ({ a }) => a,
}) as Tool;
const bare: ToolSchema = { name: "bare" };
const NO = { vision: false, functionCalling: false, jsonOutput: false, structuredOutput: false, family: "unknown" };
const refused = { name: "ValueError", code: "ERR_INVALID_ARGUMENT" };

const REASONS: ModelInfo = {
  vision: true,
  functionCalling: true,
  jsonOutput: true,
  structuredOutput: true,
  family: "gpt-4o",
  reasoning: true,
};

describe("tools", () => {
  test("a tool and its schema are written alike", async () => {
    const [first, second] = (await sent({ tools: [add, { ...add.schema, name: "add2" }] }))["tools"] as {
      function: JsonObject;
    }[];
    expect(first).toEqual({
      type: "function",
      function: { name: "add", description: "Adds.", parameters: add.schema.parameters, strict: false },
    });
    expect({ ...second?.function, name: "add" }).toEqual(first?.function);
  });

  test("a schema with nothing but a name has empty fields", async () => {
    const body = await sent({ tools: [bare] });
    expect(body["tools"]).toEqual([
      { type: "function", function: { name: "bare", description: "", parameters: {}, strict: false } },
    ]);
  });

  test("a name that is not valid, and a model without functions, are refused", async () => {
    const client = fixture.client();
    await expect(client.create(HELLO, { tools: [{ name: "my tool" }] })).rejects.toMatchObject(refused);
    const other = fixture.client({ model: "x", modelInfo: NO });
    await expect(other.create(HELLO, { tools: [add] })).rejects.toMatchObject({
      ...refused,
      message: /functionCalling/,
    });
  });

  test.each(["auto", "none", "required"] as const)("the choice %s is sent as it is", async (toolChoice) => {
    expect((await sent({ tools: [add], toolChoice }))["tool_choice"]).toBe(toolChoice);
  });

  test("a tool as the choice; the default is auto", async () => {
    expect((await sent({ tools: [add, bare], toolChoice: add }))["tool_choice"]).toEqual({
      type: "function",
      function: { name: "add" },
    });
    expect((await sent({ tools: [add, bare], toolChoice: bare }))["tool_choice"]).toEqual({
      type: "function",
      function: { name: "bare" },
    });
    expect((await sent({ tools: [add], extraCreateArgs: { tool_choice: "none" } }))["tool_choice"]).toBe("auto");
  });

  test("a tool that is not among them, and a tool without any, are refused", async () => {
    const client = fixture.client();
    await expect(client.create(HELLO, { tools: [add], toolChoice: bare })).rejects.toMatchObject({
      ...refused,
      message: /"bare"/,
    });
    await expect(client.create(HELLO, { toolChoice: add })).rejects.toMatchObject(refused);
    await expect(client.create(HELLO, { tools: [add], toolChoice: "any" as "auto" })).rejects.toMatchObject(refused);
    expect(fixture.server.requests).toHaveLength(0);
  });

  test.each(["auto", "none", "required", undefined] as const)(
    "without tools the choice %s is not sent",
    async (toolChoice) => {
      const body = await sent({ toolChoice, extraCreateArgs: { tool_choice: "auto" } });
      expect(body).not.toHaveProperty("tool_choice");
      expect(body).not.toHaveProperty("tools");
    },
  );
});

describe("output format", () => {
  const schema = { name: "answer", schema: { type: "object", properties: {} } };
  const closed = { ...schema.schema, required: [], additionalProperties: false };
  const wrapped = { type: "json_schema", json_schema: { name: "answer", schema: closed, strict: true } };
  const open = { type: "object" };

  test.each([
    [undefined, undefined],
    [true, { type: "json_object" }],
    [false, { type: "text" }],
    [schema, wrapped],
    [
      { name: "any", schema: open },
      { type: "json_schema", json_schema: { name: "any", schema: open, strict: false } },
    ],
    [
      { name: "any", schema: open, strict: true },
      { type: "json_schema", json_schema: { name: "any", schema: open, strict: true } },
    ],
    [
      { ...schema, strict: false, description: "d" },
      { type: "json_schema", json_schema: { ...schema, strict: false, description: "d" } },
    ],
  ])("jsonOutput %j", async (jsonOutput, format) => {
    expect((await sent({ jsonOutput }))["response_format"]).toEqual(format);
  });

  test("what the model cannot do is refused", async () => {
    const client = fixture.client({ model: "x", modelInfo: NO });
    await expect(client.create(HELLO, { jsonOutput: true })).rejects.toMatchObject({
      ...refused,
      message: /jsonOutput/,
    });
    await expect(client.create(HELLO, { jsonOutput: schema })).rejects.toMatchObject({
      ...refused,
      message: /structuredOutput/,
    });
    const image = imageFromBytes(Uint8Array.of(0xff, 0xd8));
    const message = UserMessage({ content: ["Look", image], source: "user" });
    await expect(client.create([message])).rejects.toMatchObject({ ...refused, message: /vision/ });
    expect(() => fixture.client({ model: "x", modelInfo: NO, responseFormat: { type: "json_object" } })).toThrow(
      /JSON mode/,
    );
    await expect(fixture.client().create(HELLO, { jsonOutput: "yes" as never })).rejects.toMatchObject(refused);
  });

  test("a flag replaces a response_format, a schema does with a warning", async () => {
    const responseFormat = { type: "text" };
    expect((await sent({}, { responseFormat }))["response_format"]).toEqual(responseFormat);
    expect((await sent({ jsonOutput: true }, { responseFormat }))["response_format"]).toEqual({ type: "json_object" });
    expect(fixture.codes).toEqual([]);
    expect((await sent({ jsonOutput: schema }, { responseFormat }))["response_format"]).toEqual(wrapped);
    expect(fixture.codes).toEqual(["TESSERAE_RESPONSE_FORMAT_DROPPED"]);
  });

  test("a schema as response_format is the older spelling, and excludes the newer one", async () => {
    expect((await sent({ extraCreateArgs: { response_format: schema } }))["response_format"]).toEqual(wrapped);
    expect(fixture.codes).toEqual(["TESSERAE_DEPRECATED_OPTION"]);
    const call = fixture.client().create(HELLO, { extraCreateArgs: { response_format: schema }, jsonOutput: schema });
    await expect(call).rejects.toMatchObject(refused);
  });

  test("a strict schema takes strict tools only", async () => {
    const client = fixture.client();
    await expect(client.create(HELLO, { tools: [add], jsonOutput: schema })).rejects.toMatchObject({
      ...refused,
      message: /add/,
    });
    const strict = { ...add.schema, strict: true };
    const body = await sent({ tools: [strict], jsonOutput: schema });
    expect(body).toMatchObject({ response_format: wrapped, tools: [{ function: { strict: true } }] });
    await expect(sent({ tools: [add], jsonOutput: { ...schema, strict: false } })).resolves.toBeDefined();
  });

  test("calls beside structured output come as calls", async () => {
    const tool_calls = [{ id: "c1", type: "function", function: { name: "add", arguments: "{}" } }];
    fixture.server.next(completion({ content: null, tool_calls }, { finish: "tool_calls" }));
    const result = await fixture
      .client()
      .create(HELLO, { tools: [{ ...add.schema, strict: true }], jsonOutput: schema });
    expect(result.content).toEqual([{ id: "c1", name: "add", arguments: "{}" }]);
  });
});

describe("parameters", () => {
  test("of the client are sent under those of the call; what only the server knows goes over all", async () => {
    const body = await sent(
      { extraCreateArgs: { temperature: 1, extra_body: { top_k: 5, seed: 3 } } },
      { temperature: 0, topP: 0.5, seed: 1, maxCompletionTokens: 9, stop: ["a"], extraBody: { top_k: 1, min_p: 0.1 } },
    );
    expect(body).toMatchObject({
      temperature: 1,
      top_p: 0.5,
      seed: 3,
      max_completion_tokens: 9,
      stop: ["a"],
      top_k: 5,
      min_p: 0.1,
    });
  });

  test.each(["minimal", "low", "medium", "high", "none", "xhigh", "max"])(
    "reasoningEffort %s is sent",
    async (reasoningEffort) => {
      expect((await sent({}, { modelInfo: REASONS, reasoningEffort }))["reasoning_effort"]).toBe(reasoningEffort);
      expect(fixture.codes).toEqual([]);
    },
  );

  test("another reasoningEffort is sent with a warning", async () => {
    expect((await sent({}, { modelInfo: REASONS, reasoningEffort: "galactic" }))["reasoning_effort"]).toBe("galactic");
    expect(fixture.codes).toEqual(["TESSERAE_UNKNOWN_VALUE"]);
  });

  test("keys that are no parameters, and arguments of the call, are refused by name", async () => {
    const create = (extraCreateArgs: JsonObject): Promise<unknown> =>
      fixture.client().create(HELLO, { extraCreateArgs });
    await expect(create({ tempreature: 1, topK: 2, seed: 1 })).rejects.toMatchObject({
      ...refused,
      message: /tempreature, topK/,
    });
    await expect(create({ messages: [] })).rejects.toMatchObject({ ...refused, message: /messages/ });
    await expect(create({ stream: true })).rejects.toMatchObject(refused);
    await expect(create({ stream: false })).rejects.not.toMatchObject(refused);
  });

  test.each(["stream", "messages", "functionCall", "functions", "n"])("a client has no %s", (key) => {
    expect(() => fixture.client({ [key]: 1 })).toThrow(new RegExp(key));
  });
});
