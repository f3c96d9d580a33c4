import {
  AssistantMessage,
  FunctionTool,
  UserMessage,
  ValueError,
  type CreateOptions,
  type LLMMessage,
  type ToolChoice,
  type ToolSchema,
} from "@tesserae/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { message, setUp } from "../../../test/anthropic-server.ts";

const PARAMETERS = {
  type: "object",
  properties: { place: { $ref: "#/$defs/Place", title: "Place" } },
  required: ["place"],
  additionalProperties: false,
  $defs: { Place: { type: "object", properties: { city: { type: "string" } } } },
} as const;
const LOOK: ToolSchema = { name: "look", description: "Looks.", parameters: PARAMETERS };
const ADD: ToolSchema = { name: "add", parameters: { type: "object", properties: { a: { type: "number" } } } };
const HISTORY: readonly LLMMessage[] = [
  UserMessage({ content: "Look!", source: "user" }),
  AssistantMessage({ content: [{ id: "c1", name: "look", arguments: "{}" }], source: "assistant" }),
  { type: "FunctionExecutionResultMessage", content: [{ content: "rain", name: "look", callId: "c1" }] },
];
const QUESTION = HISTORY.slice(0, 1);

let set: Awaited<ReturnType<typeof setUp>>;
beforeEach(async () => {
  set = await setUp();
});
afterEach(async () => {
  await set.client.close();
  await set.server.close();
});

async function sent(messages: readonly LLMMessage[], options: CreateOptions): Promise<Record<string, unknown>> {
  await set.client.create(messages, options);
  return set.bodies().at(-1) ?? {};
}

describe("tools", () => {
  test("go whole: $defs, titles and additionalProperties too", async () => {
    expect((await sent(QUESTION, { tools: [LOOK, ADD, { name: "bare" }] }))["tools"]).toEqual([
      { name: "look", description: "Looks.", input_schema: PARAMETERS },
      { name: "add", description: "", input_schema: { type: "object", properties: { a: { type: "number" } } } },
      { name: "bare", description: "", input_schema: { type: "object", properties: {} } },
    ]);
  });

  test("are the same as a tool and as its schema", async () => {
    const tool = new FunctionTool({
      name: "look",
      description: "Looks.",
      parameters: { type: "object", properties: { city: { type: "string" } } },
      execute: () => "rain",
    });
    const { tools } = await sent(QUESTION, { tools: [tool] });
    expect(tools).toEqual((await sent(QUESTION, { tools: [tool.schema] }))["tools"]);
  });

  test("that are strict say so where the model keeps to schemas", async () => {
    const strict = { ...ADD, strict: true };
    expect((await sent(QUESTION, { tools: [strict] }))["tools"]).toMatchObject([{ name: "add", strict: true }]);
    const older = await setUp(undefined, { model: "claude-3-7-sonnet-20250219" });
    await older.client.create(QUESTION, { tools: [strict] });
    expect(JSON.stringify(older.bodies())).not.toContain("strict");
    await older.client.close();
    await older.server.close();
  });

  test("with a name that the provider refuses are refused here", async () => {
    await expect(set.client.create(QUESTION, { tools: [{ name: "a b" }] })).rejects.toThrow(ValueError);
    expect(set.server.requests).toHaveLength(0);
  });
});

describe("the choice of tools", () => {
  test.each<[ToolChoice | undefined, unknown]>([
    [undefined, { type: "auto" }],
    ["auto", { type: "auto" }],
    ["required", { type: "any" }],
    ["none", { type: "none" }],
    [ADD, { type: "tool", name: "add" }],
  ])("%j is sent as %j", async (toolChoice, expected) => {
    const body = await sent(QUESTION, { tools: [LOOK, ADD], toolChoice });
    expect(body["tool_choice"]).toEqual(expected);
  });

  test("is not sent without tools", async () => {
    for (const toolChoice of ["auto", "required", "none"] as const) {
      expect(await sent(QUESTION, { toolChoice })).not.toHaveProperty("tool_choice");
    }
  });

  test("of a tool that is not there is refused", async () => {
    await expect(set.client.create(QUESTION, { tools: [LOOK], toolChoice: ADD })).rejects.toThrow(/"add".*look/);
    await expect(set.client.create(QUESTION, { toolChoice: ADD })).rejects.toThrow(ValueError);
    const wrong = { tools: [LOOK], toolChoice: "any" } as unknown as CreateOptions;
    await expect(set.client.create(QUESTION, wrong)).rejects.toThrow(ValueError);
  });
});

describe("results of tools, when the call gives no tools", () => {
  test("are sent with the tools of the last call that had some, which are not to be called", async () => {
    await sent(QUESTION, { tools: [LOOK] });
    await sent(QUESTION, {});
    const body = await sent(HISTORY, {});
    expect(body["tools"]).toMatchObject([{ name: "look", input_schema: PARAMETERS }]);
    expect(body["tool_choice"]).toEqual({ type: "none" });
    expect((await sent(HISTORY, { toolChoice: "auto" }))["tool_choice"]).toEqual({ type: "auto" });
    expect((await sent(HISTORY, { toolChoice: LOOK }))["tool_choice"]).toEqual({ type: "tool", name: "look" });
    await expect(set.client.create(HISTORY, { toolChoice: ADD })).rejects.toThrow(ValueError);
  });

  test("are sent with the names of the calls where no tools are known", async () => {
    const body = await sent(HISTORY, {});
    expect(body["tools"]).toEqual([
      { name: "look", description: "", input_schema: { type: "object", properties: {} } },
    ]);
  });

  test("asking what a call may cost changes nothing of that", async () => {
    set.client.maxCost(QUESTION, { tools: [ADD] });
    expect((await sent(HISTORY, {}))["tools"]).toMatchObject([{ name: "look" }]);
  });
});

describe("the provider's own tools", () => {
  const search = { type: "web_search_20250305", name: "web_search" };

  test("are sent with every call, before the call's own", async () => {
    const own = await setUp([message("Hello")], { tools: [search], toolChoice: "any" });
    await own.client.create(QUESTION);
    await own.client.create(QUESTION, { tools: [ADD], toolChoice: "auto" });
    await own.client.create(QUESTION, {
      extraCreateArgs: { tools: [{ type: "bash_20250124", name: "bash" }] },
      toolChoice: "required",
    });
    expect(own.bodies()).toMatchObject([
      { tools: [search], tool_choice: { type: "any" } },
      { tools: [search, { name: "add" }], tool_choice: { type: "auto" } },
      { tools: [search, { name: "bash" }], tool_choice: { type: "any" } },
    ]);
    await own.client.close();
    await own.server.close();
  });
});
