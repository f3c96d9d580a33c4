import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SystemMessage, UserMessage, isObject } from "@tesserae/core";
import { ANALYST_PROMPT, DEMO_QUESTION, demoTask } from "../team/prompts.ts";
import { scriptedModelClient } from "./scripted-client.ts";
import { startScriptedModel, type ScriptedModelServer } from "./server.ts";

let server: ScriptedModelServer;
beforeAll(async () => {
  server = await startScriptedModel();
});
afterAll(() => server.close());

function post(body: string, path = "/chat/completions"): Promise<Response> {
  return fetch(`${server.baseUrl}${path}`, { method: "POST", body });
}

const describeData = { type: "function", function: { name: "describe_data", parameters: { type: "object" } } };
const planning = {
  model: "gpt-5-mini",
  tools: [describeData],
  messages: [
    { role: "system", content: "Plan." },
    { role: "user", content: demoTask(DEMO_QUESTION, ["pumping-stations.csv"]) },
  ],
};

describe("the scripted model over HTTP", () => {
  test("speaks OpenAI's protocol: a client of ours gets text, streamed pieces and usage", async () => {
    const client = scriptedModelClient(server.baseUrl);
    const messages = [
      SystemMessage({ content: ANALYST_PROMPT }),
      UserMessage({ content: demoTask(DEMO_QUESTION, ["pumping-stations.csv"]), source: "user" }),
    ];
    const whole = await client.create(messages);
    expect(whole.content).toContain("```javascript\n");
    expect(whole.content).toContain('readRows("pumping-stations.csv")');
    expect(whole.content).toContain("const price = 0.22; // EUR per kWh");
    const pieces: string[] = [];
    for await (const item of client.createStream(messages)) if (typeof item === "string") pieces.push(item);
    expect(pieces.length).toBeGreaterThan(50);
    expect(pieces.join("")).toBe(whole.content);
    expect(whole.usage.promptTokens).toBeGreaterThan(300);
    expect(client.cost(whole.usage)).toBeGreaterThan(0);
    await client.close();
  });

  test("the same request has the same answer, whatever was asked before", async () => {
    const [first, second] = [
      await (await post(JSON.stringify(planning))).text(),
      await (await post(JSON.stringify(planning))).text(),
    ];
    expect(second).toBe(first);
    expect(JSON.parse(first)).toMatchObject({
      model: "gpt-5-mini",
      choices: [
        {
          finish_reason: "tool_calls",
          message: {
            tool_calls: [{ function: { name: "describe_data", arguments: '{"file":"pumping-stations.csv"}' } }],
          },
        },
      ],
    });
  });

  test("its token counts follow the request", async () => {
    const usage = async (body: object): Promise<number> => {
      const answer: unknown = await (await post(JSON.stringify(body))).json();
      return isObject(answer) && isObject(answer["usage"]) ? Number(answer["usage"]["prompt_tokens"]) : Number.NaN;
    };
    const longer = { ...planning, messages: [...planning.messages, { role: "user", content: "x".repeat(4000) }] };
    const added = (await usage(longer)) - (await usage(planning));
    expect(added).toBeGreaterThan(1000);
    expect(added).toBeLessThan(1020);
  });

  test.each([
    ["no JSON", "{", "/chat/completions", 400],
    ["no completion", "{}", "/chat/completions", 400],
    [
      "another conversation",
      JSON.stringify({ model: "m", messages: [{ role: "user", content: "Hi" }] }),
      "/chat/completions",
      400,
    ],
    ["another address", "{}", "/embeddings", 404],
  ])("%s is an error in OpenAI's form", async (_, body, path, status) => {
    const response = await post(body, path);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: { message: expect.any(String) } });
  });
});
