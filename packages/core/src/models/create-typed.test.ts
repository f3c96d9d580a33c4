import { z } from "zod";
import { describe, expect, test } from "vitest";
import type { ChatCompletionClient, CreateOptions } from "./chat-completion-client.ts";
import { createTyped } from "./create-typed.ts";
import { CreateResult } from "./messages.ts";

const usage = { promptTokens: 1, completionTokens: 1 };
const City = z.object({ name: z.string(), people: z.coerce.number() });

function clientOf(content: CreateResult["content"]): { client: ChatCompletionClient; asked: CreateOptions[] } {
  const asked: CreateOptions[] = [];
  const client = {
    create: async (_messages: unknown, options: CreateOptions) => {
      asked.push(options);
      return CreateResult({ finishReason: "stop", content, usage });
    },
  };
  // The one method that is called.
  return { client: client as unknown as ChatCompletionClient, asked };
}

describe("a typed answer", () => {
  test("is parsed by the schema; the text stays in the result", async () => {
    const { client, asked } = clientOf('{"name":"Rome","people":"3"}');
    const { value, result } = await createTyped(client, [], City, { extraCreateArgs: { seed: 1 } });
    expect(value).toEqual({ name: "Rome", people: 3 });
    expect(result.content).toBe('{"name":"Rome","people":"3"}');
    expect(asked).toMatchObject([
      { extraCreateArgs: { seed: 1 }, jsonOutput: { name: "answer", schema: { type: "object" } } },
    ]);
  });

  test("goes under the given name, or the schema's title", async () => {
    const { client, asked } = clientOf('{"name":"Rome","people":3}');
    await createTyped(client, [], City, { name: "city" });
    await createTyped(client, [], City.meta({ title: "Town" }));
    expect(asked).toMatchObject([{ jsonOutput: { name: "city" } }, { jsonOutput: { name: "Town" } }]);
  });

  test.each<readonly [CreateResult["content"], RegExp]>([
    ["not JSON", /no JSON: not JSON/],
    ['{"name":1}', /\/name/],
    [[], /list of tool calls/],
  ])("%j is refused", async (content, problem) => {
    const refused = createTyped(clientOf(content).client, [], City);
    await expect(refused).rejects.toThrow(problem);
    await expect(refused).rejects.toMatchObject({ code: "ERR_MODEL_ANSWER" });
  });
});
