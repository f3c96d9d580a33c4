import { SystemMessage, UserMessage, ValueError, type CreateOptions, type JsonObject } from "@tesserae/core";
import { describe, expect, test } from "vitest";
import { setUp } from "../../../test/anthropic-server.ts";
import type { AnthropicOptions } from "./options.ts";
import { takenSchema } from "./output-format.ts";

const QUESTION = [UserMessage({ content: "Hi", source: "user" })];

async function sent(
  options: Partial<AnthropicOptions>,
  call: CreateOptions = {},
): Promise<{ body: JsonObject; headers: Readonly<Record<string, string>> }> {
  const { client, server } = await setUp(undefined, options);
  try {
    await client.create(QUESTION, call);
    const [request] = server.requests;
    if (request === undefined) throw new Error("no request");
    return { body: request.body as JsonObject, headers: request.headers };
  } finally {
    await client.close();
    await server.close();
  }
}

describe("the body", () => {
  test("holds nothing that nobody asked for, no temperature above all", async () => {
    const { body } = await sent({});
    expect(body).toEqual({
      model: "claude-sonnet-4-6",
      messages: [{ role: "user", content: "Hi" }],
      max_tokens: 4096,
    });
  });

  test("holds the client's parameters, and those of the call before them", async () => {
    const options = {
      maxTokens: 100,
      temperature: 0.5,
      topP: 0.9,
      topK: 40,
      stopSequences: ["END"],
      metadata: { user_id: "u1" },
      extraBody: { service_tier: "auto" },
    };
    expect((await sent(options)).body).toMatchObject({
      max_tokens: 100,
      temperature: 0.5,
      top_p: 0.9,
      top_k: 40,
      stop_sequences: ["END"],
      metadata: { user_id: "u1" },
      service_tier: "auto",
    });
    const extraCreateArgs = { max_tokens: 7, temperature: null, cache_control: { type: "ephemeral" } };
    const { body } = await sent(options, { extraCreateArgs });
    expect(body).toMatchObject({ max_tokens: 7, top_k: 40, cache_control: { type: "ephemeral" } });
    expect(body).not.toHaveProperty("temperature");
  });

  test.each(["model", "messages", "stream"])("leaves %s to the client", async (key) => {
    await expect(sent({}, { extraCreateArgs: { [key]: "x" } })).rejects.toThrow(ValueError);
  });

  test("has no messages to hold: refused before anything is sent", async () => {
    const { client, server } = await setUp();
    await expect(client.create([])).rejects.toThrow(ValueError);
    await expect(client.createStream([])[Symbol.asyncIterator]().next()).rejects.toThrow(ValueError);
    await expect(client.create([SystemMessage({ content: "s" })])).rejects.toThrow(ValueError);
    expect(server.requests).toHaveLength(0);
    await client.close();
    await server.close();
  });
});

describe("thinking", () => {
  test("enabled, disabled, or not said", async () => {
    const enabled = { thinking: { type: "enabled", budgetTokens: 3000 } };
    expect((await sent(enabled)).body["thinking"]).toEqual({ type: "enabled", budget_tokens: 3000 });
    expect((await sent({ thinking: { type: "disabled" } })).body["thinking"]).toEqual({ type: "disabled" });
    expect((await sent({ thinking: { type: "adaptive", display: "omitted" } })).body["thinking"]).toEqual({
      type: "adaptive",
      display: "omitted",
    });
    expect((await sent({})).body).not.toHaveProperty("thinking");
  });

  test("of a call goes before the client's", async () => {
    const extraCreateArgs = { thinking: { type: "enabled", budget_tokens: 4000 } };
    const { body } = await sent({ thinking: { type: "enabled", budgetTokens: 3000 } }, { extraCreateArgs });
    expect(body["thinking"]).toEqual({ type: "enabled", budget_tokens: 4000 });
  });
});

describe("the headers", () => {
  test("say key and version; the user's own go before them", async () => {
    expect((await sent({})).headers).toMatchObject({
      "x-api-key": "sk-test",
      "anthropic-version": "2023-06-01",
      "content-type": "application/json",
    });
    const defaultHeaders = { "Anthropic-Version": "2026-10-21", "anthropic-beta": "a,b", "User-Agent": "mine/1" };
    const { headers } = await sent(
      { defaultHeaders },
      { extraCreateArgs: { extra_headers: { "Anthropic-Beta": "c" } } },
    );
    expect(headers).toMatchObject({ "anthropic-version": "2026-10-21", "anthropic-beta": "c" });
    expect(headers["user-agent"]).toMatch(/^tesserae\/\S+ mine\/1$/);
  });

  test("name the effect when the run gives it a key", async () => {
    expect((await sent({}, { idempotencyKey: "e1" })).headers["x-tesserae-effect"]).toBe("e1");
    expect((await sent({})).headers).not.toHaveProperty("x-tesserae-effect");
  });

  test.each([5, [], { a: 1 }])("that are no texts (%j) are refused", async (headers) => {
    await expect(sent({}, { extraCreateArgs: { extra_headers: headers } })).rejects.toThrow(ValueError);
  });
});

describe("structured output", () => {
  const schema = {
    type: "object",
    properties: { city: { type: "string", minLength: 2 } },
    required: ["city"],
  } as const;

  test("is asked for by a schema that the provider takes", async () => {
    const { body } = await sent(
      {},
      { jsonOutput: { name: "place", schema }, extraCreateArgs: { output_config: { effort: "low" } } },
    );
    expect(body["output_config"]).toEqual({
      effort: "low",
      format: {
        type: "json_schema",
        schema: {
          type: "object",
          properties: { city: { type: "string", description: "{minLength: 2}" } },
          required: ["city"],
          additionalProperties: false,
        },
      },
    });
    const loose = await sent({}, { jsonOutput: { name: "place", schema, strict: false } });
    expect(loose.body["output_config"]).toMatchObject({ format: { schema } });
  });

  test("nested objects are closed, oneOf becomes anyOf, the caller's schema stays as it is", () => {
    const given = {
      $schema: "https://json-schema.org/draft/2020-12/schema",
      type: "object",
      properties: { list: { type: "array", minItems: 3, items: { $ref: "#/$defs/Item" }, description: "Items." } },
      $defs: {
        Item: {
          oneOf: [
            { type: "object", properties: {} },
            { type: "number", minimum: 0 },
          ],
        },
      },
    } as const;
    const before = JSON.stringify(given);
    expect(takenSchema(given)).toEqual({
      type: "object",
      properties: { list: { type: "array", items: { $ref: "#/$defs/Item" }, description: "Items.\n\n{minItems: 3}" } },
      $defs: {
        Item: {
          anyOf: [
            { type: "object", properties: {}, additionalProperties: false },
            { type: "number", description: "{minimum: 0}" },
          ],
        },
      },
      additionalProperties: false,
    });
    expect(JSON.stringify(given)).toBe(before);
    // A property may have the name of a keyword.
    expect(takenSchema({ type: "object", properties: { minimum: { type: "string" } } })).toMatchObject({
      properties: { minimum: { type: "string" } },
    });
  });

  test("JSON mode and plain text are left to the messages", async () => {
    for (const jsonOutput of [true, false])
      expect((await sent({}, { jsonOutput })).body).not.toHaveProperty("output_config");
    const { body } = await sent(
      { responseFormat: { type: "json_object" } },
      { extraCreateArgs: { response_format: { type: "text" } } },
    );
    expect(body).not.toHaveProperty("response_format");
  });

  test("what the model cannot do is refused", async () => {
    const modelInfo = {
      vision: false,
      functionCalling: false,
      jsonOutput: false,
      structuredOutput: false,
      family: "unknown",
    };
    const image = { type: "Image", data: "iVBORw0KGgo=", mediaType: "image/png" } as const;
    const { client, server } = await setUp(undefined, { modelInfo });
    await expect(client.create(QUESTION, { jsonOutput: true })).rejects.toThrow(/jsonOutput/);
    await expect(client.create(QUESTION, { jsonOutput: { name: "a", schema } })).rejects.toThrow(/structuredOutput/);
    await expect(client.create(QUESTION, { tools: [{ name: "add" }] })).rejects.toThrow(/functionCalling/);
    await expect(client.create([UserMessage({ content: [image], source: "user" })])).rejects.toThrow(/vision/);
    await expect(sent({ modelInfo, responseFormat: { type: "json_object" } })).rejects.toThrow(/jsonOutput/);
    expect(server.requests).toHaveLength(0);
    await client.close();
    await server.close();
  });

  test("a schema that is none is refused", async () => {
    const wrong = { jsonOutput: { name: "a", schema: "object" } } as unknown as CreateOptions;
    await expect(sent({}, wrong)).rejects.toThrow(ValueError);
  });
});
