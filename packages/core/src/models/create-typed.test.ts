import { expect, test } from "vitest";
import * as z from "zod";
import { toJsonSchema } from "../schema/to-json-schema.ts";
import type { ChatCompletionClient, CreateOptions } from "./chat-completion-client.ts";
import { createTyped } from "./create-typed.ts";
import { CreateResult, UserMessage } from "./messages.ts";

const City = z.object({ city: z.string(), people: z.number().int(), parts: z.array(z.object({ name: z.string() })) });
const ASK = [UserMessage({ content: "Which city?", source: "user" })];

/** A client that answers with a text, and remembers what it was asked with. */
function answering(
  content: CreateResult["content"],
  finishReason: CreateResult["finishReason"] = "stop",
): ChatCompletionClient & { asked: CreateOptions[] } {
  const asked: CreateOptions[] = [];
  const usage = { promptTokens: 1, completionTokens: 1 };
  const client: Pick<ChatCompletionClient, "model" | "create"> = {
    model: "test-model",
    create: (_messages, options = {}) => {
      asked.push(options);
      return Promise.resolve(CreateResult({ content, finishReason, usage }));
    },
  };
  return { ...client, asked } as ChatCompletionClient & { asked: CreateOptions[] };
}

test("asks for the schema, and gives the checked value beside the answer", async () => {
  const client = answering('{"city":"Zürich","people":450000,"parts":[]}');
  const { value, result } = await createTyped(client, ASK, City, { extraCreateArgs: { seed: 1 } });
  expect(value.people + 1).toBe(450_001);
  expect(result.content).toContain("Zürich");
  const [options] = client.asked;
  // Whether it can be strict is the client's to judge: it knows its provider.
  expect(options).toEqual({ extraCreateArgs: { seed: 1 }, jsonOutput: { name: "answer", schema: toJsonSchema(City) } });
});

test("a schema that shall be strict is closed; one that cannot be is refused before anything is asked", async () => {
  const client = answering('{"city":"Zürich","people":450000,"parts":[]}');
  await createTyped(client, ASK, City, { strict: true });
  expect(client.asked[0]?.jsonOutput).toMatchObject({
    strict: true,
    schema: { additionalProperties: false, properties: { parts: { items: { additionalProperties: false } } } },
  });
  const open = z.object({ city: z.string().optional() });
  await expect(createTyped(client, ASK, open, { strict: true })).rejects.toThrow(
    /cannot be strict: \/properties\/city may be left out/,
  );
  expect(client.asked).toHaveLength(1);
});

test("a schema that is not strict is sent as it is", async () => {
  const client = answering('{"a":1}');
  const jsonSchema = { type: "object", properties: { a: {} } } as const;
  const { value } = await createTyped(client, ASK, z.looseObject({ a: z.number() }), {
    strict: false,
    name: "n",
    jsonSchema,
  });
  expect(value.a).toBe(1);
  expect(client.asked[0]?.jsonOutput).toEqual({ name: "n", strict: false, schema: jsonSchema });
});

test.each([
  ['{"city":', /is no JSON.*length/],
  ['{"city":1,"people":1,"parts":[]}', /does not fit the schema: \/city/],
  [[{ id: "1", name: "f", arguments: "{}" }], /is a call of a function/],
] as const)("an answer of %j is an error that says why", async (content, message) => {
  const failed = createTyped(answering(content, "length"), ASK, City);
  await expect(failed).rejects.toMatchObject({
    code: "ERR_MODEL_ANSWER",
    message: expect.stringMatching(message) as string,
  });
});
